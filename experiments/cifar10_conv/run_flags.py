"""The flags and the run that both training scripts share."""
from absl import flags

from experiments.cifar10_conv.network_flags import (
    DATA_FLAGS,
    NETWORK_FLAGS,
    define_network_flags,
    network_options,
    network_path,
)
from experiments.cifar10_conv.recipe_flags import RECIPE_FLAGS, define_recipe_flags
from experiments.cifar10_conv.tower_flags import (
    define_tower_flags,
    tower_devices,
)
from experiments.cluster.cluster_flags import CLUSTER_FLAGS, define_cluster_flags
from experiments.cluster.specification import WrongClusterError
from experiments.common.alone import ALONE
from experiments.common.cifar_files import load_cifar10
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    check_batch_size,
    define_checkpoint_flags,
    define_training_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', NETWORK_FLAGS),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS + ['num_gpus']),
               ('Computation', COMPUTATION_FLAGS),
               ('Several machines', CLUSTER_FLAGS)]

# Where neither flag nor network file says so.
_LEARNING_RATE = 0.1


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
    options = recipe.Options(
        epochs=FLAGS.epochs, batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate or network.learning_rate or _LEARNING_RATE,
        seed=FLAGS.seed, plan=FLAGS.plan, precision=FLAGS.precision,
        **{name: FLAGS[name].value for name in RECIPE_FLAGS})
    results = recipe.train_network(data, network, options, devices, FLAGS.log_dir, FLAGS.restart,
                                   report, pretrained, part=part,
                                   checkpoint_secs=FLAGS.checkpoint_seconds)
    if results is None:
        return
    report(f'{results["seconds"]:.0f} s, {results["seconds_per_epoch"]:.0f} s per epoch; '
           f'results.json and learning_curve.png are in {FLAGS.log_dir}')
    report(f'test accuracy: {100 - results["test_error"]:.2f}%')
