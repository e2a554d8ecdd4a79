"""Trains dense and TT-LSTMs that read images of MNIST row by row: error, parameters and time.

Like train.py, with the dense LSTM first and then with TT-matrices of each of the --ranks, all by
the same recipe. It prints a table and writes it as comparison.md and comparison.json; the picture
is comparison.png. Each training has a folder of its own below --log_dir. The same command resumes
an interrupted run and trains no network twice; one with more --ranks adds to it.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# As in train.py, nothing that is imported here may import TensorFlow.
from absl import flags

from experiments.common import command_line
from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.integer_list_flag import define_integer_list
from experiments.common.run_lock import check_free, locked
from experiments.common.step_times_flag import define_step_times_flag, times_of
from experiments.common.tensorflow_import import import_tensorflow
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
)
from experiments.mnist.data_flags import DATA_FLAGS, define_data_flags, load_data
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
               ('Timing', ['step_repetitions']),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Loads the data, trains the networks and writes the report."""
    say(f'a dense and {len(FLAGS.ranks)} TT-LSTMs on rows of images, data set {FLAGS.dataset}, log '
        f'in {FLAGS.log_dir}; loading TensorFlow')
    check_free(FLAGS.log_dir)
    import_tensorflow()
    from experiments.common.computation import check_precision
    from experiments.common.in_turn import train_in_turn
    from experiments.sequence_mnist import comparison, recipe

    check_precision(FLAGS.precision)
    data = load_data(report=say)
    networks = [(name, folder, options_of_flags(FLAGS.epochs, rank, rank))
                for name, folder, rank in _networks()]

    def training(folder, options):
        return lambda: recipe.train_network(
            data, options, os.path.join(FLAGS.log_dir, folder), FLAGS.restart, say,
            FLAGS.checkpoint_seconds)

    with locked(FLAGS.log_dir):
        results = train_in_turn([(name, training(folder, options))
                                 for name, folder, options in networks], FLAGS.restart, say)
        times = times_of([options for _, _, options in networks],
                         lambda options: recipe.build_graph(data, options), say)
        say(comparison.write_report(FLAGS.log_dir, results, times))
    say(f'comparison.md, comparison.json and comparison.png are in {FLAGS.log_dir}')


def define_flags():
    """Defines this script's flags."""
    define_integer_list('ranks', '4,8,16', 'the inner TT-ranks of both matrices, a network for '
                        'each')
    define_network_flags()
    define_data_flags()
    define_training_flags(epochs=4, batch_size=100, learning_rate=0.003,
                          log_dir='logs/sequence_mnist_comparison')
    define_checkpoint_flags()
    define_step_times_flag()
    define_computation_flags()


def _networks():
    """Names, folders and ranks."""
    return [('dense LSTM', 'dense', 0)] + [
        (f'TT-LSTM, rank {rank}', f'rank_{rank}', rank) for rank in FLAGS.ranks]


if __name__ == '__main__':
    define_flags()
    command_line.parse(sys.argv, __doc__, FLAG_GROUPS)
    command_line.run(main)
