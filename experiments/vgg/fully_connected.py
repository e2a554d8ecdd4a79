"""The formats of a fully-connected layer's weight matrix: dense, TT, or of low matrix rank."""
import collections
import math

import tensorflow.compat.v1 as tf

from experiments.common.ranks import full_ranks
from tensornet import layers
from tensornet.tt import factorize

# Scopes of the two matrices of a `LowRank`, below that of the layer.
FIRST, SECOND = 'first', 'second'

_CORES = 6
# The paper's modes; the factors that `factorize` finds come in another order.
_PAPER_MODES = {25088: [2, 7, 8, 8, 7, 4], 4096: [4] * _CORES}

TT = collections.namedtuple('TT', ['inp_modes', 'out_modes', 'ranks'])
TT.__doc__ = """A TT-matrix.

Attributes:
    inp_modes, out_modes: d modes each, which multiply to the sizes of the layer.
    ranks: d+1 TT-ranks, the first and the last 1.
"""

LowRank = collections.namedtuple('LowRank', ['rank'])
LowRank.__doc__ = """The product of two matrices, `[in, rank]` and `[rank, out]`."""


def fully_connected(inp, out_size, form, scope, trainable=True):
    """Adds a fully-connected layer: `out = inp W + biases`.

    Args:
        inp: float tensor `[batch, in_size]`.
        out_size: number of outputs.
        form: a `TT`, a `LowRank`, or None for a dense matrix.
        scope: name of the variable scope; the two matrices of a `LowRank` lie in `first` and
            `second` below it.
        trainable: whether the variables are trained.

    Returns:
        Tensor `[batch, out_size]`.

    Raises:
        ValueError: the modes or ranks of a `TT` do not fit.
    """
    if isinstance(form, TT):
        return layers.tt(inp, form.inp_modes, form.out_modes, form.ranks, trainable=trainable,
                         scope=scope)
    if isinstance(form, LowRank):
        with tf.variable_scope(scope):
            inner = layers.linear(inp, form.rank, biases_initializer=None, trainable=trainable,
                                  scope=FIRST)
            return layers.linear(inner, out_size, trainable=trainable, scope=SECOND)
    return layers.linear(inp, out_size, trainable=trainable, scope=scope)


def biases_name(form):
    """The name of the biases below the scope of a layer."""
    return f'{SECOND}/biases' if isinstance(form, LowRank) else 'biases'


def tt_of_rank(inp_size, out_size, rank):
    """The `TT` of a layer with `modes_for` both sizes and all inner ranks alike."""
    modes = modes_for(inp_size)
    return TT(modes, modes_for(out_size), full_ranks(rank, modes))


def modes_for(size):
    """Six modes that multiply to a size: the paper's where it has some, else nearly equal ones."""
    return list(_PAPER_MODES.get(size) or factorize(size, _CORES, max_ratio=math.inf).modes)
