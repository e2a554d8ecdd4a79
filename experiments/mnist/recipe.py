"""How the MNIST networks are trained: one recipe for every layer, shape and rank."""
import collections

import tensorflow.compat.v1 as tf

from experiments.common import batches, training
from experiments.common.computation import session_config, training_graph
from experiments.common.computation_flags import COMPUTATION_FLAGS
from experiments.common.evaluation import classification_error
from experiments.common.graphs import count_parameters, new_graph
from experiments.common.part import ALONE
from experiments.common.randomness import dropout, shifted
from experiments.common.results import write_results
from experiments.common.run import open_run
from experiments.mnist.network import CLASSES, inference
from experiments.mnist.network_flags import EARLIER
from experiments.mnist.preparation import pull
from tensornet.wording import counted

MEASURED = ('test_error', 'train_error')

# Training images measured after each epoch but the last, which measures all.
_TRAIN_SAMPLE = 10000

# The options that say nothing about a layer, and are not among its run's settings.
_UNUSED = {'tt': (), 'low_rank': ('inp_modes', 'out_modes', 'plan'),
           'dense': ('inp_modes', 'out_modes', 'ranks', 'plan')}

Options = collections.namedtuple('Options', [
    'layer', 'inp_modes', 'out_modes', 'ranks', 'epochs', 'batch_size', 'learning_rate', 'seed',
    *EARLIER], defaults=EARLIER.values())
Options.__doc__ = """What decides the results of a run beside the data.

Attributes:
    layer, inp_modes, out_modes, ranks: see `network.inference`.
    epochs: passes over the training images.
    batch_size: images in a step.
    learning_rate: the highest rate of Adam; it falls to zero along a cosine.
    seed: of initial values and shuffling.
    plan: of the TT-layer, see `tensornet.layers.default_plan`. It decides the rounding; with
        TensorFlow 1, where they depend on the operations before, also the initial values.
    precision: of the arithmetic, 'float32' or 'bfloat16'.
    initializer: of the hidden layer, see `network.inference`.
    dropout: share of the hidden units that is set to zero in a training step.
    label_smoothing: share of a label that all classes have in common.
    shift: pixels by which a training image is moved at most, at random, in each direction.

What has a default has been added later; the default is what runs had before.
"""


def train_network(data, options, run_options, preparation=None):
    """Trains a network, or resumes or completes the training that lies in its folder.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        data: an `ImageSet`.
        options: an `Options`.
        run_options: a `RunOptions`.
        preparation: a `Preparation` towards which a dense layer is pulled, or None.

    Returns:
        The content of `results.json`, a dict; None for a worker that is not the chief.

    Raises:
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    part, report = run_options.part, run_options.report
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch
    settings = dict(_settings(data, options, preparation), **part.settings())
    config = session_config(options.precision)

    def build(first_step):
        return training_graph(
            options, lambda: build_task(data, options, steps, first_step, preparation, part),
            report, part)

    part.note_data(data)
    if not part.is_chief:
        return part.follow(build, settings, config)
    parameters = _parameters(data, options)
    dense_parameters = _parameters(data, options._replace(layer='dense'))
    with open_run(run_options.log_dir, settings, MEASURED, run_options.restart, EARLIER) as run:
        report(f'{data.name}: {len(data.train_images)} training and {len(data.test_images)} test '
               f'images; {parameters} parameters, {dense_parameters} with a dense layer; '
               f'{counted(options.epochs, "epoch", "epochs")} of '
               f'{counted(per_epoch, "step", "steps")}')
        last = training.train_run(build, run, steps, per_epoch, run_options, _title(data, options),
                                  config=config)
        return write_results(
            run.log_dir, dataset=data.name, test_error=last['test_error'],
            train_error=last['train_error'], epochs=options.epochs, steps=steps,
            seconds=last['seconds'], parameters=parameters, dense_parameters=dense_parameters,
            seed=options.seed, tensorflow=run.record.tensorflow,
            **{name: settings[name] for name in COMPUTATION_FLAGS if name in settings},
            **part.settings())


def build_task(data, options, steps, first_step=0, preparation=None, part=ALONE):
    """Builds the training graph in the current graph.

    Args:
        data: an `ImageSet`.
        options: an `Options`.
        steps: steps of the whole run, over which the learning rate falls.
        first_step: steps made already; the input starts there.
        preparation: a `Preparation` towards which a dense layer is pulled, or None.
        part: an `Alone`, or the part of this process in a cluster.

    Returns:
        A `training.Task`. It measures `test_error` and `train_error`, in percent.
    """
    dataset = batches.training_batches(data.train_images, data.train_labels, options.batch_size,
                                       options.seed, first_step, part.share)
    batch, labels, step = tf.data.make_one_shot_iterator(dataset).get_next()
    if options.shift:
        batch = shifted(batch, options.shift, options.seed, step, part.share)
    logits = _logits(batch, data, options,
                     lambda hidden: dropout(hidden, options.dropout, options.seed, step,
                                            share=part.share))
    loss = tf.losses.softmax_cross_entropy(tf.one_hot(labels, CLASSES), logits,
                                           label_smoothing=options.label_smoothing)
    global_step = tf.train.get_or_create_global_step()
    learning_rate = tf.train.cosine_decay(options.learning_rate, global_step, steps)
    optimizer = tf.train.AdamOptimizer(learning_rate)
    train_op = part.apply_gradients(optimizer, optimizer.compute_gradients(loss), global_step)
    if preparation is not None:
        weights, = tf.trainable_variables('inference/hidden/weights')
        with tf.control_dependencies([train_op]):
            train_op = pull(preparation, weights, steps)
    tf.summary.scalar('loss', loss)
    tf.summary.scalar('learning_rate', learning_rate)
    return training.Task(train_op, loss, _evaluation(data, options))


def build_inference(data, options):
    """Builds the network without dropout in the current graph.

    Args:
        data: an `ImageSet`.
        options: an `Options`.

    Returns:
        The placeholder for uint8 images `[batch, height, width]`, and the logits `[batch, 10]`.
    """
    images = tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])
    return images, _logits(images, data, options)


def _settings(data, options, preparation):
    settings = dict(options._asdict(), dataset=data.name)
    if preparation is not None:
        settings['preparation'] = dict(preparation._asdict())
    for name in _UNUSED[options.layer]:
        del settings[name]
    return settings


def _title(data, options):
    if options.layer == 'dense':
        return f'{data.name}, dense layer'
    if options.layer == 'low_rank':
        return f'{data.name}, low-rank layer, rank {options.ranks[0]}'
    return (f'{data.name}, TT-layer {"x".join(map(str, options.inp_modes))} to '
            f'{"x".join(map(str, options.out_modes))}, ranks {",".join(map(str, options.ranks))}')


def _parameters(data, options):
    with new_graph():
        build_inference(data, options)
        return count_parameters()


def _evaluation(data, options):
    images, logits = build_inference(data, options)

    def evaluate(session, last):
        size = len(data.train_images) if last else _TRAIN_SAMPLE
        return {
            'test_error': classification_error(
                session, logits, images, data.test_images, data.test_labels),
            'train_error': classification_error(
                session, logits, images, data.train_images[:size], data.train_labels[:size])}

    return evaluate


def _logits(images, data, options, drop=None):
    return inference(images, data.train_images.mean(axis=0), options.layer, options.inp_modes,
                     options.out_modes, options.ranks, drop, options.initializer)
