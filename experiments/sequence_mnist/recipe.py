"""How the LSTMs are trained on rows of MNIST: one recipe for dense and TT-matrices."""
import collections

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common import batches, training
from experiments.common.clipped_adam import clipped_adam
from experiments.common.computation import session_config, training_graph
from experiments.common.computation_flags import COMPUTATION_FLAGS
from experiments.common.evaluation import classification_error
from experiments.common.graphs import count_parameters, new_graph
from experiments.common.randomness import dropout
from experiments.common.results import write_results
from experiments.common.run import open_run
from experiments.sequence_mnist.network import CLASSES, count_cell_weights, inference
from tensornet.wording import counted

MEASURED = ('test_error', 'train_error')

# Training images measured after each epoch but the last, which measures all.
_TRAIN_SAMPLE = 10000

# The settings that `results.json` names beside those of `write_results`.
_DESCRIBING = ['hidden_size', 'hidden_modes', 'inp_modes', 'inp_ranks', 'state_ranks',
               'batch_size', 'learning_rate', 'dropout'] + COMPUTATION_FLAGS

Options = collections.namedtuple('Options', [
    'hidden_modes', 'inp_modes', 'inp_ranks', 'state_ranks', 'epochs', 'batch_size',
    'learning_rate', 'dropout', 'seed', 'plan', 'precision'])
Options.__doc__ = """What decides the results of a run beside the data.

Attributes:
    hidden_modes, inp_modes, inp_ranks, state_ranks: see `network.inference`.
    epochs: passes over the training images.
    batch_size: images in a step.
    learning_rate: the highest rate of Adam; it falls to zero along a cosine.
    dropout: share of the LSTM's last outputs that is set to zero in a training step.
    seed: of initial values, shuffling and dropout.
    plan: of the TT-matrices, see `tensornet.layers.default_plan`. It decides the rounding; with
        TensorFlow 1, where they depend on the operations before, also the initial values.
    precision: of the arithmetic, 'float32' or 'bfloat16'.
"""


def train_network(data, options, run_options):
    """Trains a network, or resumes or completes the training that lies in its folder.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        data: an `ImageSet`.
        options: an `Options`.
        run_options: a `RunOptions`.

    Returns:
        The content of `results.json`, a dict.

    Raises:
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch
    settings, report = _settings(data, options), run_options.report
    parameters, weights = _sizes(data, options)
    dense_parameters, dense_weights = _sizes(
        data, options._replace(inp_ranks=None, state_ranks=None))
    with open_run(run_options.log_dir, settings, MEASURED, run_options.restart) as run:
        report(f'{data.name}: {len(data.train_images)} training and {len(data.test_images)} test '
               f'images; {weights} weights in the cell, {dense_weights} with dense matrices; '
               f'{counted(options.epochs, "epoch", "epochs")} of '
               f'{counted(per_epoch, "step", "steps")}')
        last = training.train_run(
            lambda first_step: build_graph(data, options, first_step, report), run, steps,
            per_epoch, run_options, f'{data.name} row by row, {described(options)}',
            config=session_config(options.precision))
        return write_results(
            run.log_dir, dataset=data.name, test_error=last['test_error'],
            train_error=last['train_error'], epochs=options.epochs, steps=steps,
            seconds=last['seconds'], parameters=parameters, dense_parameters=dense_parameters,
            seed=options.seed, tensorflow=run.record.tensorflow, cell_weights=weights,
            dense_cell_weights=dense_weights,
            steps_per_second=round(steps / run.record.training_seconds, 3),
            **{name: settings[name] for name in _DESCRIBING if name in settings})


def build_graph(data, options, first_step=0, report=None):
    """Builds the training graph.

    Args:
        data: an `ImageSet`.
        options: an `Options`.
        first_step: steps made already; the input starts there.
        report: called with a line of text where plans were measured, or None.

    Returns:
        The graph and its `training.Task`, which measures `test_error` and `train_error`, in
        percent.
    """
    return training_graph(options, lambda: _build_task(data, options, first_step), report)


def described(options):
    """The LSTM of an `Options` in words."""
    if options.inp_ranks is None and options.state_ranks is None:
        return 'dense LSTM'
    ranks = ' and '.join('dense' if ranks is None else ','.join(map(str, ranks))
                         for ranks in (options.inp_ranks, options.state_ranks))
    return f'TT-LSTM, ranks {ranks}'


def _build_task(data, options, first_step):
    dataset = batches.training_batches(data.train_images, data.train_labels, options.batch_size,
                                       options.seed, first_step)
    images, labels, step = tf.data.make_one_shot_iterator(dataset).get_next()
    logits = _logits(images, data, options, lambda hidden: dropout(
        hidden, options.dropout, options.seed, step))
    loss = tf.losses.softmax_cross_entropy(tf.one_hot(labels, CLASSES), logits)
    steps = options.epochs * batches.steps_per_epoch(len(data.train_images), options.batch_size)
    train_op = clipped_adam(loss, options.learning_rate, steps)
    return training.Task(train_op, loss, _evaluation(data, options))


def _evaluation(data, options):
    images = tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])
    logits = _logits(images, data, options)

    def evaluate(session, last):
        size = len(data.train_images) if last else _TRAIN_SAMPLE
        return {
            'test_error': classification_error(
                session, logits, images, data.test_images, data.test_labels),
            'train_error': classification_error(
                session, logits, images, data.train_images[:size], data.train_labels[:size])}

    return evaluate


def _logits(images, data, options, drop=None):
    return inference(images, data.train_images.mean(axis=0), options.hidden_modes,
                     options.inp_modes, options.inp_ranks, options.state_ranks, drop)


def _sizes(data, options):
    """The numbers of parameters of the network and of weights of its cell."""
    with new_graph():
        images = tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])
        _logits(images, data, options)
        return count_parameters(), count_cell_weights()


def _settings(data, options):
    settings = dict(options._asdict(), dataset=data.name)
    if options.inp_ranks is None:
        del settings['inp_modes']
    if options.inp_ranks is None and options.state_ranks is None:
        # How the hidden units of a dense cell factor decides nothing.
        del settings['hidden_modes'], settings['plan']
        settings['hidden_size'] = int(np.prod(options.hidden_modes))
    return settings
