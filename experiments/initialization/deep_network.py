"""A deep network of TT-layers, as its initializers leave it."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from experiments.common.divergence import check_loss
from tensornet.initializers import glorot, he, lecun, xavier

LAYERS = 10
CLASSES = 10
INP_MODES = [4, 8, 8, 4]
MODES = [4, 4, 4, 4]
RANKS = [1, 8, 8, 8, 1]

SCHEMES = {'xavier (default)': None, 'glorot': glorot, 'he': he, 'lecun': lecun}


def inference(features, scheme):
    """Adds `LAYERS` TT-layers of 256 units with ReLU, and a linear layer to 10 classes.

    Args:
        features: float tensor `[batch, 1024]`.
        scheme: a key of `SCHEMES`.

    Returns:
        The logits, `[batch, 10]`, and the list of the outputs of the layers before ReLU.
    """
    outputs, hidden, modes = [], features, INP_MODES
    for number in range(1, LAYERS + 1):
        cores = xavier if SCHEMES[scheme] is None else SCHEMES[scheme].tt(modes, MODES, RANKS)
        outputs.append(tensornet.layers.tt(hidden, modes, MODES, RANKS, cores,
                                           scope=f'tt_{number}'))
        hidden, modes = tf.nn.relu(outputs[-1]), MODES
    return tensornet.layers.linear(hidden, CLASSES, scope='logits'), outputs


def signal(features, scheme, draws, seed):
    """Mean square of the input and of each layer's output before training, over several draws.

    Args:
        features: array `[size, 1024]`.
        scheme: a key of `SCHEMES`.
        draws: how many times the network is initialized.
        seed: of the draws.

    Returns:
        Geometric mean over the draws, list of `LAYERS + 1` floats.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(seed)
        inp = tf.constant(features)
        _, outputs = inference(inp, scheme)
        squares = [tf.reduce_mean(tf.square(out)) for out in [inp] + outputs]
        initialize = tf.global_variables_initializer()
        logarithms = []
        for _ in range(draws):
            session.run(initialize)
            logarithms.append(np.log(session.run(squares)))
    return np.exp(np.mean(logarithms, axis=0)).tolist()


def training_curve(features, labels, scheme, epochs, batch_size, learning_rate, seed):
    """Trains the network with momentum.

    Args:
        features: array `[size, 1024]`.
        labels: integer array `[size]`.
        scheme: a key of `SCHEMES`.
        epochs, batch_size, learning_rate, seed: of the training.

    Returns:
        Mean loss of each epoch, list of floats.

    Raises:
        DivergenceError: a loss is not finite.
    """
    random = np.random.RandomState(seed)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(seed)
        inp = tf.placeholder(tf.float32, [None, features.shape[1]])
        classes = tf.placeholder(tf.int64, [None])
        logits, _ = inference(inp, scheme)
        loss = tf.losses.sparse_softmax_cross_entropy(classes, logits)
        train_op = tf.train.MomentumOptimizer(learning_rate, 0.9).minimize(loss)
        session.run(tf.global_variables_initializer())
        curve = []
        for _ in range(epochs):
            order = random.permutation(len(features))
            losses = []
            for start in range(0, len(order) - batch_size + 1, batch_size):
                chosen = order[start:start + batch_size]
                losses.append(session.run([loss, train_op], {
                    inp: features[chosen], classes: labels[chosen]})[0])
                check_loss(losses[-1], len(curve) * (len(order) // batch_size) + len(losses))
            curve.append(float(np.mean(losses)))
    return curve
