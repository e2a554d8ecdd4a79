"""Prints the parameters and compression factors of table 2 of "Tensorizing Neural Networks".

VGG-16 and VGG-19 are built with each row's fully-connected layers, and counted; nothing is run.
The paper's numbers stand beside in brackets. The table is also written to --log_dir, as
vgg_table2.md and vgg_table2.json.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# As in experiments/mnist/train.py, nothing that is imported here may import TensorFlow.
from absl import flags

from experiments.common import command_line
from experiments.common.command_line import say
from experiments.common.folder_flags import define_log_dir
from experiments.common.tensorflow_import import import_tensorflow

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Output', ['log_dir'])]


def main():
    """Builds the networks and prints the table."""
    say('table 2: parameters of VGG-16 and VGG-19; loading TensorFlow')
    import_tensorflow()
    from experiments.vgg import parameter_table

    say(parameter_table.write_table(FLAGS.log_dir, parameter_table.rows()))
    say(f'{parameter_table.TABLE} and {parameter_table.JSON} are in {FLAGS.log_dir}')


def define_flags():
    """Defines this script's flags."""
    define_log_dir('logs/vgg', 'folder for the table')


if __name__ == '__main__':
    define_flags()
    command_line.parse(sys.argv, __doc__, FLAG_GROUPS)
    command_line.run(main)
