"""The flags of the language models that say what they read, and how they are made and trained."""
from absl import flags

from experiments.common.flag_types import check_same_length, check_share, define_integer_list
from experiments.common.ranks import full_ranks
from tensornet.tt.arguments import product

DATA_FLAGS = ['data_dir', 'vocabulary_size']
MODES_FLAGS = ['voc_modes', 'emb_modes']
RECIPE_FLAGS = ['window', 'dropout']


def define_network_flags():
    """Defines the `DATA_FLAGS`, the `MODES_FLAGS` and the `RECIPE_FLAGS`."""
    flags.DEFINE_string('data_dir', '', 'folder of Python sources; installed packages, tests and '
                        'tables in it are left out (default: the standard library of the running '
                        'Python)')
    flags.DEFINE_integer('vocabulary_size', 10000, 'the most words in the vocabulary',
                         lower_bound=3)
    define_integer_list('voc_modes', '20,20,25', 'modes of the vocabulary in a TT embedding')
    define_integer_list('emb_modes', '4,4,8', 'modes of a row of the embedding; their product is '
                        'the size of rows and LSTM, with a dense embedding too')
    flags.DEFINE_integer('window', 20, 'words of a row in a training step, as far as gradients '
                         'go back', lower_bound=1)
    flags.DEFINE_float('dropout', 0.1, "share of the LSTM's inputs and outputs that dropout sets "
                       'to zero')
    check_share('dropout')
    check_same_length('emb_modes', 'voc_modes')
    flags.register_multi_flags_validator(
        ['voc_modes', 'vocabulary_size'],
        lambda values: product(values['voc_modes']) >= values['vocabulary_size'],
        message='expected --voc_modes that multiply to --vocabulary_size or more')


def options_of_flags(rank):
    """The `recipe.Options` by the flags.

    Args:
        rank: the inner TT-ranks of the embedding; 0 for a dense one.
    """
    from experiments.language_model.recipe import Options

    values = flags.FLAGS
    return Options(
        embedding='tt' if rank else 'dense', voc_modes=values.voc_modes,
        emb_modes=values.emb_modes, ranks=full_ranks(rank, values.voc_modes) if rank else None,
        epochs=values.epochs, batch_size=values.batch_size, window=values.window,
        learning_rate=values.learning_rate, dropout=values.dropout, seed=values.seed,
        plan=values.plan, precision=values.precision)
