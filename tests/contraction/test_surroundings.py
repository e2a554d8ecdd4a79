"""`tt` in loops, branches, towers, XLA clusters and imported graphs gives what it gives alone."""

import functools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import plan
from tests.layers.control_flow import VERSIONS, control_flow
from tests.sessions import assert_close, random_values, session
from tests.xla import require_xla

MODES, RANKS = [2, 3, 2], [1, 2, 3, 1]
FEATURES, BATCH_SIZE = 12, 4
TOLERANCE = 1e-12

PLANS = {
    'chain': 'chain',
    'full': 'full',
    'left': plan(MODES, MODES, RANKS, BATCH_SIZE, groups=[1, 1, 1], order=['left', 'left']),
    'right': plan(MODES, MODES, RANKS, BATCH_SIZE, groups=[1, 1, 1], order=['right', 'right']),
    'both': plan(MODES, MODES, RANKS, BATCH_SIZE, groups=[1, 2], order=['right']),
}
CASES = [('chain', True), ('full', False), ('left', True), ('right', False), ('both', False),
         ('both', True)]
CONTROL_FLOW_CASES = [case + (version,) for case in CASES for version in VERSIONS]


def _inputs():
    return np.random.RandomState(1).normal(size=[BATCH_SIZE, FEATURES])


def _layer(inp, name, recompute, **arguments):
    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
        return layers.tt(inp, MODES, MODES, RANKS, scope='layer', plan=PLANS[name],
                         recompute=recompute, **arguments)


def _loop(inp, name, recompute):
    def body(step, state):
        return step + 1, tf.tanh(_layer(state, name, recompute))

    return tf.while_loop(lambda step, state: step < 3, body, [0, inp])[1]


def _unrolled(inp, name, recompute):
    for _ in range(3):
        inp = tf.tanh(_layer(inp, name, recompute))
    return inp


def _branches(taken, inp, name, recompute):
    return tf.cond(tf.placeholder_with_default(taken, []),
                   lambda: _layer(inp, name, recompute),
                   lambda: _layer(2 * inp, name, recompute))


def _towers(inp, name, recompute):
    outs = []
    for number, part in enumerate(tf.split(inp, 2)):
        with tf.device('/cpu:0'), tf.name_scope(f'tower_{number}'):
            outs.append(_layer(part, name, recompute))
    return tf.concat(outs, axis=0)


def _different_towers(inp, *_):
    return tf.concat([_layer(part, name, name == 'left')
                      for part, name in zip(tf.split(inp, 4), ('left', 'full', 'both', 'chain'))],
                     axis=0)


def _doubled(inp, name, recompute):
    return _layer(2 * inp, name, recompute)


def _compiled(inp, name, recompute):
    with tf.xla.experimental.jit_scope(separate_compiled_gradients=True):
        return _layer(inp, name, recompute)


def _gathered(inp, name, recompute):
    return tf.gather(_layer(inp, name, recompute, biases_initializer=None), [2, 0, 2])


def _run(build, name, recompute, known=True, metadata=None, order=1):
    """Returns the output of `build`, and its gradients by the input and the variables.

    Args:
        build: function of the input, the name of the plan and `recompute`.
        name, recompute: how to compute the layer.
        known: whether the batch size is.
        metadata: `tf.RunMetadata` to fill in.
        order: 2 for the gradients of the squared gradients.
    """
    with tf.Graph().as_default():
        inp = tf.placeholder(tf.float64, [BATCH_SIZE if known else None, FEATURES])
        # Variables are better not created inside of a loop.
        _layer(inp, 'chain', False, biases_initializer=None if build is _gathered
               else tf.zeros_initializer)
        variables = tf.trainable_variables()
        out = build(inp, name, recompute)
        assert tf.trainable_variables() == variables
        return _derived(inp, out, metadata, order)


def _derived(inp, out, metadata=None, order=1):
    """Builds the gradients and returns what `_run` does."""
    at = [inp] + tf.trainable_variables()
    gradients = tf.gradients(tf.reduce_sum(out ** 3), at)
    if order == 2:
        gradients = tf.gradients([gradient ** 2 for gradient in gradients], at)
    with session(random_values()) as opened:
        return opened.run([out] + gradients, {inp: _inputs()}, run_metadata=metadata,
                          options=metadata and tf.RunOptions(output_partition_graphs=True))


@functools.lru_cache(maxsize=None)
def _expected(build):
    """Returns what the original library's chain gives for `build`, computed once."""
    return _run(build, 'chain', False)


class SurroundingsTest(unittest.TestCase):

    def _assert_same(self, actual, expected):
        self.assertEqual(len(expected), len(actual))
        for one, other in zip(actual, expected):
            assert_close(one, other, TOLERANCE)

    @parameterized.expand(CONTROL_FLOW_CASES)
    def test_while_loop(self, name, recompute, version):
        with control_flow(version):
            actual = _run(_loop, name, recompute)
        self._assert_same(actual, _expected(_unrolled))

    @parameterized.expand(CASES)
    def test_second_derivatives_of_a_while_loop(self, name, recompute):
        """Those of loops of control flow v1 TensorFlow does not have."""
        with control_flow('v2'):
            actual = _run(_loop, name, recompute, order=2)
        self._assert_same(actual, _run(_unrolled, name, recompute, order=2))

    @parameterized.expand(CONTROL_FLOW_CASES)
    def test_cond(self, name, recompute, version):
        for taken, straight in ((True, _layer), (False, _doubled)):
            with control_flow(version):
                actual = _run(functools.partial(_branches, taken), name, recompute)
            self._assert_same(actual, _expected(straight))

    @parameterized.expand(CASES)
    def test_towers_share_the_variables(self, name, recompute):
        self._assert_same(_run(_towers, name, recompute), _expected(_layer))

    def test_towers_may_differ_in_their_plans(self):
        self._assert_same(_run(_different_towers, None, None), _expected(_layer))

    @parameterized.expand([case + (index % 2 == 0,) for index, case in enumerate(CASES)])
    def test_xla(self, name, recompute, known):
        require_xla()
        metadata = tf.RunMetadata()
        actual = _run(_compiled, name, recompute, known, metadata)
        clusters = [node for partition in metadata.partition_graphs for node in partition.node
                    if node.op == '_XlaRun']
        # Forward and backward pass are compiled each.
        self.assertGreaterEqual(len(clusters), 2)
        self._assert_same(actual, _expected(_layer))

    @parameterized.expand(CASES)
    def test_gradients_of_an_imported_graph(self, name, recompute):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float64, [None, FEATURES], name='inp')
            out = _layer(inp, name, recompute)
            names = inp.name, out.name
            exported = tf.train.export_meta_graph()
        with tf.Graph().as_default() as graph:
            tf.train.import_meta_graph(exported)
            inp, out = map(graph.get_tensor_by_name, names)
            self._assert_same(_derived(inp, out), _expected(_layer))

    @parameterized.expand(CASES)
    def test_sparse_gradient_of_the_output(self, name, recompute):
        """The gradient of `tf.gather` is sparse, and without biases nothing makes it dense."""
        self._assert_same(_run(_gathered, name, recompute), _expected(_gathered))


if __name__ == '__main__':
    unittest.main()
