"""The graphs that networks are built in, and the parameters in them."""
import contextlib

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.interrupts import answered_after


@contextlib.contextmanager
def new_graph(seed=None):
    """Context of a new default graph, for building it; what runs it comes after.

    Ctrl-C acts at the end of the context: an exception out of a signal's handler would leave
    TensorFlow's objects half made, and their deletion prints tracebacks. A second one acts at once.

    Args:
        seed: the graph's random seed, or None.

    Yields:
        The `tf.Graph`.
    """
    with answered_after('the network is built'), tf.Graph().as_default() as graph:
        if seed is not None:
            tf.set_random_seed(seed)
        yield graph


def count_parameters():
    """The number of trainable parameters in the current graph."""
    return sum(int(np.prod(variable.shape.as_list())) for variable in tf.trainable_variables())
