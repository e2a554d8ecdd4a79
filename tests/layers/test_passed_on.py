"""Each argument of a layer or cell with TT-cores reaches what it is for, and nothing else."""

import inspect
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.planned import PLANNED
from tests.sessions import session

BATCH = 3
# The calls of each function once; of a cell both matrices are in each.
CALLS = [name for name, planned in PLANNED.items() if planned.argument == 'plan'] + ['gru_state']

# What the names of arguments begin with, and whether a variable is one of theirs.
KINDS = {
    'cores': lambda name: 'core_' in name,
    'filters': lambda name: name == 'filters',
    'inp': lambda name: name.startswith('inputs/'),
    'state': lambda name: name.startswith('state') and not name.endswith('biases'),
    'biases': lambda name: name.endswith('biases'),
}


def _arguments(name, ending):
    """Returns the kinds of variables for which a function has an argument of this ending."""
    return [argument[:-len(ending)] for argument in inspect.signature(
        PLANNED[name].function).parameters if argument.endswith(ending)]


def _build(name, **arguments):
    """Builds a call and returns its variables by their names below its scope."""
    planned = PLANNED[name]
    planned.build(planned.inputs(BATCH), scope='here', **arguments)
    return {variable.op.name[len('here/'):]: variable for variable in tf.global_variables()}


def _of_kind(kind, variables):
    return {variable for variable in variables if KINDS[kind](variable)}


class PassedOnTest(unittest.TestCase):

    def test_all_arguments_are_known(self):
        for name in CALLS:
            for ending in ('_regularizer', '_initializer'):
                self.assertLessEqual(set(_arguments(name, ending)), set(KINDS))

    @parameterized.expand([(name, kind) for name in CALLS
                           for kind in _arguments(name, '_regularizer')])
    def test_regularizer(self, name, kind):
        with tf.Graph().as_default():
            variables = _build(name, **{kind + '_regularizer': tf.nn.l2_loss})
            losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
            regularized = [loss.op.name.split('/Regularizer')[0][len('here/'):] for loss in losses]
        expected = _of_kind(kind, variables)
        self.assertTrue(expected)
        self.assertEqual(sorted(expected), sorted(regularized))

    @parameterized.expand([(name,) for name in CALLS])
    def test_initializers(self, name):
        kinds = _arguments(name, '_initializer')
        with tf.Graph().as_default():
            variables = _build(name, **{kind + '_initializer': tf.constant_initializer(float(k))
                                        for k, kind in enumerate(kinds, start=2)})
            with session() as opened:
                values = opened.run(variables)
        for k, kind in enumerate(kinds, start=2):
            # With `reset_after` there are biases that begin at zero, whatever the others do.
            own = _of_kind(kind, values) - {'state_biases'}
            self.assertTrue(own)
            for variable in own:
                self.assertEqual({k}, set(values[variable].flat), variable)
        if name == 'gru_state':
            self.assertEqual({0}, set(values['state_biases'].flat))

    @parameterized.expand([(name,) for name in CALLS])
    def test_trainable(self, name):
        for trainable in (True, False):
            with tf.Graph().as_default():
                variables = _build(name, trainable=trainable)
                self.assertEqual(len(variables) if trainable else 0,
                                 len(tf.trainable_variables()))
                self.assertTrue(variables)

    @parameterized.expand([(name,) for name in CALLS])
    def test_cpu_variables(self, name):
        for is_pinned, device in ((True, '/device:CPU:0'), (False, '/device:GPU:3')):
            with tf.Graph().as_default(), tf.device('/gpu:3'):
                variables = _build(name, cpu_variables=is_pinned)
                self.assertEqual({device}, {each.device for each in variables.values()})

    @parameterized.expand([(name, dtype) for name in CALLS if 'embedding' in name
                           for dtype in ('float16', 'float32', 'float64')])
    def test_type_of_embeddings(self, name, dtype):
        planned = PLANNED[name]
        with tf.Graph().as_default():
            out = planned.build(planned.inputs(BATCH), dtype=dtype)
            self.assertEqual(dtype, out.dtype.name)
            self.assertEqual({dtype}, {variable.dtype.base_dtype.name
                                       for variable in tf.global_variables()})

    @parameterized.expand([('tt', 1), ('lstm_inputs', 2), ('gru_inputs', 3), ('gru_state', 2)])
    def test_recompute(self, name, products):
        plans = dict(plan='chain', state_plan='chain') if name != 'tt' else dict(plan='chain')
        for recompute in (False, True):
            with tf.Graph().as_default() as graph:
                _build(name, recompute=recompute, **plans)
                marks = [op for op in graph.get_operations() if op.type == 'IdentityN']
            self.assertEqual(products if recompute else 0, len(marks))

    @parameterized.expand([('lstm_inputs',), ('gru_state',)])
    def test_plans_of_a_cell(self, name):
        """Each matrix has its own plan."""
        for of_inputs, of_state in (('full', 'chain'), ('chain', 'full')):
            with tf.Graph().as_default() as graph:
                _build(name, plan=of_inputs, state_plan=of_state)
                merged = {op.name.split('/')[1] for op in graph.get_operations()
                          if '/merge/' in op.name}
            self.assertEqual({'inputs' if of_inputs == 'full' else 'state'}, merged)


if __name__ == '__main__':
    unittest.main()
