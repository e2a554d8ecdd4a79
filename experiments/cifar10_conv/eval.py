"""Measures a trained convolutional network on the test images of CIFAR-10.

Takes the latest checkpoint in --log_dir, or that of --checkpoint, with the weights averaged over
the last steps or with those of the last step; in float32, whatever it was trained in, unless
--precision says otherwise. The last line printed is the test accuracy.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cifar10_conv.network_flags import (
    NETWORK_FLAGS,
    define_network_flags,
    network_options,
    network_path,
)
from experiments.common.cifar_files import DATA_FLAGS, load_cifar10
from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.flag_types import define_source_dir
from experiments.common.script import load_tensorflow, run_script

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', NETWORK_FLAGS), ('Data', DATA_FLAGS),
               ('Checkpoint', ['log_dir', 'checkpoint', 'weights']),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Restores and measures."""
    checkpoint = FLAGS.checkpoint or FLAGS.log_dir
    load_tensorflow(f'CIFAR-10, network {FLAGS.net_module} from {checkpoint}, {FLAGS.weights} '
                    'weights')
    from experiments.cifar10_conv import network_file
    from experiments.cifar10_conv.checkpoints import measured_error

    network = network_file.load(network_path(), network_options())
    data = load_cifar10(FLAGS.data_dir, report=say)
    error = measured_error(data, network, checkpoint, FLAGS.weights == 'averaged', FLAGS.plan,
                           FLAGS.precision, report=say)
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
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
