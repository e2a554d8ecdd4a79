"""The memory that a plan says it takes against the tensors of its graph."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import chain_plan, plan, plan_memory, tt_matmul
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.contraction.workloads import SCALED, TRIED

SAME_NUMBERS = ('Reshape', 'Identity', 'Squeeze', 'ExpandDims')
PLANS = [(name, chain_plan(*shape)) for name, shape in SCALED.items()]
PLANS += [(name, plan(*SCALED[name], groups=groups, order=order, machine=machine))
          for name, groups, order in TRIED
          for machine in (BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT)]
PLANS += [(name, plan(*shape, groups=[len(shape.inp_modes)], order=[]))
          for name, shape in SCALED.items()]


def _tensors(planned):
    """Builds a product and its gradients.

    Returns:
        The sizes of the tensors that the backward pass reads, and of all that are calculated, but
        for input, output, cores and their gradients.
    """
    inp_modes, out_modes, ranks = planned.shape
    with tf.Graph().as_default() as graph:
        inp = tf.placeholder(tf.float32, [planned.setting.batch_size, int(np.prod(inp_modes))])
        cores = [tf.placeholder(tf.float32, [o * right, left * i]) for i, o, left, right
                 in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
        out = tt_matmul(inp, cores, planned)
        forward = set(graph.get_operations())
        given = {tensor.name for tensor in [inp, out] + cores}
        out_gradient = tf.placeholder(tf.float32, out.shape)
        gradients = tf.gradients(out, [inp] + cores, out_gradient)
        others = {_numbers_of(tensor).name for tensor in gradients + [out_gradient, out]}
        read, calculated = {}, {}
        for op in set(graph.get_operations()):
            for tensor in op.inputs:
                numbers = _numbers_of(tensor)
                if tensor.dtype != tf.float32 or numbers.name in given | others:
                    continue
                calculated[numbers.name] = _size(numbers)
                if op not in forward and numbers.op in forward:
                    read[numbers.name] = _size(numbers)
    return sorted(read.values()), sorted(calculated.values())


def _numbers_of(tensor):
    """Returns the tensor whose numbers a tensor shows in another shape."""
    while tensor.op.type in SAME_NUMBERS:
        tensor = tensor.op.inputs[0]
    return tensor


def _size(tensor):
    return int(np.prod(tensor.shape.as_list()))


class PlanMemoryTest(unittest.TestCase):

    @parameterized.expand(PLANS)
    def test_graph(self, _, planned):
        read, calculated = _tensors(planned)
        self.assertEqual(sorted(plan_memory.kept(planned)), read)
        self.assertEqual(4 * sum(read), planned.kept_bytes)
        self.assertEqual(4 * max(calculated), planned.largest_intermediate_bytes)

    def test_no_gradients(self):
        shape = [2, 2], [8, 8], [1, 4, 1]
        forward, training = [plan(*shape, 1, groups=[2], order=[], training=training)
                             for training in (False, True)]
        self.assertEqual(4 * (2 * 2) * (8 * 8), forward.largest_intermediate_bytes)
        # The gradients of the cores have a summand for each pair of rows.
        self.assertEqual(4 * 4 * 2 * (8 * 8), training.largest_intermediate_bytes)


if __name__ == '__main__':
    unittest.main()
