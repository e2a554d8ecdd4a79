"""How the convolutional networks are trained."""
import collections
import os

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import compression, network_check, schedule
from experiments.cifar10_conv.augmentation import statistics_for_augmentation
from experiments.cifar10_conv.measurement import Measurement
from experiments.cifar10_conv.network_loss import network_loss
from experiments.cifar10_conv.recipe_flags import EARLIER
from experiments.cifar10_conv.towers import on, tower_gradients
from experiments.cifar10_conv.training_input import training_input
from experiments.cifar10_conv.weights import layers_with
from experiments.common import batches, training, training_attempts
from experiments.common.alone import ALONE
from experiments.common.averaged_weights import averages_scope, averaging
from experiments.common.computation import building, session_config
from experiments.common.learning_curve import draw_learning_curve
from experiments.common.new_graph import new_graph
from experiments.common.results import write_results
from experiments.common.run import open_run

MEASURED = ('test_error', 'train_error')

# Training images measured, as they are, after each epoch.
_TRAIN_SAMPLE = 2000

Options = collections.namedtuple('Options', [
    'epochs', 'batch_size', 'learning_rate', 'schedule', 'momentum', 'seed', *EARLIER],
    defaults=EARLIER.values())
Options.__doc__ = """What decides the numbers of a run beside network and data.

Attributes:
    epochs: passes over the training images.
    batch_size: images in a step, over all towers.
    learning_rate: the highest rate.
    schedule: see `schedule.learning_rate`.
    momentum: of the stochastic gradient descent.
    seed: of initial values, shuffling and variations.
    plan: of TT-layers that the network file names none for, see `tensornet.layers.default_plan`.
        It decides the rounding; with TensorFlow 1, where they depend on the operations before,
        also the initial values.
    precision: of the arithmetic, 'float32' or 'bfloat16'.
    warm_up, first_factor, last_factor: see `schedule.OneCycle`.
    initializer: of the weights, 'xavier' or 'he', see `weights.Weights`.
    weight_decay: of the weights, see `weights.Weights`.
"""


