"""A TT-layer as one would write it by hand: one `tf.einsum` of the batch and all cores.

TensorFlow contracts along the path that opt_einsum finds, which TensorFlow 2 depends on.
"""

import string

import tensorflow.compat.v1 as tf

EINSUM_PATHS = ('greedy', 'optimal')


def einsum_train(inp, workload, path, scope):
    """Multiplies a batch by a TT-matrix.

    Args:
        inp: tensor `[batch, prod(inp_modes)]`.
        workload: a `TTWorkload`.
        path: one of `EINSUM_PATHS`.
        scope: name of the scope of the cores, which are made as variables `[r_{k-1}, i_k, o_k,
            r_k]`, the first and the last without the rank of one.

    Returns:
        Tensor `[batch, prod(out_modes)]`.
    """
    with tf.variable_scope(scope, use_resource=False):
        cores = [tf.get_variable(f'core_{k}', shape, dtype=inp.dtype.base_dtype)
                 for k, shape in enumerate(core_shapes(workload), start=1)]
        batch = tf.reshape(inp, (-1,) + tuple(workload.inp_modes))
        out = tf.einsum(equation(len(cores)), batch, *cores, optimize=path)
        return tf.reshape(out, [workload.batch_size, workload.out_size], name='out')


def equation(cores):
    """Returns the equation, such as `abc,bdf,fce->ade` for two cores."""
    letters = iter(string.ascii_letters)
    batch = next(letters)
    inp = [next(letters) for _ in range(cores)]
    out = [next(letters) for _ in range(cores)]
    bonds = [''] + [next(letters) for _ in range(cores - 1)] + ['']
    factors = [bonds[k] + inp[k] + out[k] + bonds[k + 1] for k in range(cores)]
    return f'{batch}{"".join(inp)},{",".join(factors)}->{batch}{"".join(out)}'


def core_shapes(workload):
    """Returns the shapes of the cores of `einsum_train`."""
    bonds = [()] + [(rank,) for rank in workload.ranks[1:-1]] + [()]
    return [left + (i, o) + right for left, i, o, right in zip(
        bonds[:-1], workload.inp_modes, workload.out_modes, bonds[1:])]


def einsum_takes_a_path():
    """Whether `tf.einsum` can be told a path: not that of TensorFlow 1."""
    return int(tf.__version__.split('.')[0]) >= 2
