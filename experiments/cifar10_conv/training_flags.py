"""The flags that say how a network is trained, and the run that both training scripts share.

Nothing here imports TensorFlow before it is used.
"""
import math

from absl import flags

from experiments.cifar10_conv.network_flags import (
    NETWORK_FLAGS,
    define_network_flags,
    network_options,
    network_path,
)
from experiments.cluster.cluster_flags import CLUSTER_FLAGS, define_cluster_flags
from experiments.cluster.specification import WrongClusterError
from experiments.common import computation_flags
from experiments.common.cifar_files import DATA_FLAGS, load_cifar10
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.errors import ExpectedError
from experiments.common.part import ALONE
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    check_batch_size,
    define_checkpoint_flags,
    define_training_flags,
    run_options_of_flags,
)
from tensornet.wording import counted

FLAGS = flags.FLAGS
SCHEDULES = ('paper', 'one_cycle')
INITIALIZERS = ('xavier', 'he')
ONE_CYCLE_FLAGS = ['warm_up', 'first_factor', 'last_factor']
RECIPE_FLAGS = ['schedule'] + ONE_CYCLE_FLAGS + ['momentum', 'initializer', 'weight_decay']

# How the runs of earlier versions, which do not say it, were trained and computed.
EARLIER = dict(computation_flags.EARLIER, warm_up=0.25, first_factor=0.04, last_factor=0.0,
               initializer='xavier', weight_decay=0.0)

TOWER_FLAGS = ['num_gpus']
FLAG_GROUPS = [('Network', NETWORK_FLAGS),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS + TOWER_FLAGS),
               ('Computation', COMPUTATION_FLAGS),
               ('Several machines', CLUSTER_FLAGS)]

# Where neither flag nor network file says so.
_LEARNING_RATE = 0.1


class MissingDevicesError(ExpectedError):
    """There are not as many GPUs as asked for."""


def define_run_flags(log_dir):
    """Defines all flags of `FLAG_GROUPS`; `log_dir` is the default of `--log_dir`."""
    define_network_flags()
    define_training_flags(epochs=100, batch_size=100, learning_rate=None, log_dir=log_dir,
                          learning_rate_help=' (default: `learning_rate` or '
                          '`initial_learning_rate` in the network file\'s `opts`, else '
                          f'{_LEARNING_RATE})')
    define_recipe_flags()
    define_tower_flags()
    define_checkpoint_flags()
    define_computation_flags()
    define_cluster_flags()


def train_as_flags_say(part, report, pretrained=None):
    """Loads network and data, trains, and reports; TensorFlow is imported already.

    Args:
        part: an `Alone`, a `Chief` or a `Worker`.
        report: called with lines of text, the last of which is the test accuracy.
        pretrained: a `PretrainedVariables`, or None.

    Raises:
        WrongClusterError: there are towers in a cluster.
    """
    from experiments.cifar10_conv import network_file, recipe

    if FLAGS.num_gpus and part is not ALONE:
        raise WrongClusterError(f'--num_gpus={FLAGS.num_gpus}: in a cluster each worker is one '
                                'tower; start a worker for each GPU, with CUDA_VISIBLE_DEVICES set')
    network = network_file.load(network_path(), network_options())
    devices = tower_devices()
    data = load_cifar10(FLAGS.data_dir, report=report)
    check_batch_size(len(data.train_images))
    options = options_of_flags(network.learning_rate or _LEARNING_RATE)
    results = recipe.train_network(
        recipe.Experiment(data, network, options, devices, pretrained),
        run_options_of_flags(report, part))
    if results is None:
        return
    report(f'{results["seconds"]:.0f} s, {results["seconds_per_epoch"]:.0f} s per epoch; '
           f'results.json and learning_curve.png are in {FLAGS.log_dir}')
    report(f'test accuracy: {100 - results["test_error"]:.2f}%')


def options_of_flags(learning_rate=None):
    """The `recipe.Options` by the flags.

    Args:
        learning_rate: the highest one, where `--learning_rate` does not say.
    """
    from experiments.cifar10_conv.recipe import Options

    names = ['epochs', 'batch_size', 'seed'] + COMPUTATION_FLAGS + RECIPE_FLAGS
    return Options(learning_rate=FLAGS.learning_rate or learning_rate,
                   **{name: FLAGS[name].value for name in names})


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_enum('schedule', 'paper', SCHEDULES, 'of the learning rate: paper divides it by '
                      'ten after 30, 60 and 90% of the epochs, or decays it as the network file\'s '
                      '`opts` say; one_cycle raises it linearly and lets it fall along a cosine')
    _define_share('warm_up', 'share of the run in which one_cycle raises the learning rate')
    _define_share('first_factor', 'where one_cycle begins, as a factor of --learning_rate')
    _define_share('last_factor', 'where one_cycle ends, as a factor of --learning_rate')
    flags.DEFINE_float('momentum', 0.9, 'momentum of the gradient descent', lower_bound=0,
                       upper_bound=1)
    flags.DEFINE_enum('initializer', EARLIER['initializer'], INITIALIZERS, 'initial values '
                      'of all weights: xavier scales each core by its own shape, as the paper\'s '
                      'code did; he scales the cores so that the matrix or kernel they make has '
                      'He\'s variance')
    flags.DEFINE_float('weight_decay', EARLIER['weight_decay'], 'adds half the sum of squares of '
                       'all weights, filters and cores, times this factor, to the loss',
                       lower_bound=0)
    flags.register_validator('weight_decay', math.isfinite, message='expected a finite number')
    flags.register_multi_flags_validator(['schedule'] + ONE_CYCLE_FLAGS, _check_schedule)


def define_tower_flags():
    """Defines `--num_gpus`."""
    flags.DEFINE_integer('num_gpus', 0, 'GPUs to train on, each with its share of the batch; 0 '
                         'leaves the place of the network to TensorFlow, which takes a GPU if it '
                         'finds one', lower_bound=0)
    flags.register_multi_flags_validator(
        ['batch_size', 'num_gpus'],
        lambda values: values['batch_size'] % max(1, values['num_gpus']) == 0,
        message='expected --batch_size to be a multiple of --num_gpus')


def tower_devices():
    """The devices of the towers, a list of names; [] for one wherever TensorFlow puts it.

    Raises:
        MissingDevicesError: there are fewer GPUs.
    """
    import tensorflow.compat.v1 as tf
    count = FLAGS.num_gpus
    found = len(tf.config.experimental.list_physical_devices('GPU')) if count else 0
    if found < count:
        raise MissingDevicesError(f'--num_gpus={count}: TensorFlow sees '
                                  f'{counted(found, "GPU", "GPUs")}; pass --num_gpus=0 to train '
                                  'without')
    return [f'/gpu:{number}' for number in range(count)]


def _define_share(name, help_text):
    flags.DEFINE_float(name, EARLIER[name], help_text, lower_bound=0, upper_bound=1)


def _check_schedule(values):
    given = [f'--{name}' for name in ONE_CYCLE_FLAGS if values[name] != EARLIER[name]]
    if given and values['schedule'] != 'one_cycle':
        raise flags.ValidationError(f'{", ".join(given)}: only with --schedule=one_cycle')
    return True