def train_network(data, network, options, devices, log_dir, restart=False, report=print,
                  pretrained=None, config=None, part=ALONE, checkpoint_secs=60):
    """Trains a network, or resumes or completes the training that lies in `log_dir`.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        data: an `ImageSet`.
        network: a `Network`.
        options: an `Options`.
        devices: list of device names, one for each tower, or [] for a single one wherever
            TensorFlow puts it.
        log_dir: the run's folder.
        restart: whether to remove a run that lies there.
        report: called with lines of text.
        pretrained: a `PretrainedVariables`, or None.
        config: a `tf.ConfigProto` for the session, or None; the precision is added.
        part: an `Alone`, or the part of this process in a cluster.
        checkpoint_secs: seconds between two checkpoints.

    Returns:
        The content of `results.json`, a dict; None for a worker that is not the chief.

    Raises:
        NetworkFileError: a function of the file fails, or it does not use what the options say of
            its weights.
        UnusableCheckpointError: the pretrained variables do not fit.
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch
    shape = list(data.train_images.shape[1:])
    # What cannot be built must fail before a run is begun.
    with layers_with(options.initializer, options.weight_decay) as weights:
        parameters = network_check.checked_parameters(network, shape)
    weights.check_use(network.path)
    if pretrained is not None:
        pretrained.check(network, shape)
    dense_parameters = compression.dense_parameters_of(network, shape)
    settings = dict(_settings(data, network, options, devices, pretrained), parameters=parameters,
                    **part.settings())
    config = session_config(options.precision,
                            config or tf.ConfigProto(allow_soft_placement=True))

    def build(first_step):
        with new_graph(options.seed) as graph, building(options.plan, config, report), \
                part.network():
            return graph, build_task(data, network, options, devices, steps, first_step,
                                     pretrained, part)

    part.note_data(data)
    if not part.is_chief:
        return part.follow(build, settings, config)
    with open_run(log_dir, settings, MEASURED, restart, EARLIER) as run:
        report(f'{network.name}: {_described(parameters, dense_parameters)}; {options.epochs} '
               f'epochs of {per_epoch} steps, learning rate {options.learning_rate:g}')
        first_step = run.start.step
        if first_step >= steps:
            report(f'the run in {log_dir} is complete')
        elif first_step:
            report(f'resuming after step {first_step} of {steps} from {log_dir}')
        last = training_attempts.train(build, run, steps, per_epoch, part, config=config,
                                       checkpoint_secs=checkpoint_secs)
        draw_learning_curve(os.path.join(log_dir, 'learning_curve.png'), run.record.history,
                            f'{data.name}, {network.name}')
        return write_results(
            log_dir, test_error=last['test_error'], train_error=last['train_error'], steps=steps,
            seconds=last['seconds'], dense_parameters=dense_parameters,
            seconds_per_epoch=round(last['seconds'] / options.epochs, 1), **settings)


def build_task(data, network, options, devices, steps, first_step=0, pretrained=None,
               part=ALONE):
    """Builds the training graph in the current graph.

    Args:
        data, network, options, devices, pretrained, part: see `train_network`.
        steps: steps of the whole run, over which the learning rate changes.
        first_step: steps made already; the input starts there.

    Returns:
        A `training.Task`. It measures `test_error` and `train_error`, in percent.
    """
    aux = statistics_for_augmentation(data.train_images)
    images, labels = training_input(data, network, aux, options.batch_size, options.seed,
                                    first_step, part.share)
    global_step = tf.train.get_or_create_global_step()
    decay = network.decay
    if decay is not None:
        per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
        decay = int(decay.epochs * per_epoch), decay.factor
    shape = schedule.OneCycle(options.warm_up, options.first_factor, options.last_factor)
    rate = schedule.learning_rate(options.schedule, options.learning_rate, global_step, steps,
                                  decay, shape)
    optimizer = tf.train.MomentumOptimizer(rate, options.momentum)

    def tower_loss(some_images, some_labels, number):
        loss = network_loss(network, some_images, some_labels, cpu_variables=bool(devices))
        if pretrained is not None and number == 0:
            pretrained.initialize()
        return loss

    with layers_with(options.initializer, options.weight_decay):
        if not part.updates_statistics:
            # Where the variables are there already, batch normalization moves nothing.
            Measurement(network, aux, data.train_images.shape[1:], bool(devices))
        loss, gradients = tower_gradients(
            tower_loss, optimizer, images, labels, devices or [None],
            trained=None if pretrained is None else pretrained.is_trained,
            reuse=not part.updates_statistics)
    averages = averaging()
    train_op = part.apply_gradients(optimizer, gradients, global_step, averages)
    tf.summary.scalar('loss', loss)
    tf.summary.scalar('learning_rate', rate)
    return training.Task(train_op, loss, _evaluation(data, network, aux, averages, devices))


def _settings(data, network, options, devices, pretrained):
    settings = dict(options._asdict(), dataset=data.name, network=network.name,
                    opts=network.plain_opts(), network_file=network.fingerprint(),
                    training_images=len(data.train_images), test_images=len(data.test_images),
                    towers=max(1, len(devices)))
    if pretrained is not None:
        settings.update(pretrained.settings())
    return settings


def _described(parameters, dense_parameters):
    if dense_parameters is None:
        return f'{parameters} parameters'
    return (f'{parameters} parameters, {dense_parameters / parameters:.2f} times fewer than the '
            f'{dense_parameters} of the dense network')


def _evaluation(data, network, aux, averages, devices):
    """Builds the network with averaged weights; returns the function `Task.evaluate`."""
    with averages_scope(averages), on(devices[0] if devices else None):
        measurement = Measurement(network, aux, data.train_images.shape[1:], bool(devices))

    def evaluate(session, last):
        return {
            'test_error': measurement.error(session, data.test_images, data.test_labels),
            'train_error': measurement.error(session, data.train_images[:_TRAIN_SAMPLE],
                                             data.train_labels[:_TRAIN_SAMPLE])}

    return evaluate
