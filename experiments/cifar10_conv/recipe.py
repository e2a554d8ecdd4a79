"""How the convolutional networks are trained."""
import collections

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import schedule
from experiments.cifar10_conv.augmentation import statistics_for_augmentation
from experiments.cifar10_conv.network_graph import (
    Measurement,
    checked_parameters,
    dense_parameters_of,
    network_loss,
    training_input,
)
from experiments.cifar10_conv.towers import on, tower_gradients
from experiments.cifar10_conv.training_flags import EARLIER
from experiments.cifar10_conv.weights import layers_with
from experiments.common import batches, training
from experiments.common.averaged_weights import averages_scope, averaging
from experiments.common.computation import session_config, training_graph
from experiments.common.part import ALONE
from experiments.common.results import write_results
from experiments.common.run import open_run
from tensornet.wording import counted

MEASURED = ('test_error', 'train_error')

# Training images measured, as they are, after each epoch.
_TRAIN_SAMPLE = 2000

Options = collections.namedtuple('Options', [
    'epochs', 'batch_size', 'learning_rate', 'schedule', 'momentum', 'seed', *EARLIER],
    defaults=EARLIER.values())
Options.__doc__ = """What decides the results of a run beside network and data.

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


class Experiment(collections.namedtuple('Experiment', [
        'data', 'network', 'options', 'devices', 'pretrained'], defaults=[(), None])):
    """What is trained, on what, how and where: all that decides the results of a run.

    Attributes:
        data: an `ImageSet`.
        network: a `Network`.
        options: an `Options`.
        devices: list of device names, one for each tower, or empty for a single one wherever
            TensorFlow puts it.
        pretrained: a `PretrainedVariables`, or None.
    """
    __slots__ = ()

    @property
    def image_shape(self):
        """List of ints `[height, width, channels]`."""
        return list(self.data.train_images.shape[1:])

    @property
    def steps_per_epoch(self):
        return batches.steps_per_epoch(len(self.data.train_images), self.options.batch_size)

    @property
    def steps(self):
        """Those of the whole run."""
        return self.options.epochs * self.steps_per_epoch

    @property
    def pins_variables(self):
        """Whether the variables are pinned to `/cpu:0`, where all towers find them."""
        return bool(self.devices)

    def settings(self):
        """What `run.json` says of it, a dict of JSON values."""
        settings = dict(self.options._asdict(), dataset=self.data.name, network=self.network.name,
                        opts=self.network.plain_opts(), network_file=self.network.fingerprint(),
                        training_images=len(self.data.train_images),
                        test_images=len(self.data.test_images), towers=max(1, len(self.devices)))
        if self.pretrained is not None:
            settings.update(self.pretrained.settings())
        return settings


def train_network(experiment, run_options, config=None):
    """Trains a network, or resumes or completes the training that lies in its folder.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        experiment: an `Experiment`.
        run_options: a `RunOptions`.
        config: a `tf.ConfigProto` for the session, or None; the precision is added.

    Returns:
        The content of `results.json`, a dict; None for a worker that is not the chief.

    Raises:
        NetworkFileError: a function of the file fails, or it does not use what the options say of
            its weights.
        UnusableCheckpointError: the pretrained variables do not fit.
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    data, network, options = experiment.data, experiment.network, experiment.options
    part, report = run_options.part, run_options.report
    parameters, dense_parameters = _checked(experiment)
    settings = dict(experiment.settings(), parameters=parameters, **part.settings())
    config = session_config(options.precision,
                            config or tf.ConfigProto(allow_soft_placement=True))

    def build(first_step):
        return training_graph(options, lambda: build_task(experiment, first_step, part), report,
                              part, config)

    part.note_data(data)
    if not part.is_chief:
        return part.follow(build, settings, config)
    with open_run(run_options.log_dir, settings, MEASURED, run_options.restart, EARLIER) as run:
        report(f'{network.name}: {_described(parameters, dense_parameters)}; '
               f'{counted(options.epochs, "epoch", "epochs")} of '
               f'{counted(experiment.steps_per_epoch, "step", "steps")}, learning rate '
               f'{options.learning_rate:g}')
        last = training.train_run(build, run, experiment.steps, experiment.steps_per_epoch,
                                  run_options, f'{data.name}, {network.name}', config=config)
        return write_results(
            run.log_dir, test_error=last['test_error'], train_error=last['train_error'],
            steps=experiment.steps, seconds=last['seconds'], dense_parameters=dense_parameters,
            seconds_per_epoch=round(last['seconds'] / options.epochs, 1),
            tensorflow=run.record.tensorflow, **_origin(experiment), **settings)


