"""Batches for batch normalization, and what a session or the graph says of it."""

import numpy as np
import tensorflow.compat.v1 as tf

STATISTICS = ['moving_mean', 'moving_variance', 'local_step']


def batches(shape, count):
    """Returns so many batches of float64 numbers with means and deviations of their own."""
    random = np.random.RandomState(0)
    return [random.normal(loc=k + 1, scale=k + 1, size=shape) for k in range(count)]


def statistics(opened, scope='bn'):
    """Returns the values of the moving statistics of a layer."""
    graph = tf.get_default_graph()
    variables = {variable.op.name: variable
                 for variable in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)}
    return opened.run([variables[f'{scope}/{name}'] for name in STATISTICS])


def op_types():
    """Returns the types of all operations of the graph and of its functions."""
    graph = tf.get_default_graph().as_graph_def()
    nodes = list(graph.node)
    for function in graph.library.function:
        nodes.extend(function.node_def)
    return {node.op for node in nodes}
