"""Measures a trained convolutional network on the test images of CIFAR-10.

Takes the latest checkpoint in --log_dir, or that of --checkpoint, with the weights averaged over
the last steps or with those of the last step; in float32, whatever it was trained in, unless
--precision says otherwise. The last line printed is the test accuracy.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# As in mnist/train.py, nothing that is imported here may import TensorFlow.
from absl import flags

from experiments.cifar10_conv.network_flags import (
    DATA_FLAGS,
    NETWORK_FLAGS,
    define_network_flags,
    network_options,
    network_path,
)
from experiments.common import command_line
from experiments.common.cifar_files import load_cifar10
from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.folder_flags import define_source_dir
from experiments.common.tensorflow_import import import_tensorflow

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', NETWORK_FLAGS), ('Data', DATA_FLAGS),
               ('Checkpoint', ['log_dir', 'checkpoint', 'weights']),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Restores and measures."""
    checkpoint = FLAGS.checkpoint or FLAGS.log_dir
    say(f'CIFAR-10, network {FLAGS.net_module} from {checkpoint}, {FLAGS.weights} weights; '
        'loading TensorFlow')
    import_tensorflow()
    from experiments.cifar10_conv import network_file, saved_network
    from experiments.common.computation import check_precision

    check_precision(FLAGS.precision)
    network = network_file.load(network_path(), network_options())
    data = load_cifar10(FLAGS.data_dir, report=say)
    error = saved_network.measured_error(data, network, checkpoint, FLAGS.weights == 'averaged',
                                         FLAGS.plan, FLAGS.precision, report=say)
    say(f'test accuracy: {100 - error:.2f}%')


def define_flags():
    """Defines this script's flags."""
    define_network_flags()
    flags.DEFINE_string('checkpoint', '', 'path of a checkpoint without its extension (default: '
                        'the latest in --log_dir)')
    define_source_dir('logs/cifar10_conv', 'folder of the run', other='checkpoint')
    flags.DEFINE_enum('weights', 'averaged', ['averaged', 'plain'], 'averaged over the last steps, '
                      'or plain: those of the last step')
    define_computation_flags('the evaluation')


if __name__ == '__main__':
    define_flags()
    command_line.parse(sys.argv, __doc__, FLAG_GROUPS)
    command_line.run(main)
