"""The graphs of the workloads: what is run forward and what is run for training."""

import numpy as np
import tensorflow.compat.v1 as tf

import tensornet


def constant_variable(name, shape, seed=0, dtype='float32'):
    """A variable with random values that is not trained; feeding it costs no time."""
    values = np.random.RandomState(seed).normal(size=shape)
    values = values.astype(tf.as_dtype(dtype).as_numpy_dtype)
    return tf.get_variable(name, initializer=values, trainable=False, use_resource=False)


def operations(out, inp, training):
    """Operations of one run: the output, or the gradients of input and variables.

    The operations themselves are fetched: those behind a `tf.group` may be pruned.
    """
    if not training:
        return [out.op]
    # A full tensor of ones would be made anew by every run; this one is read.
    out_gradient = constant_variable(out.op.name.replace('/', '_') + '_gradient',
                                     out.shape.as_list())
    scope = out.op.name.split('/')[0]
    variables = tf.trainable_variables(scope + '/')
    return [gradient.op for gradient in tf.gradients(out, [inp] + variables, out_gradient)]


def tt_alternatives(workload, training, peers=False):
    """Builds a TT workload in the default graph.

    Args:
        workload: a `TTWorkload`.
        training: whether gradients are computed.
        peers: whether `t3f` is built beside.

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
        alternatives['t3f'] = _t3f(workload, inp, training)
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
