"""The flags of the LSTMs that say how they are made and trained."""
from absl import flags

from experiments.common.flag_types import check_same_length, check_share, define_integer_list
from experiments.common.ranks import full_ranks
from tensornet.tt.arguments import product

MODES_FLAGS = ['hidden_modes', 'inp_modes']
RECIPE_FLAGS = ['dropout']

# The rows of all data sets are at most so wide.
_LARGEST_WIDTH = 32

_FLAGS = flags.FLAGS


def define_network_flags():
    """Defines the `MODES_FLAGS` and the `RECIPE_FLAGS`."""
    define_integer_list('hidden_modes', '16,16', 'modes of the hidden units; their product is the '
                        'number of units of a dense LSTM too')
    define_integer_list('inp_modes', '4,8', 'modes of a row of pixels, which may be shorter than '
                        'their product')
    flags.DEFINE_float('dropout', 0.1, "share of the LSTM's last outputs that dropout sets to zero")
    check_share('dropout')
    flags.register_validator('inp_modes', lambda modes: product(modes) >= _LARGEST_WIDTH,
                             message=f'expected modes that multiply to {_LARGEST_WIDTH} or more')
    check_same_length('inp_modes', 'hidden_modes')


def options_of_flags(inp_rank, state_rank):
    """The `recipe.Options` by the flags.

    Args:
        inp_rank, state_rank: the inner TT-ranks of the two matrices; 0 for a dense one.
    """
    from experiments.sequence_mnist.recipe import Options

    return Options(
        hidden_modes=_FLAGS.hidden_modes, inp_modes=_FLAGS.inp_modes,
        inp_ranks=_ranks(inp_rank), state_ranks=_ranks(state_rank), epochs=_FLAGS.epochs,
        batch_size=_FLAGS.batch_size, learning_rate=_FLAGS.learning_rate, dropout=_FLAGS.dropout,
        seed=_FLAGS.seed, plan=_FLAGS.plan, precision=_FLAGS.precision)


def _ranks(rank):
    return full_ranks(rank, _FLAGS.hidden_modes) if rank else None
