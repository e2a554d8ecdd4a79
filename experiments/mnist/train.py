"""Trains the MNIST network of "Tensorizing Neural Networks" (arXiv 1509.06569, section 6.1).

28x28 images, padded to 32x32 with the mean subtracted, go through a TT-layer 1024 -> 1024, a
ReLU and a linear layer to 10 classes. The last line printed is the test error. The same command
resumes an interrupted run from its last checkpoint.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cluster.cluster_flags import CLUSTER_FLAGS, define_cluster_flags
from experiments.cluster.script import run_part
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.datasets import DATA_FLAGS, define_data_flags, load_data
from experiments.common.flag_types import check_of_use, define_integer_list
from experiments.common.ranks import full_ranks
from experiments.common.script import run_script
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
    run_options_of_flags,
)
from experiments.mnist.network_flags import (
    EPOCHS,
    EPOCHS_HELP,
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_modes_flags,
    define_recipe_flags,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', ['layer'] + MODES_FLAGS + ['ranks']),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS),
               ('Several machines', CLUSTER_FLAGS)]


def main():
    """Trains, or does the part of this process in it."""
    layer = 'TT-layer' if FLAGS.layer == 'tt' else 'dense layer'
    run_part(f'MNIST network with a {layer} 1024 -> 1024, data set {FLAGS.dataset}', train)


def train(part, report):
    """Loads the data and trains.

    Args:
        part: see `script.run_part`.
        report: called with lines of text.
    """
    from experiments.mnist import recipe

    data = load_data(report=report)
    options = options_of_flags(EPOCHS[data.name], layer=FLAGS.layer, inp_modes=FLAGS.inp_modes,
                               out_modes=FLAGS.out_modes, ranks=_ranks())
    results = recipe.train_network(data, options, run_options_of_flags(report, part))
    if results is None:
        return
    report(f'{results["parameters"]} parameters, compression {results["compression"]:.1f}; '
           f'{results["seconds"]:.0f} s; results.json and learning_curve.png are in '
           f'{FLAGS.log_dir}')
    report(f'test error: {results["test_error"]:.2f}%')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_enum('layer', 'tt', ['tt', 'dense'], 'the hidden layer: tt or dense')
    define_modes_flags()
    define_integer_list('ranks', '8', 'TT-ranks: one number for all inner ranks, or all of them, '
                        'the first and the last 1')
    define_data_flags()
    define_training_flags(
        epochs=None, batch_size=100, learning_rate=0.01, log_dir='logs/mnist',
        epochs_help=EPOCHS_HELP)
    define_recipe_flags()
    define_checkpoint_flags()
    define_computation_flags()
    define_cluster_flags()
    check_of_use(MODES_FLAGS + ['ranks'], 'layer', 'tt')
    flags.register_multi_flags_validator(
        ['ranks', 'inp_modes'], lambda values: _are_ranks(values['ranks'], values['inp_modes']),
        message='expected --ranks to be one number, or one more than there are modes, the first '
                'and the last 1')


def _are_ranks(ranks, modes):
    return len(ranks) == 1 or (len(ranks) == len(modes) + 1 and ranks[0] == ranks[-1] == 1)


def _ranks():
    ranks = FLAGS.ranks
    return full_ranks(ranks[0], FLAGS.inp_modes) if len(ranks) == 1 else ranks


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
