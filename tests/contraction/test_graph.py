"""What is in the graph of `tt`: no transposed activations, and what the backward pass reads."""

import gc
import unittest
import weakref

import numpy as np
import tensorflow
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import chain_plan, plan, tt_matmul
from tests.contraction.data_flow import origin, reaches, transposed_activations
from tests.contraction.enumeration import all_plans, groupings
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.contraction.workloads import FULL_SIZE
from tests.sessions import session
from tests.useless_ranks import WithUselessRanks

SHAPE = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
THREE_PRODUCTS = {'chain': chain_plan(*SHAPE, 4),
                  'steps': plan(*SHAPE, 4, groups=[1, 1, 1], order=['left', 'right'])}
PRODUCTS = ('MatMul', 'BatchMatMul', 'BatchMatMulV2', 'BatchMatMulV3')


def _workload_plans():
    for name, workload in FULL_SIZE.items():
        d = len(workload.inp_modes)
        yield name + '_auto', workload, 'auto'
        yield name + '_full', workload, 'full'
        yield name + '_left', workload, plan(*workload, groups=[1] * d, order=['left'] * (d - 1))
        yield name + '_right', workload, plan(*workload, groups=[1] * d,
                                              order=['right'] * (d - 1))


class TransposeTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand([(name, workload, requested, known)
                           for name, workload, requested in _workload_plans()
                           for known in (True, False)])
    def test_no_activation_is_transposed_forward(self, _, workload, requested, known):
        inp_modes, out_modes, ranks, batch_size = workload
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, [batch_size if known else None,
                                              int(np.prod(inp_modes))])
            layers.tt(inp, inp_modes, out_modes, ranks, plan=requested, batch_size=batch_size)
            self.assertEqual([], transposed_activations(graph, inp))

    def test_every_plan_of_three_cores(self):
        workload = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1], 4
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, [None, 12])
            for requested in all_plans(*workload):
                layers.tt(inp, *workload[:3], plan=requested)
            self.assertEqual([], transposed_activations(graph, inp))

    def test_the_chain_transposes_the_input_and_every_state(self):
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, [4, 12])
            layers.tt(inp, [2, 3, 2], [3, 2, 2], [1, 2, 3, 1], plan='chain')
            self.assertEqual(1 + 3, len(transposed_activations(graph, inp)))

    @parameterized.expand([('batched', BATCHED_CORE_GRADIENT, 0), ('flat', FLAT_CORE_GRADIENT, 2)])
    def test_the_flat_form_alone_transposes_activations_backward(self, _, machine, transposes):
        shape = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
        for requested in all_plans(*shape, batch_size=4, machine=machine):
            with tf.Graph().as_default() as graph:
                inp = tf.placeholder(tf.float32, [None, 12])
                out = layers.tt(inp, *shape, plan=requested)
                tf.gradients(out, [inp] + tf.trainable_variables())
                transposed = [op.inputs[0].shape.as_list() for op in graph.get_operations()
                              if op.type == 'Transpose']
            several = sum(step.columns > 1 for step in requested.steps)
            self.assertEqual(transposes * several,
                             sum(None in shape for shape in transposed), msg=str(requested))

    def test_cores_are_used_as_they_are_stored_from_the_left(self):
        shape = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
        for groups in groupings(3):
            with tf.Graph().as_default() as graph:
                requested = plan(*shape, groups=groups, order=['left'] * (len(groups) - 1))
                layers.tt(tf.placeholder(tf.float32, [4, 12]), *shape, plan=requested)
                self.assertNotIn('Transpose', [op.type for op in graph.get_operations()])


class ShapeTest(unittest.TestCase):

    @parameterized.expand([(requested, recompute) for requested in ('auto', 'chain', 'full')
                           for recompute in (False, True)])
    def test_static_shape_and_name(self, requested, recompute):
        shape = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
        for inp_shape, out_shape in (([None, 12], [None, 12]), ([5, 12], [5, 12]),
                                     ([1, 12], [1, 12]), ([0, 12], [0, 12]),
                                     ([5, 2, 12], [10, 12]), ([5, 4, 3], [5, 12]),
                                     ([None, 2, 6], [None, 12]), ([12], [1, 12])):
            for biases in (tf.zeros_initializer, None):
                with tf.Graph().as_default():
                    inp = tf.placeholder(tf.float32, inp_shape)
                    out = layers.tt(inp, *shape, plan=requested, recompute=recompute, scope='a/b',
                                    biases_initializer=biases)
                    self.assertEqual(out_shape, out.shape.as_list())
                    self.assertEqual('a/b/out:0', out.name)
                    self.assertEqual(tf.float32, out.dtype)

    @parameterized.expand(['auto', 'chain', 'full'])
    def test_all_plans_have_the_same_variables(self, requested):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [5, 12])
            layers.tt(inp, [2, 3, 2], [3, 2, 2], [1, 2, 3, 1], plan=requested)
            self.assertEqual(
                [('tt/mat_core_1', [6, 2]), ('tt/mat_core_2', [6, 6]), ('tt/mat_core_3', [2, 6]),
                 ('tt/biases', [12])],
                [(variable.op.name, variable.shape.as_list())
                 for variable in tf.global_variables()])


