"""Trains a network of "Ultimate tensorization" (arXiv 1611.03214) on CIFAR-10.

The network is a Python file: one of experiments/cifar10_conv/nets, or one of your own, also one
written for the original. Stochastic gradient descent with momentum, varied images, and weights
averaged over the last steps at evaluation. The last line printed is the test accuracy. The same
command resumes an interrupted run from its last checkpoint.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cifar10_conv.training_flags import (
    FLAG_GROUPS,
    define_run_flags,
    train_as_flags_say,
)
from experiments.cluster.script import run_part
from experiments.common.script import run_script
from tensornet.wording import counted

FLAGS = flags.FLAGS


def main():
    """Trains, or does the part of this process in it."""
    epochs = counted(FLAGS.epochs, 'epoch', 'epochs')
    run_part(f'CIFAR-10, network {FLAGS.net_module}, {epochs}', train_as_flags_say)


def define_flags():
    """Defines this script's flags."""
    define_run_flags('logs/cifar10_conv')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
