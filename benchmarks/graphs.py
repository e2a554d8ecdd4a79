"""The graphs of the workloads: what is run forward and what is run for training."""

import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from benchmarks.einsum_peer import EINSUM_PATHS, einsum_takes_a_path, einsum_train


def constant_variable(name, shape, dtype='float32'):
    """A variable with random values that is not trained; feeding it costs no time."""
    values = np.random.RandomState(0).normal(size=shape)
    initial = values.astype(tf.as_dtype(dtype).as_numpy_dtype)
    return tf.get_variable(name, initializer=initial, trainable=False, use_resource=False)


def operations(out, inp, training):
    """Operations of one run: the output, or the gradients of input and variables.

    The operations themselves are fetched: those behind a `tf.group` may be pruned.
    """
    if not training:
        return [out.op]
    # A full tensor of ones would be made anew by every run; this one is read.
    out_gradient = constant_variable(out.op.name.replace('/', '_') + '_gradient',
                                     out.shape.as_list(), dtype=out.dtype)
    scope = out.op.name.split('/')[0]
    variables = tf.trainable_variables(scope + '/')
    return [gradient.op for gradient in tf.gradients(out, [inp] + variables, out_gradient)]


def tt_alternatives(workload, training, peers=False):
    """Builds a TT workload in the default graph.

    Args:
        workload: a `TTWorkload`.
        training: whether gradients are computed.
        peers: whether `t3f`, `tf.einsum` and a low-rank layer are built too.

    Returns:
        Dictionary from names to lists of operations.
    """
    inp = constant_variable('inp', [workload.batch_size, workload.inp_size])
    alternatives = {}
    for plan in ('auto', 'chain'):
        out = tensornet.layers.tt(inp, workload.inp_modes, workload.out_modes, workload.ranks,
                                  biases_initializer=None, trainable=training, scope=plan,
                                  plan=plan)
        alternatives[plan] = operations(out, inp, training)
    if workload.has_dense:
        out = tensornet.layers.linear(inp, workload.out_size, biases_initializer=None,
                                      scope='dense')
        alternatives['dense'] = operations(out, inp, training)
    if peers:
        alternatives['low_rank'] = operations(_low_rank(workload, inp), inp, training)
        alternatives['t3f'] = _t3f(workload, inp, training)
        if einsum_takes_a_path():
            for path in EINSUM_PATHS:
                out = einsum_train(inp, workload, path, 'einsum_' + path)
                alternatives['einsum_' + path] = operations(out, inp, training)
    return alternatives


def conv_alternatives(workload, training):
    """Builds a convolution workload in the default graph; as `tt_alternatives`."""
    channels = int(np.prod(workload.inp_ch_modes))
    inp = constant_variable('inp', [workload.batch_size, workload.image, workload.image, channels])
    alternatives = {}
    for plan in ('auto', 'chain', 'full'):
        out = tensornet.layers.tt_conv(inp, workload.window, workload.inp_ch_modes,
                                       workload.out_ch_modes, workload.ranks,
                                       biases_initializer=None, trainable=training, scope=plan,
                                       plan=plan)
        alternatives[plan] = operations(out, inp, training)
    out = tensornet.layers.conv(inp, int(np.prod(workload.out_ch_modes)), workload.window,
                                biases_initializer=None, scope='dense')
    alternatives['dense'] = operations(out, inp, training)
    return alternatives


def planned_layer(workload, training, dtype, scope):
    """Builds a workload with plan='auto' in the default graph, in a data type.

    Args:
        workload: a `TTWorkload` or a `ConvWorkload`.
        training: whether gradients are computed.
        dtype: name of the type.
        scope: name of the layer.

    Returns:
        List of operations.
    """
    is_tt = hasattr(workload, 'inp_size')
    shape = ([workload.batch_size, workload.inp_size] if is_tt else
             [workload.batch_size, workload.image, workload.image,
              int(np.prod(workload.inp_ch_modes))])
    inp = constant_variable(scope + '_inp', shape, dtype=dtype)
    options = {'biases_initializer': None, 'trainable': training, 'scope': scope}
    if is_tt:
        out = tensornet.layers.tt(inp, workload.inp_modes, workload.out_modes, workload.ranks,
                                  **options)
    else:
        out = tensornet.layers.tt_conv(inp, workload.window, workload.inp_ch_modes,
                                       workload.out_ch_modes, workload.ranks, **options)
    return operations(out, inp, training)


def low_rank_of(workload):
    """Returns the rank at which two matrices have as many parameters as the cores, at least 1."""
    return max(1, round(workload.parameters / (workload.inp_size + workload.out_size)))


def _low_rank(workload, inp):
    """A layer whose matrix is a product of two."""
    rank = low_rank_of(workload)
    with tf.variable_scope('low_rank', use_resource=False):
        left = tf.get_variable('left', [workload.inp_size, rank])
        right = tf.get_variable('right', [rank, workload.out_size])
        return tf.matmul(tf.matmul(inp, left), right, name='out')


def _t3f(workload, inp, training):
    import t3f

    with tf.variable_scope('t3f'):
        initial = t3f.random_matrix([workload.inp_modes, workload.out_modes], list(workload.ranks))
        matrix = t3f.get_variable('matrix', initializer=initial)
        out = t3f.matmul(tf.identity(inp), matrix)
    if not training:
        return [out.op]
    out_gradient = constant_variable('t3f_gradient', [workload.batch_size, workload.out_size])
    sources = [inp] + list(matrix.tt_cores)
    return [gradient.op for gradient in tf.gradients(out, sources, out_gradient)]
