"""Every op of every layer, forward and in a training step, has a GPU kernel for float32.

No GPU is needed: TensorFlow registers its kernels wherever a build that has them is loaded.
"""

import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized
from tensorflow.python.framework import kernels

from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.examples import EXAMPLES, build, channels_axis, placeholder

# A kernel for the device DEFAULT serves every device.
DEVICES = ('GPU', 'DEFAULT')


def _kernels(op_type):
    return [kernel for kernel in kernels.get_registered_kernels_for_op(op_type).kernel
            if kernel.device_type in DEVICES]


def _build_has_gpu_kernels():
    return any(kernel.device_type == 'GPU' for kernel in _kernels('MatMul'))


def _types(attribute):
    kind = attribute.WhichOneof('value')
    return [attribute.type] if kind == 'type' else list(attribute.list.type)


def _serves(kernel, node):
    """Whether the types of a node fulfil the constraints of a kernel."""
    return all(constraint.name in node.attr
               and set(_types(node.attr[constraint.name]))
               <= set(constraint.allowed_values.list.type)
               for constraint in kernel.constraint)


def _nodes(graph):
    """All nodes of a graph and of the bodies of its functions, which hold the branches."""
    definition = graph.as_graph_def()
    functions = {function.signature.name for function in definition.library.function}
    nodes = list(definition.node)
    for function in definition.library.function:
        nodes.extend(function.node_def)
    return [node for node in nodes if node.op not in functions]


def _without_kernel(graph):
    return sorted({f'{node.op} ({node.name})' for node in _nodes(graph)
                   if not any(_serves(kernel, node) for kernel in _kernels(node.op))})


def _train(name, use_resource, **arguments):
    channels = channels_axis(name)
    inp = placeholder(name, shape=[size if axis == channels else None
                                   for axis, size in enumerate(EXAMPLES[name].inp_shape)])
    with tf.variable_scope('', use_resource=use_resource):
        out = build(name, inp, scope='layer', **arguments)
        loss = tf.reduce_mean(tf.square(out))
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
        tf.gradients(loss, inp)
        tf.global_variables_initializer()


@unittest.skipUnless(_build_has_gpu_kernels(), 'this build of TensorFlow has no GPU kernels')
class GPUKernelsTest(unittest.TestCase):

    @parameterized.expand([(name, use_resource) for name in EXAMPLES
                           for use_resource in (False, True)])
    def test_training_step(self, name, use_resource):
        with tf.Graph().as_default() as graph:
            _train(name, use_resource)
            self.assertEqual([], _without_kernel(graph))

    @parameterized.expand([(name, version) for name in EXAMPLES if 'batch' in name
                           for version in VERSIONS])
    def test_batch_normalization_in_a_cond(self, name, version):
        with tf.Graph().as_default() as graph, control_flow(version):
            _train(name, True, train_phase=tf.placeholder(tf.bool, []))
            self.assertEqual([], _without_kernel(graph))

    @parameterized.expand([('plain', dict(eps=1e-7))])
    def test_plain_batch_normalization(self, _, arguments):
        with tf.Graph().as_default() as graph:
            _train('batch_normalization_4d', True, **arguments)
            self.assertEqual([], _without_kernel(graph))

    def test_the_check_finds_an_op_without_gpu_kernel(self):
        with tf.Graph().as_default() as graph:
            tf.as_string(tf.placeholder(tf.float32, [2]), name='text')
            self.assertEqual(['AsString (text)'], _without_kernel(graph))

    def test_the_check_reads_types(self):
        with tf.Graph().as_default() as graph:
            tf.matmul(tf.placeholder(tf.int32, [2, 2]), tf.placeholder(tf.int32, [2, 2]),
                      name='product')
            self.assertEqual(['MatMul (product)'], _without_kernel(graph))


if __name__ == '__main__':
    unittest.main()
