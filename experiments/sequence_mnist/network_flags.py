"""The flags of the LSTMs that say how they are made and trained."""
from absl import flags

from experiments.common.integer_list_flag import define_integer_list

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
    flags.register_validator('dropout', lambda share: 0 <= share < 1,
                             message='expected a number from 0 to less than 1')
    flags.register_validator('inp_modes', lambda modes: _product(modes) >= _LARGEST_WIDTH,
                             message=f'expected modes that multiply to {_LARGEST_WIDTH} or more')
    flags.register_multi_flags_validator(
        MODES_FLAGS, lambda values: len(values['hidden_modes']) == len(values['inp_modes']),
        message='expected --inp_modes with as many modes as --hidden_modes')


def options_of_flags(epochs, inp_rank, state_rank):
    """The `recipe.Options` by the flags.

    Args:
        epochs: passes over the training images.
        inp_rank, state_rank: the inner TT-ranks of the two matrices; 0 for a dense one.
    """
    from experiments.sequence_mnist.recipe import Options

    return Options(
        hidden_modes=_FLAGS.hidden_modes, inp_modes=_FLAGS.inp_modes,
        inp_ranks=_full_ranks(inp_rank), state_ranks=_full_ranks(state_rank), epochs=epochs,
        batch_size=_FLAGS.batch_size, learning_rate=_FLAGS.learning_rate, dropout=_FLAGS.dropout,
        seed=_FLAGS.seed, plan=_FLAGS.plan, precision=_FLAGS.precision)


def _full_ranks(rank):
    return [1] + [rank] * (len(_FLAGS.hidden_modes) - 1) + [1] if rank else None


def _product(values):
    product = 1
    for value in values:
        product *= value
    return product
