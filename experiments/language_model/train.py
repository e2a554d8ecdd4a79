"""Trains a language model of Python's standard library with a dense or a TT embedding.

The sources of the running Python are split into words: operators, names and numbers as they stand,
strings, docstrings and comments one word each. A tenth of the modules, chosen by their names, is
held out. An embedding, an LSTM and the embedding again, tied to the output, predict the next word.
The last line printed is the perplexity of the held-out modules. The same command resumes an
interrupted run from its last checkpoint.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.script import load_tensorflow, run_script
from experiments.common.training_flags import (
    CHECKPOINT_FLAGS,
    TRAINING_FLAGS,
    define_checkpoint_flags,
    define_training_flags,
    run_options_of_flags,
)
from experiments.language_model.network_flags import (
    DATA_FLAGS,
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_network_flags,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', ['embedding'] + MODES_FLAGS + ['ranks']),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Reads the sources and trains."""
    load_tensorflow(f'language model with a {FLAGS.embedding} embedding', FLAGS.log_dir)
    from experiments.language_model.corpus import load_corpus
    from experiments.language_model.recipe import train_network

    corpus = load_corpus(FLAGS.vocabulary_size, FLAGS.data_dir)
    options = options_of_flags(0 if FLAGS.embedding == 'dense' else FLAGS.ranks)
    results = train_network(corpus, options, run_options_of_flags())
    say(f'embedding {results["embedding_compression"]:.1f} times smaller than a dense one; '
        f'{results["seconds"]:.0f} s; results.json and learning_curve.png are in {FLAGS.log_dir}')
    say(f'perplexity: {results["test_perplexity"]:.2f}')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_enum('embedding', 'tt', ['tt', 'dense'], 'the embedding: tt or dense')
    flags.DEFINE_integer('ranks', 36, 'the inner TT-ranks of the embedding', lower_bound=1)
    define_network_flags()
    define_training_flags(
        epochs=2, batch_size=32, learning_rate=0.004, log_dir='logs/language_model',
        examples='training modules', of_a_step='rows of text')
    define_checkpoint_flags()
    define_computation_flags()


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
