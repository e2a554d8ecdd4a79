"""Trains an LSTM with dense or TT-matrices that reads images of MNIST row by row.

An image is a sequence of 28 steps of 28 pixels. A linear layer classifies the LSTM's last output.
Each of the two matrices of the LSTM, of the row and of the state, is one TT-matrix for all gates,
or dense where its rank is 0. The last line printed is the test error. The same command resumes an
interrupted run from its last checkpoint.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.datasets import DATA_FLAGS, define_data_flags, load_data
from experiments.common.script import load_tensorflow, run_script
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
    run_options_of_flags,
)
from experiments.sequence_mnist.network_flags import (
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_network_flags,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', MODES_FLAGS + ['inp_ranks', 'state_ranks']),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Loads the data and trains."""
    load_tensorflow(f'LSTM on rows of images, data set {FLAGS.dataset}', FLAGS.log_dir)
    from experiments.sequence_mnist.recipe import train_network

    data = load_data(report=say)
    options = options_of_flags(FLAGS.inp_ranks, FLAGS.state_ranks)
    results = train_network(data, options, run_options_of_flags())
    say(f'{results["cell_weights"]} weights in the cell, {results["dense_cell_weights"]} with '
        f'dense matrices; {results["seconds"]:.0f} s; results.json and learning_curve.png are in '
        f'{FLAGS.log_dir}')
    say(f'test error: {results["test_error"]:.2f}%')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_integer('inp_ranks', 4, 'the inner TT-ranks of the matrix of a row; 0 for a dense '
                         'one', lower_bound=0)
    flags.DEFINE_integer('state_ranks', 8, 'the inner TT-ranks of the matrix of the state; 0 for a '
                         'dense one', lower_bound=0)
    define_network_flags()
    define_data_flags()
    define_training_flags(epochs=4, batch_size=100, learning_rate=0.003,
                          log_dir='logs/sequence_mnist')
    define_checkpoint_flags()
    define_computation_flags()


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