def build_task(experiment, first_step=0, part=ALONE):
    """Builds the training graph in the current graph.

    Args:
        experiment: an `Experiment`.
        first_step: steps made already; the input starts there.
        part: an `Alone`, or the part of this process in a cluster.

    Returns:
        A `training.Task`. It measures `test_error` and `train_error`, in percent.
    """
    data, network, options, devices, pretrained = experiment
    aux = statistics_for_augmentation(data.train_images)
    images, labels = training_input(data, network, aux, options.batch_size, options.seed,
                                    first_step, part.share)
    global_step = tf.train.get_or_create_global_step()
    rate = _learning_rate(experiment, global_step)
    optimizer = tf.train.MomentumOptimizer(rate, options.momentum)

    def tower_loss(some_images, some_labels, number):
        loss = network_loss(network, some_images, some_labels, experiment.pins_variables)
        if pretrained is not None and number == 0:
            pretrained.initialize()
        return loss

    with layers_with(options.initializer, options.weight_decay):
        if not part.updates_statistics:
            # Where the variables are there already, batch normalization moves nothing.
            _measurement(experiment, aux)
        loss, gradients = tower_gradients(
            tower_loss, optimizer, images, labels, devices or [None],
            trained=None if pretrained is None else pretrained.is_trained,
            reuse=not part.updates_statistics)
    averages = averaging()
    train_op = part.apply_gradients(optimizer, gradients, global_step, averages)
    tf.summary.scalar('loss', loss)
    tf.summary.scalar('learning_rate', rate)
    return training.Task(train_op, loss, _evaluation(experiment, aux, averages))


def _checked(experiment):
    """The parameters of a network that can be trained as its options say, and the dense one's.

    What cannot be built must fail before a run is begun.
    """
    network, options, shape = experiment.network, experiment.options, experiment.image_shape
    with layers_with(options.initializer, options.weight_decay) as weights:
        parameters = checked_parameters(network, shape)
    weights.check_use(network.path)
    if experiment.pretrained is not None:
        experiment.pretrained.check(network, shape)
    return parameters, dense_parameters_of(network, shape)


def _origin(experiment):
    """Where the pretrained variables lay: a run that goes on may have found them elsewhere."""
    if experiment.pretrained is None:
        return {}
    return {'pretrained_from': experiment.pretrained.prefix}


def _learning_rate(experiment, global_step):
    options, decay = experiment.options, experiment.network.decay
    if decay is not None:
        decay = int(decay.epochs * experiment.steps_per_epoch), decay.factor
    shape = schedule.OneCycle(options.warm_up, options.first_factor, options.last_factor)
    return schedule.learning_rate(options.schedule, options.learning_rate, global_step,
                                  experiment.steps, decay, shape)


def _described(parameters, dense_parameters):
    if dense_parameters is None:
        return f'{parameters} parameters'
    return (f'{parameters} parameters, {dense_parameters / parameters:.2f} times fewer than the '
            f'{dense_parameters} of the dense network')


def _measurement(experiment, aux):
    return Measurement(experiment.network, aux, experiment.image_shape, experiment.pins_variables)


def _evaluation(experiment, aux, averages):
    """Builds the network with averaged weights; returns the function `Task.evaluate`."""
    data, devices = experiment.data, experiment.devices
    with averages_scope(averages), on(devices[0] if devices else None):
        measurement = _measurement(experiment, aux)

    def evaluate(session, last):
        return {
            'test_error': measurement.error(session, data.test_images, data.test_labels),
            'train_error': measurement.error(session, data.train_images[:_TRAIN_SAMPLE],
                                             data.train_labels[:_TRAIN_SAMPLE])}

    return evaluate
