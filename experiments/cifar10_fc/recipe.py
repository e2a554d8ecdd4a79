"""How the wide and shallow CIFAR-10 networks are trained, as the authors' reruns were.

Evaluated are exponential averages of the weights, as in the authors' second paper
(arXiv 1611.03214). At this learning rate the weights swing, and their averages are more accurate.
"""
import collections
import os

import tensorflow.compat.v1 as tf

from experiments.cifar10_fc.network import CLASSES, inference, tt_layer_sizes
from experiments.common import batches, training
from experiments.common.averaged_weights import averages_scope, averaging
from experiments.common.computation import session_config, training_graph
from experiments.common.evaluation import classification_error
from experiments.common.graphs import count_parameters, new_graph
from experiments.common.image_set import pixel_statistics
from experiments.common.part import ALONE
from experiments.common.randomness import dropout
from experiments.common.run import open_run
from experiments.common.run_folder import RESULTS, WrongLogDirError
from tensornet.whole_file import write_json
from tensornet.wording import counted

# By kind of layer: the first learning rate, and the share of hidden units that dropout keeps.
LEARNING_RATES = {'tt': 0.06, 'dense': 1.0}
KEEP = {'tt': 0.6, 'dense': 0.77}
DECAY_RATE = 0.64
DECAY_STEPS = 2000

MEASURED = ('test_accuracy', 'train_accuracy')

# Training images measured in an evaluation.
_TRAIN_SAMPLE = 2000
# In the widest layer an image takes a megabyte.
_EVALUATION_BATCH = 100

Options = collections.namedtuple('Options', [
    'layer', 'hidden_modes', 'ranks', 'batch_size', 'learning_rate', 'seed', 'plan', 'precision'],
    defaults=['auto', 'float32'])
Options.__doc__ = """What decides the results of a run beside the data and its length.

Attributes:
    layer, hidden_modes, ranks: see `network.inference`.
    batch_size: images in a step.
    learning_rate: the first learning rate of gradient descent, multiplied by `DECAY_RATE` every
        `DECAY_STEPS` steps.
    seed: of initial values, shuffling and dropout.
    plan: of the TT-layers, see `tensornet.layers.default_plan`. It decides the rounding; with
        TensorFlow 1, where they depend on the operations before, also the initial values.
    precision: of the arithmetic, 'float32' or 'bfloat16'.
"""

Length = collections.namedtuple('Length', ['max_steps', 'eval_steps', 'time_limit'])
Length.__doc__ = """How long a run is and how often it is evaluated; a resume may change it.

Attributes:
    max_steps: steps of the whole run.
    eval_steps: steps between two evaluations.
    time_limit: seconds of training and evaluation after which the run ends before `max_steps`,
        or None.
"""


