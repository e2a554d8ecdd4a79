"""Trains the language model with a dense and with TT embeddings: perplexity against parameters.

Like train.py, with the dense embedding first and then with a TT embedding of each of the --ranks,
all by the same recipe. It prints a table and writes it as comparison.md and comparison.json; the
picture is comparison.png. Each training has a folder of its own below --log_dir. The same command
resumes an interrupted run and trains no network twice; one with more --ranks adds to it.
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
from experiments.common.tensorflow_import import import_tensorflow
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
)
from experiments.language_model.network_flags import (
    DATA_FLAGS,
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_network_flags,
    full_ranks,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Networks', ['ranks'] + MODES_FLAGS),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Reads the sources, trains the networks and writes the report."""
    say(f'language models with a dense and {len(FLAGS.ranks)} TT embeddings, log in '
        f'{FLAGS.log_dir}; loading TensorFlow')
    check_free(FLAGS.log_dir)
    import_tensorflow()
    from experiments.common.computation import check_precision
    from experiments.common.in_turn import train_in_turn
    from experiments.language_model.comparison import write_report
    from experiments.language_model.corpus import load_corpus
    from experiments.language_model.recipe import train_network

    check_precision(FLAGS.precision)
    corpus = load_corpus(FLAGS.vocabulary_size, FLAGS.data_dir)
    with locked(FLAGS.log_dir):
        results = train_in_turn(
            [(name, _training(train_network, corpus, folder, embedding, ranks))
             for name, folder, embedding, ranks in _networks()], FLAGS.restart, say)
        say(write_report(FLAGS.log_dir, results))
    say(f'comparison.md, comparison.json and comparison.png are in {FLAGS.log_dir}')


def define_flags():
    """Defines this script's flags."""
    define_integer_list('ranks', '16,36', 'the inner TT-ranks of the embedding, a network for each')
    define_network_flags()
    define_training_flags(
        epochs=2, batch_size=32, learning_rate=0.004, log_dir='logs/language_models',
        examples='training modules', of_a_step='rows of text')
    define_checkpoint_flags()
    define_computation_flags()


def _networks():
    """Names, folders, embeddings and ranks."""
    return [('dense embedding', 'dense', 'dense', None)] + [
        (f'TT embedding, rank {rank}', f'rank_{rank}', 'tt', full_ranks(rank))
        for rank in FLAGS.ranks]


def _training(train_network, corpus, folder, embedding, ranks):
    def train():
        return train_network(corpus, options_of_flags(embedding, ranks),
                             os.path.join(FLAGS.log_dir, folder), FLAGS.restart, say,
                             FLAGS.checkpoint_seconds)
    return train


if __name__ == '__main__':
    define_flags()
    command_line.parse(sys.argv, __doc__, FLAG_GROUPS)
    command_line.run(main)
