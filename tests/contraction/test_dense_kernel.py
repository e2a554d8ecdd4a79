"""The dense kernels against those written out entry by entry."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import direct_kernel, kernel
from tests.references.convolution import tt_direct_kernel, tt_kernel
from tests.sessions import assert_close


def _run(tensor):
    with tf.Session() as opened:
        return opened.run(tensor)


class KernelTest(unittest.TestCase):

    @parameterized.expand([
        ('square', [3, 3], [2, 3], [2, 2], [2, 3, 1]),
        ('oblong', [2, 5], [3, 1], [1, 4], [4, 2, 1]),
        ('window_1x1', [1, 1], [2, 3], [3, 2], [1, 2, 1]),
        ('one_core', [3, 2], [4], [5], [3, 1]),
        ('three_cores', [2, 2], [2, 1, 3], [1, 3, 2], [2, 3, 2, 1]),
    ])
    def test_kernel(self, _, window, inp_modes, out_modes, ranks):
        random = np.random.RandomState(0)
        filters = random.normal(size=window + [1, ranks[0]])
        cores = [random.normal(size=[o * right, left * i])
                 for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
        with tf.Graph().as_default():
            out = kernel(tf.constant(filters), [tf.constant(core) for core in cores], inp_modes,
                         out_modes, ranks)
            expected = tt_kernel(filters, cores, inp_modes, out_modes, ranks)
            self.assertEqual(list(expected.shape), out.shape.as_list())
            assert_close(_run(out), expected, 1e-12)


class DirectKernelTest(unittest.TestCase):

    @parameterized.expand([
        ('square', [3, 3, 4, 5], [1, 2, 3, 2, 1]),
        ('oblong', [1, 4, 2, 3], [1, 1, 3, 2, 1]),
        ('window_1x1', [1, 1, 4, 3], [1, 1, 1, 2, 1]),
        ('one_channel', [2, 3, 1, 1], [1, 2, 1, 1, 1]),
    ])
    def test_kernel(self, _, modes, ranks):
        random = np.random.RandomState(0)
        cores = [random.normal(size=[left, mode * right])
                 for left, mode, right in zip(ranks[:-1], modes, ranks[1:])]
        with tf.Graph().as_default():
            out = direct_kernel([tf.constant(core) for core in cores], modes, ranks)
            self.assertEqual(modes, out.shape.as_list())
            assert_close(_run(out), tt_direct_kernel(cores, modes, ranks), 1e-12)


if __name__ == '__main__':
    unittest.main()
