"""The variables that several layers have in common."""

import re

import tensorflow.compat.v1 as tf

from tensornet.contraction import add_bias
from tensornet.layers.get_var_wrap import get_var_wrap

# What TensorFlow says of a variable that is reused.
_OTHER_SHAPE = re.compile('Trying to share variable .* shape')


def tt_matrix_cores(name, inp_modes, out_modes, ranks, initializers, regularizers, trainable,
                    cpu_variables, dtype):
    """Gets the cores of a TT-matrix.

    Args:
        name: what their names begin with, before the number of the core.
        inp_modes, out_modes: lists of d integers `i_k` and `o_k`.
        ranks: list of d+1 integers `r_k`.
        initializers, regularizers: lists with one entry for each core.
        trainable, cpu_variables, dtype: as for `get_var_wrap`.

    Returns:
        List of d variables; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
    """
    shapes = [[o * right, left * i]
              for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
    return [_core('%s_%d' % (name, k), shape, initializer, regularizer, trainable, cpu_variables,
                  dtype)
            for k, (shape, initializer, regularizer)
            in enumerate(zip(shapes, initializers, regularizers), start=1)]


def _core(name, shape, initializer, regularizer, trainable, cpu_variables, dtype):
    """Gets a core; says what shares cores where one that is reused has another shape."""
    try:
        return get_var_wrap(name, shape, initializer, regularizer, trainable, cpu_variables,
                            dtype=dtype)
    except ValueError as error:
        if not _OTHER_SHAPE.search(str(error)):
            raise
        raise ValueError(
            '%s: %s Layers that share cores have the same modes and ranks, and `tt_embedding(ids, '
            'voc_modes, emb_modes, ranks)` shares them with `tt(inp, emb_modes, voc_modes, ranks)`,'
            ' its modes the other way round' % (tf.get_variable_scope().name, error)) from error


def constant_one(name, shape, cpu_variables, dtype):
    """Gets the variable that stands for a factor of a single number: a one, never trained."""
    return get_var_wrap(name, shape, tf.ones_initializer(), None, False, cpu_variables,
                        dtype=dtype)


def add_biases(out, initializer, regularizer, trainable, cpu_variables):
    """Adds the variable `biases` to the last axis; without initializer only names the output.

    Args:
        out: tensor `[..., features]`.
        initializer: of the biases, or None for a layer that has none.
        regularizer, trainable, cpu_variables: as for `get_var_wrap`.

    Returns:
        Tensor of the shape of `out`, made by the op `out` of the current scope.
    """
    if initializer is None:
        return tf.identity(out, name='out')
    biases = get_var_wrap('biases', [out.shape.as_list()[-1]], initializer, regularizer,
                          trainable, cpu_variables, dtype=out.dtype)
    return add_bias(out, biases, name='out')
