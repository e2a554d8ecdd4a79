"""Trains a network whose convolutions come from a checkpoint of another one.

For example conv-TT-fc, with the convolutions of a run of conv-fc: only the fully-connected layers
are trained. The convolutions and their batch normalization are found by name; their weights stay as
they are, unless --train_convs is given. Everything else is as in train.py.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cifar10_conv import training_flags
from experiments.cifar10_conv.training_flags import define_run_flags, train_as_flags_say
from experiments.cluster.script import run_part
from experiments.common.script import run_script
from tensornet.wording import counted

FLAGS = flags.FLAGS
PRETRAINED_FLAGS = ['convs_from', 'convs', 'train_convs']
FLAG_GROUPS = training_flags.FLAG_GROUPS + [('Pretrained convolutions', PRETRAINED_FLAGS)]
CONVS = r'^inference/(tt_)?(conv|bn)[1-3]\.'


def main():
    """Trains, or does the part of this process in it."""
    epochs = counted(FLAGS.epochs, 'epoch', 'epochs')
    run_part(f'CIFAR-10, network {FLAGS.net_module} with the convolutions of {FLAGS.convs_from}, '
             f'{epochs}', train)


def train(part, report):
    """Trains.

    Args:
        part: see `script.run_part`.
        report: called with lines of text.
    """
    from experiments.cifar10_conv.checkpoints import PretrainedVariables

    pretrained = PretrainedVariables(FLAGS.convs_from, FLAGS.convs, FLAGS.train_convs)
    train_as_flags_say(part, report, pretrained)


def define_flags():
    """Defines this script's flags."""
    define_run_flags('logs/cifar10_pretrained_convs')
    flags.DEFINE_string('convs_from', None, 'where the convolutions come from: folder of a run, '
                        'or path of a checkpoint without its extension')
    flags.DEFINE_string('convs', CONVS, 'regular expression, found in the names of the variables '
                        'to load')
    flags.DEFINE_boolean('train_convs', False, 'train the loaded variables too')
    flags.mark_flag_as_required('convs_from')
    flags.register_validator('convs', _is_pattern, message='expected a regular expression')


def _is_pattern(text):
    try:
        re.compile(text)
    except re.error:
        return False
    return True


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
