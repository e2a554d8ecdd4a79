"""Measures table 3 of "Tensorizing Neural Networks": a layer 25088 -> 4096, dense against TT.

Times a forward pass of fc6 of VGG-16 for each number of images, on the CPU and, where TensorFlow
has one, a GPU: in float32, in bfloat16, and in a frozen graph of float32, whose variables are
constants. Also measures the memory. The paper's numbers stand beside ours. The table is also
written to --log_dir, as vgg_table3.md and vgg_table3.json. Run nothing else meanwhile.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.computation_flags import define_plan_flag
from experiments.common.flag_types import (
    check_different,
    check_same_length,
    define_integer_list,
    define_log_dir,
)
from experiments.common.report_files import write_report
from experiments.common.script import load_tensorflow, run_script
from experiments.vgg import paper

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Layer', ['inp_modes', 'out_modes', 'rank']),
               ('Measurement', ['batch_sizes', 'repetitions', 'plan']),
               ('Output', ['log_dir'])]


def main():
    """Measures and prints the table."""
    load_tensorflow(f'table 3: a layer of modes {_joined(FLAGS.inp_modes)} -> '
                    f'{_joined(FLAGS.out_modes)}, dense and TT of rank {FLAGS.rank}')
    from experiments.vgg import timed_layer, timing_table

    shape = timed_layer.Shape(FLAGS.inp_modes, FLAGS.out_modes, FLAGS.rank)
    results = timing_table.measure(shape, FLAGS.batch_sizes, FLAGS.repetitions, FLAGS.plan,
                                   say)
    text = timing_table.table(results)
    closing = write_report(FLAGS.log_dir, timing_table.STEM, text, results)
    say(text)
    say(closing)


def define_flags():
    """Defines this script's flags."""
    define_integer_list('inp_modes', _listed(paper.INP_MODES), 'input modes')
    define_integer_list('out_modes', _listed(paper.OUT_MODES), 'output modes')
    flags.DEFINE_integer('rank', paper.RANK, 'all inner TT-ranks', lower_bound=1)
    define_integer_list('batch_sizes', '1,100', 'numbers of images in a forward pass')
    check_different('batch_sizes')
    flags.DEFINE_integer('repetitions', 50, 'timings of each layer and number of images, each of '
                         'as many passes as fill 0.1 s', lower_bound=1)
    define_plan_flag()
    define_log_dir('logs/vgg', 'folder for the table')
    check_same_length('out_modes', 'inp_modes')


def _listed(modes):
    return ','.join(map(str, modes))


def _joined(modes):
    return 'x'.join(map(str, modes))


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