def train_network(data, options, length, run_options):
    """Trains a network, or resumes or completes the training that lies in its folder.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        data: an `ImageSet` of images `[size, 32, 32, 3]`.
        options: an `Options`.
        length: a `Length`.
        run_options: a `RunOptions`.

    Returns:
        The content of `results.json`, a dict; None for a worker that is not the chief.

    Raises:
        WrongLogDirError: the folder holds a longer run; see also `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    part, report = run_options.part, run_options.report
    settings = dict(_settings(data, options), **part.settings())
    config = session_config(options.precision)
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)

    def build(first_step):
        return training_graph(options, lambda: build_task(data, options, first_step, part),
                              report, part)

    part.note_data(data)
    if not part.is_chief:
        return part.follow(build, settings, config)
    parameters, tt_layers = _sizes(data, options)
    with open_run(run_options.log_dir, settings, MEASURED, run_options.restart) as run:
        if run.start.step > length.max_steps + part.surplus():
            raise WrongLogDirError(
                f'--log_dir={run.log_dir} holds a run of {run.start.step} steps already, more than '
                f'the {length.max_steps} asked for. Pass a larger --max_steps, or --restart to '
                'start over')
        report(f'{len(data.train_images)} training and {len(data.test_images)} test images; '
               f'{parameters} parameters; {_described(tt_layers)}epochs of '
               f'{counted(per_epoch, "step", "steps")}')
        last = training.train_run(
            build, run, length.max_steps, per_epoch, run_options, _title(options), 'accuracy',
            eval_steps=length.eval_steps, time_limit=length.time_limit, config=config)
        content = dict(
            settings, test_accuracy=round(last['test_accuracy'], 4),
            train_accuracy=round(last['train_accuracy'], 4), steps=last['step'],
            seconds=round(last['seconds'], 1),
            steps_per_second=round(last['step'] / run.record.training_seconds, 3),
            parameters=parameters, tt_layers=tt_layers,
            tensorflow=run.record.tensorflow or tf.__version__)
        write_json(os.path.join(run.log_dir, RESULTS), content)
        return content


def build_task(data, options, first_step=0, part=ALONE):
    """Builds the training graph in the current graph.

    Args:
        data: an `ImageSet`.
        options: an `Options`.
        first_step: steps made already; the input starts there.
        part: an `Alone`, or the part of this process in a cluster.

    Returns:
        A `training.Task`. It measures `test_accuracy` and `train_accuracy`, in percent, the latter
        on the first training images.
    """
    statistics = pixel_statistics(data.train_images)
    dataset = batches.training_batches(data.train_images, data.train_labels, options.batch_size,
                                       options.seed, first_step, part.share)
    images, labels, step = tf.data.make_one_shot_iterator(dataset).get_next()
    if not part.updates_statistics:
        # Where the variables are there already, batch normalization moves nothing.
        _logits(images, statistics, options, train_phase=False)
    logits = _logits(images, statistics, options, train_phase=True,
                     drop=lambda hidden, number: dropout(
                         hidden, 1 - KEEP[options.layer], options.seed, step, number, part.share))
    loss = tf.losses.softmax_cross_entropy(tf.one_hot(labels, CLASSES), logits)
    global_step = tf.train.get_or_create_global_step()
    learning_rate = tf.train.exponential_decay(options.learning_rate, global_step, DECAY_STEPS,
                                               DECAY_RATE, staircase=True)
    optimizer, averages = tf.train.GradientDescentOptimizer(learning_rate), averaging()
    train_op = part.apply_gradients(optimizer, optimizer.compute_gradients(loss), global_step,
                                    averages)
    tf.summary.scalar('loss', loss)
    tf.summary.scalar('learning_rate', learning_rate)
    return training.Task(train_op, loss, _evaluation(data, statistics, options, averages))


def _evaluation(data, statistics, options, averages):
    """Builds the network with averages and no dropout; returns the function `Task.evaluate`."""
    images = tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])
    with averages_scope(averages):
        logits = _logits(images, statistics, options, train_phase=False)

    def accuracy(session, some_images, labels):
        return 100 - classification_error(session, logits, images, some_images, labels,
                                          _EVALUATION_BATCH)

    def evaluate(session, last):
        return {'test_accuracy': accuracy(session, data.test_images, data.test_labels),
                'train_accuracy': accuracy(session, data.train_images[:_TRAIN_SAMPLE],
                                           data.train_labels[:_TRAIN_SAMPLE])}

    return evaluate


def _logits(images, statistics, options, train_phase, drop=None):
    mean, deviation = statistics
    return inference(images, mean, deviation, options.layer, options.hidden_modes, options.ranks,
                     train_phase, drop)


def _sizes(data, options):
    """The number of parameters of the network, and the sizes of its TT-layers."""
    with new_graph():
        images = tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])
        _logits(images, pixel_statistics(data.train_images), options, train_phase=False)
        layers = tt_layer_sizes(options.hidden_modes) if options.layer == 'tt' else []
        return count_parameters(), layers


def _settings(data, options):
    settings = dict(options._asdict(), dataset=data.name)
    if options.layer == 'dense':
        for name in ('hidden_modes', 'ranks', 'plan'):
            del settings[name]
    return settings


def _described(tt_layers):
    return ''.join(f'{layer["name"]} {layer["weights"]} weights for {layer["dense_weights"]}; '
                   for layer in tt_layers)


def _title(options):
    if options.layer == 'dense':
        return 'CIFAR-10, dense 3072-4096-4096-4096-4096-10'
    return (f'CIFAR-10, 3072 to {"x".join(map(str, options.hidden_modes))} to 4096 to 10, '
            f'TT-rank {max(options.ranks)}')
