"""Counting the parameters of a network."""
import numpy as np
import tensorflow.compat.v1 as tf


def count_parameters(graph=None):
    """The number of trainable parameters in a graph, by default the current one."""
    with (graph or tf.get_default_graph()).as_default():
        return sum(int(np.prod(variable.shape.as_list())) for variable in
                   tf.trainable_variables())
