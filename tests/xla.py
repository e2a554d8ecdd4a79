"""Whether TensorFlow can compile by XLA where the tests run."""

import functools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf


def require_xla():
    """Skips the test where this build of TensorFlow cannot compile a plain product."""
    reason = _why_not()
    if reason:
        raise unittest.SkipTest('this build of TensorFlow has no XLA: ' + reason)


@functools.lru_cache(maxsize=None)
def _why_not():
    with tf.Graph().as_default(), tf.Session() as opened:
        matrix = tf.placeholder(tf.float64, [2, 2])
        with tf.xla.experimental.jit_scope():
            squared = tf.matmul(matrix, matrix)
        try:
            opened.run(squared, {matrix: np.eye(2)})
        except tf.errors.UnimplementedError as error:
            return str(error)
    return None
