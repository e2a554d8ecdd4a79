"""Prints the parameters and compression factors of table 2 of "Tensorizing Neural Networks".

VGG-16 and VGG-19 are built with each row's fully-connected layers, and counted; nothing is run.
The paper's numbers follow in brackets. The table is also written to --log_dir, as
vgg_table2.md and vgg_table2.json.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.flag_types import define_log_dir
from experiments.common.report_files import write_report
from experiments.common.script import load_tensorflow, run_script

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Output', ['log_dir'])]


def main():
    """Builds the networks and prints the table."""
    load_tensorflow('table 2: parameters of VGG-16 and VGG-19')
    from experiments.vgg import parameter_table

    rows = parameter_table.rows()
    text = parameter_table.table(rows)
    closing = write_report(FLAGS.log_dir, parameter_table.STEM, text, parameter_table.as_json(rows))
    say(text)
    say(closing)


def define_flags():
    """Defines this script's flags."""
    define_log_dir('logs/vgg', 'folder for the table')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