class LifetimeTest(unittest.TestCase):

    @parameterized.expand([(requested, recompute) for requested in ('auto', 'chain', 'full')
                           for recompute in (False, True)])
    def test_a_graph_is_freed_with_its_gradients(self, requested, recompute):
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, [4, 12])
            out = layers.tt(inp, *SHAPE, plan=requested, recompute=recompute)
            gradients = tf.gradients(out, [inp] + tf.trainable_variables())
        freed = weakref.ref(graph)
        del graph, inp, out, gradients
        gc.collect()
        self.assertIsNone(freed())


def _executed_products(recompute, requested, loss):
    """Runs a training step; returns how many matrix products were executed, and the shapes of
    the tensors that the backward pass reads from the forward pass."""
    with tf.Graph().as_default() as graph:
        inp = tf.placeholder(tf.float32, [4, 12])
        out = layers.tt(inp, *SHAPE, plan=THREE_PRODUCTS[requested], recompute=recompute)
        forward = set(graph.get_operations())
        gradients = tf.gradients(loss(out), [inp] + tf.trainable_variables())
        metadata = tf.RunMetadata()
        with session() as opened:
            opened.run([out, gradients], {inp: np.ones([4, 12])},
                       options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE,
                                             output_partition_graphs=True),
                       run_metadata=metadata)
        read = {tensor for op in set(graph.get_operations()) - forward for tensor in op.inputs
                if tensor.op in forward and reaches(tensor, inp)}
        sizes = sorted(int(np.prod(tensor.shape.as_list())) for tensor in read if tensor is not inp)
    # The graph as it was executed, after TensorFlow's own optimizations.
    products = [node.op for partition in metadata.partition_graphs for node in partition.node
                if node.op in PRODUCTS or node.op in ('_FusedMatMul', '_MklMatMul',
                                                      '_MklBatchMatMulV2')]
    return len(products), sizes


def _kept_of_the_forward_pass(requested, recompute):
    """Returns which tensors the backward pass reads, and those that it may always read."""
    inp_modes, out_modes, ranks = SHAPE
    with tf.Graph().as_default() as graph:
        inp = tf.placeholder(tf.float32, [4, 12])
        cores = [tf.placeholder(tf.float32, [o * right, left * i]) for i, o, left, right
                 in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
        out = tt_matmul(inp, cores, requested, recompute=recompute)
        out_gradient = tf.placeholder(tf.float32, [4, 12])
        forward = set(graph.get_operations())
        tf.gradients(out, [inp] + cores, out_gradient)
        read = {origin(tensor) for op in set(graph.get_operations()) - forward
                for tensor in op.inputs if tensor.op in forward}
    return read, {inp, out_gradient}.union(cores)


def _products_of_xla(recompute, requested):
    """Compiles a training step; returns how many matrix products XLA left in it."""
    cores = [tf.ones([o * right, left * i]) for i, o, left, right
             in zip(*SHAPE[:2], SHAPE[2][:-1], SHAPE[2][1:])]

    def step(inp, *cores):
        out = tt_matmul(inp, cores, THREE_PRODUCTS[requested], recompute=recompute)
        return tf.gradients(tf.reduce_sum(out ** 2), (inp,) + cores)

    compiled = tensorflow.function(step, jit_compile=True)
    text = compiled.experimental_get_compiler_ir(tf.ones([4, 12]), *cores)(stage='optimized_hlo')
    return text.count(' dot(')


class RecomputeTest(unittest.TestCase):

    # Two core gradients are batched products that a further product adds up.
    # The gradient of a mere sum is a constant.
    @parameterized.expand([
        (requested, sums, loss) for requested, sums in (('chain', 0), ('steps', 2))
        for loss in (lambda out: tf.reduce_sum(out ** 2), tf.reduce_sum)])
    def test_the_states_are_computed_again(self, requested, sums, loss):
        kept, sizes = _executed_products(False, requested, loss)
        recomputed, fewer_sizes = _executed_products(True, requested, loss)
        # Three products forward, two backward for each; the last state is not needed.
        self.assertEqual(3 + 2 * 3 + sums, kept)
        self.assertEqual(3 + 2 * 3 + sums + 2, recomputed)
        # Neither reads more than the output, `4 * 12`, when the states are computed again.
        self.assertGreater(max(sizes), 4 * 12)
        self.assertLessEqual(max(fewer_sizes), 4 * 12)

    @parameterized.expand([
        ('chain', chain_plan(*SHAPE, 4)),
        ('merged', plan(*SHAPE, 4, groups=[2, 1], order=['left'])),
        ('merged_last', plan(*SHAPE, 4, groups=[2, 1], order=['right'])),
        ('full', plan(*SHAPE, 4, groups=[3], order=[]))])
    def test_states_and_merged_cores_are_not_kept(self, _, requested):
        read, given = _kept_of_the_forward_pass(requested, recompute=True)
        self.assertEqual(given, read)
        read, given = _kept_of_the_forward_pass(requested, recompute=False)
        self.assertGreater(len(read - given), 0)

    @parameterized.expand(['chain', 'steps'])
    @unittest.skipIf(tf.__version__.startswith('1.'), 'TensorFlow 1.15 hides what XLA made')
    def test_xla_computes_the_states_again(self, requested):
        self.assertEqual(_products_of_xla(False, requested) + 2, _products_of_xla(True, requested))


if __name__ == '__main__':
    unittest.main()
