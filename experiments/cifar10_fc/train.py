"""Trains the wide and shallow CIFAR-10 network of "Tensorizing Neural Networks" (1509.06569).

TT-layers 3072 -> 262144 -> 4096, each with batch normalization, ReLU and dropout, and a linear
layer to 10 classes; or, with --layer=dense, four dense layers of 4096 units. Options are those of
the authors' reruns; in addition, the weights are averaged for evaluation. The last line printed
is the test accuracy. The same command resumes an interrupted run from its last checkpoint, and
with more --max_steps or --minutes continues one.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cluster.cluster_flags import CLUSTER_FLAGS, define_cluster_flags
from experiments.cluster.script import run_part
from experiments.common.cifar_files import DATA_FLAGS, define_cifar_dir, load_cifar10
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.flag_types import check_of_use, define_integer_list
from experiments.common.ranks import full_ranks
from experiments.common.script import run_script
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    STEPS_FLAGS,
    check_batch_size,
    define_checkpoint_flags,
    define_steps_flags,
    run_options_of_flags,
)
from tensornet.wording import counted

TT_CORES = 6

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', ['layer', 'hidden_modes', 'ranks']),
               ('Data', DATA_FLAGS),
               ('Training', STEPS_FLAGS + CHECKPOINT_FLAGS),
               ('Computation', COMPUTATION_FLAGS),
               ('Several machines', CLUSTER_FLAGS)]


def main():
    """Trains, or does the part of this process in it."""
    run_part(f'CIFAR-10 with wide and shallow {FLAGS.layer} layers', train)


def train(part, report):
    """Loads the data and trains.

    Args:
        part: see `script.run_part`.
        report: called with lines of text.
    """
    from experiments.cifar10_fc import recipe

    data = load_cifar10(FLAGS.data_dir, report=report)
    check_batch_size(len(data.train_images))
    options = recipe.Options(
        layer=FLAGS.layer, hidden_modes=FLAGS.hidden_modes,
        ranks=full_ranks(FLAGS.ranks, FLAGS.hidden_modes), batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate or recipe.LEARNING_RATES[FLAGS.layer], seed=FLAGS.seed,
        plan=FLAGS.plan, precision=FLAGS.precision)
    length = recipe.Length(FLAGS.max_steps, FLAGS.eval_steps,
                           60 * FLAGS.minutes if FLAGS.minutes else None)
    results = recipe.train_network(data, options, length, run_options_of_flags(report, part))
    if results is None:
        return
    report(f'{counted(results["steps"], "step", "steps")}, {results["steps_per_second"]} a second; '
           f'{results["seconds"]:.0f} s; results.json and learning_curve.png are in '
           f'{FLAGS.log_dir}')
    report(f'test accuracy: {results["test_accuracy"]:.2f}%')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_enum('layer', 'tt', ['tt', 'dense'], 'the hidden layers: tt or dense')
    define_integer_list('hidden_modes', '8,8,8,8,8,8', 'the six modes between the TT-layers')
    flags.DEFINE_integer('ranks', 10, 'the inner TT-ranks of both TT-layers', lower_bound=1)
    define_cifar_dir()
    define_steps_flags(max_steps=40000, eval_steps=1000, batch_size=100, learning_rate=None,
                       log_dir='logs/cifar10_fc',
                       learning_rate_help=' (default: 0.06 for tt, 1 for dense)')
    define_checkpoint_flags()
    define_computation_flags()
    define_cluster_flags()
    check_of_use(['hidden_modes', 'ranks'], 'layer', 'tt')
    flags.register_validator('hidden_modes', lambda modes: len(modes) == TT_CORES,
                             message=f'expected {TT_CORES} modes')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
