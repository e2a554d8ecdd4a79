"""Layers in functions that TensorFlow traces; eager execution is on, so in a process of its own."""

import json
import os
import sys
import textwrap
import unittest

import numpy as np
from parameterized import parameterized

from tests import prepared_python
from tests.layers.written_calls import CALLS
from tests.references.tt_table import tt_table, tt_table_gradients
from tests.sessions import assert_close

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Each function is one that TensorFlow traces; `layer` is called in it.
REFUSED = {
    'function': 'tensorflow.function(layer)()',
    'branch': 'tensorflow.function(lambda: tf.cond(tf.constant(True), layer, layer))()',
    'data': 'list(tensorflow.data.Dataset.range(2).map(lambda _: layer()))',
}
TAKEN = {
    'wrapped': 'tf.wrap_function(layer, [])()',
    'named': 'tf.wrap_function(layer, [], name="mine")()',
    'branch': 'tf.wrap_function(lambda: tf.cond(tf.constant(True), layer, layer), [])()',
    'called in a function': 'called_in_a_function(tf.wrap_function(layer, []))',
    'graph': 'in_a_graph(layer)',
    'branch of a graph': 'in_a_graph(lambda: tf.cond(tf.constant(True), layer, layer))',
}

# Modes and ranks of a table, its cores, and ids that are looked up in it.
TABLE = [2, 3], [3, 2], [1, 2, 1]
CORES = [np.random.RandomState(0).normal(size=[voc * right, left * emb]) for voc, emb, left, right
         in zip(*TABLE[:2], TABLE[2], TABLE[2][1:])]
IDS = [5, 0, 5, 2]

SCRIPT = '''
    import json
    import sys
    import tensorflow
    import tensorflow.compat.v1 as tf
    if not tf.executing_eagerly():
        tf.enable_v2_behavior()
    from tensornet import contraction, layers

    # TensorFlow warns of many functions that are traced once.
    tf.logging.set_verbosity(tf.logging.ERROR)

    def layer():
        with tf.variable_scope('', reuse=tf.AUTO_REUSE):
            return layers.linear(tf.ones([2, 3]), 4, tf.ones_initializer, scope='layer')

    def called_in_a_function(wrapped):
        return tensorflow.function(lambda: wrapped() + 0)()

    def in_a_graph(build):
        with tf.Graph().as_default(), tf.Session() as session:
            out = build()
            session.run(tf.global_variables_initializer())
            return session.run(out)

    def outcome(call):
        try:
            return eval(call).tolist() if 'graph' in call else eval(call).numpy().tolist()
        except Exception as error:
            return [type(error).__name__, str(error)]

    refused, taken, calls, modes_and_ranks, ids, values = map(json.loads, sys.argv[1:])
    refused = {name: outcome(call) for name, call in refused.items()}
    taken = {name: outcome(call) for name, call in taken.items()}
    messages = {}
    for name, arguments in calls.items():
        def function(name=name, arguments=arguments):
            images = tf.zeros([2, 5, 5, 6])
            graph, counts = tf.get_default_graph(), []
            for call in (f'layers.{name}({arguments})', f'[{arguments}]'):
                counts.append(-len(graph.get_operations()))
                try:
                    eval(call)
                except Exception as error:
                    messages[name] = [type(error).__name__, str(error), counts,
                                      len(tf.global_variables())]
                counts[-1] += len(graph.get_operations())
            return images
        tensorflow.function(function, autograph=False)()

    wrapped = tf.wrap_function(lambda inp: layers.tt(inp, [2, 3], [3, 2], [1, 2, 1]),
                               [tf.TensorSpec([None, 6], tf.float32)])
    with tensorflow.GradientTape() as tape:
        total = tensorflow.reduce_sum(wrapped(tf.ones([5, 6])))
    gradients = sorted(list(gradient.shape)
                       for gradient in tape.gradient(total, tape.watched_variables()))

    plan = contraction.plan([2, 3], [3, 2], [1, 2, 1], 5, groups=[1, 1], order=['left'])
    cores = [tf.ones([6, 2]), tf.ones([2, 6])]
    with tensorflow.GradientTape() as tape:
        tape.watch(cores)
        product = contraction.tt_matmul(tf.ones([5, 6]), cores, plan)
    eager = [product.numpy().tolist()] + [
        gradient.numpy().tolist() for gradient in tape.gradient(product, cores)]

    table = contraction.row_plan(*modes_and_ranks, len(ids))

    def looked_up(*cores):
        bags = tf.constant([0, 0, 2, 2], tf.int64)
        with tensorflow.GradientTape(persistent=True) as tape:
            tape.watch(cores)
            rows = contraction.tt_rows(tf.constant(ids), cores, table)
            sums = contraction.tt_bags(tf.constant(ids), bags, 3, None, 'sum', cores, table)
        return [[rows, *tape.gradient(rows, cores)], [sums, *tape.gradient(sums, cores)]]

    arrays = [tf.constant(core, tf.float64) for core in values]
    compiled = tensorflow.function(looked_up)
    lookups = [[[part.numpy().tolist() for part in parts] for parts in run(*arrays)]
               for run in (looked_up, compiled)]
    print(json.dumps([refused, taken, messages, gradients, eager, lookups]))
'''


class FunctionsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        inputs = [REFUSED, TAKEN, CALLS, TABLE, IDS, [core.tolist() for core in CORES]]
        output = prepared_python.check_output(
            [sys.executable, '-c', textwrap.dedent(SCRIPT), *map(json.dumps, inputs)], cwd=ROOT,
            text=True)
        (cls.refused, cls.taken, cls.messages, cls.gradients, cls.eager,
         cls.lookups) = json.loads(output.splitlines()[-1])

    @parameterized.expand(sorted(REFUSED))
    def test_functions_that_keep_no_variables(self, name):
        kind, message = self.refused[name]
        self.assertIn('layer: `tensornet.layers.linear` creates variables by name', message)

    @parameterized.expand(sorted(CALLS))
    def test_every_layer_says_what_works(self, name):
        kind, message, (with_layer, of_arguments), variables = self.messages[name]
        self.assertEqual('RuntimeError', kind)
        self.assertRegex(message, f'^{name}: `tensornet.layers.{name}` creates variables by name, '
                                  'which neither a `tf.function` nor a Keras layer keeps; pass '
                                  'the function that calls it to `tf.compat.v1.wrap_function`, '
                                  '.*call what that returns$')
        self.assertEqual((of_arguments, 0), (with_layer, variables))

    @parameterized.expand(sorted(TAKEN))
    def test_functions_and_graphs_that_keep_variables(self, name):
        self.assertEqual([[3.0] * 4] * 2, self.taken[name])

    def test_wrapped_functions_have_gradients(self):
        self.assertEqual([[2, 6], [6], [6, 2]], self.gradients)

    def test_contractions_run_eagerly_with_gradients(self):
        product, first, second = self.eager
        self.assertEqual([[12.0] * 6] * 5, product)
        # Each entry of a core is in so many products of 5 samples.
        self.assertEqual([[30.0] * 2] * 6, first)
        self.assertEqual([[30.0] * 6] * 2, second)

    @parameterized.expand([('eagerly', 0), ('in_a_function', 1)])
    def test_tapes_differentiate_lookups(self, _, index):
        """The tape is around the lookup itself, as that of Keras is."""
        rows, bags = self.lookups[index]
        table = tt_table(CORES, *TABLE)
        of_table = np.zeros_like(table)
        np.add.at(of_table, IDS, 1)
        sums = [table[IDS[:2]].sum(axis=0), np.zeros(table.shape[1]), table[IDS[2:]].sum(axis=0)]
        gradients = tt_table_gradients(CORES, *TABLE, of_table)
        for actual, expected in zip(rows + bags, [table[IDS]] + gradients + [sums] + gradients):
            assert_close(np.array(actual), np.array(expected), 1e-12)


if __name__ == '__main__':
    unittest.main()
