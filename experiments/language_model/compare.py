"""Trains the language model with a dense and with TT embeddings: perplexity against parameters.

Like train.py, with the dense embedding first and then with a TT embedding of each of the --ranks,
all by the same recipe. It prints a table and writes it as comparison.md and comparison.json; the
picture is comparison.png. Each training has a folder of its own below --log_dir. The same command
resumes an interrupted run and trains no network twice; one with more --ranks adds to it.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.comparison import TIMING_FLAGS, compare, define_timing_flags
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.flag_types import check_different, define_integer_list
from experiments.common.script import load_tensorflow, run_script
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
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Networks', ['ranks'] + MODES_FLAGS),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + CHECKPOINT_FLAGS + RECIPE_FLAGS),
               ('Timing', TIMING_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Reads the sources, trains the networks and writes the report."""
    load_tensorflow(f'language models with a dense and {len(FLAGS.ranks)} TT embeddings',
                    FLAGS.log_dir)
    from experiments.language_model import comparison, recipe
    from experiments.language_model.corpus import load_corpus

    networks = [('dense embedding', 'dense', options_of_flags(0))] + [
        (f'TT embedding, rank {rank}', f'rank_{rank}', options_of_flags(rank))
        for rank in FLAGS.ranks]
    compare(networks, load_corpus(FLAGS.vocabulary_size, FLAGS.data_dir), recipe, comparison)


def define_flags():
    """Defines this script's flags."""
    define_integer_list('ranks', '16,36', 'the inner TT-ranks of the embedding, a network for each')
    check_different('ranks')
    define_network_flags()
    define_training_flags(
        epochs=2, batch_size=32, learning_rate=0.004, log_dir='logs/language_models',
        examples='training modules', of_a_step='rows of text')
    define_checkpoint_flags()
    define_timing_flags()
    define_computation_flags()


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
