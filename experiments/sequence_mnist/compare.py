"""Trains dense and TT-LSTMs that read images of MNIST row by row: error, parameters and time.

Like train.py, with the dense LSTM first and then with TT-matrices of each of the --ranks, all by
the same recipe. It prints a table and writes it as comparison.md and comparison.json; the picture
is comparison.png. Each training has a folder of its own below --log_dir. The same command resumes
an interrupted run and trains no network twice; one with more --ranks adds to it.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.comparison import TIMING_FLAGS, compare, define_timing_flags
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.datasets import DATA_FLAGS, define_data_flags, load_data
from experiments.common.flag_types import check_different, define_integer_list
from experiments.common.script import load_tensorflow, run_script
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
)
from experiments.sequence_mnist.network_flags import (
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_network_flags,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Networks', ['ranks'] + MODES_FLAGS),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Timing', TIMING_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Loads the data, trains the networks and writes the report."""
    load_tensorflow(f'a dense and {len(FLAGS.ranks)} TT-LSTMs on rows of images, data set '
                    f'{FLAGS.dataset}', FLAGS.log_dir)
    from experiments.sequence_mnist import comparison, recipe

    networks = [('dense LSTM', 'dense', options_of_flags(0, 0))] + [
        (f'TT-LSTM, rank {rank}', f'rank_{rank}', options_of_flags(rank, rank))
        for rank in FLAGS.ranks]
    compare(networks, load_data(report=say), recipe, comparison)


def define_flags():
    """Defines this script's flags."""
    define_integer_list('ranks', '4,8,16', 'the inner TT-ranks of both matrices, a network for '
                        'each')
    check_different('ranks')
    define_network_flags()
    define_data_flags()
    define_training_flags(epochs=4, batch_size=100, learning_rate=0.003,
                          log_dir='logs/sequence_mnist_comparison')
    define_checkpoint_flags()
    define_timing_flags()
    define_computation_flags()


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
