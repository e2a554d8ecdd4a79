"""Every plan gives the numbers of the original library, which were recorded on TensorFlow 1.1."""

import json
import os
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import methods_for
from tests.contraction.enumeration import all_plans, covering_plans
from tests.sessions import assert_close, session

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'fixtures', 'golden')
TOLERANCE = 1e-5


with open(os.path.join(FOLDER, 'index.json')) as _file:
    INDEX = json.load(_file)['cases']
CASES = {name: case['kwargs'] for name, case in INDEX.items()
         if case['function'] == 'tensornet.layers.tt'}
CONV_CASES = sorted(name for name, case in INDEX.items()
                    if case['function'].startswith('tensornet.layers.tt_conv'))


def _plans(inp_modes, out_modes, mat_ranks):
    # Of the 243 plans of six cores a few; `test_tt_product` has all their contractions.
    plans = (all_plans(inp_modes, out_modes, mat_ranks, batch_size=7) if len(inp_modes) < 5
             else covering_plans(inp_modes, out_modes, mat_ranks, batch_size=7)[::4])
    return ['auto', 'chain', 'full'] + plans


class GoldenTest(unittest.TestCase):

    def test_fixtures_are_complete(self):
        self.assertEqual({'tt', 'tt_no_biases', 'tt_one_core', 'tt_six_cores'}, set(CASES))
        self.assertEqual(7, len(CONV_CASES))

    @parameterized.expand(sorted(CASES))
    def test_output_and_gradients_of_every_plan(self, name):
        arguments = CASES[name]
        shape = [arguments[key] for key in ('inp_modes', 'out_modes', 'mat_ranks')]
        with np.load(os.path.join(FOLDER, name + '.npz'), allow_pickle=False) as file:
            arrays = dict(file)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, arrays['input'].shape)
            fetches = []
            for index, requested in enumerate(_plans(*shape)):
                with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                    out = layers.tt(inp, scope='layer', plan=requested, recompute=index % 2 == 1,
                                    **arguments)
                variables = tf.trainable_variables()
                gradients = tf.gradients(out, [inp] + variables, arrays['grad_output'])
                fetches.append([out] + gradients)
            keys = ['output', 'grad_input'] + ['grad/' + variable.op.name for variable in variables]
            values = {variable.op.name: arrays['var/' + variable.op.name] for variable in variables}
            with session(values) as opened:
                results = opened.run(fetches, {inp: arrays['input']})
        for requested, result in zip(_plans(*shape), results):
            for key, actual in zip(keys, result):
                assert_close(actual, arrays[key], TOLERANCE, f'{key} of {requested}')

    @parameterized.expand(CONV_CASES)
    def test_every_method_of_a_convolution(self, name):
        arguments = INDEX[name]['kwargs']
        layer = getattr(layers, INDEX[name]['function'].split('.')[-1])
        with np.load(os.path.join(FOLDER, name + '.npz'), allow_pickle=False) as file:
            arrays = dict(file)
        for method in ('auto',) + methods_for(arguments.get('strides', [1, 1])):
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, arrays['input'].shape)
                out = layer(inp, scope='layer', plan=method, **arguments)
                variables = tf.trainable_variables()
                fetches = [out] + tf.gradients(out, [inp] + variables, arrays['grad_output'])
                values = {variable.op.name: arrays['var/' + variable.op.name]
                          for variable in variables}
                with session(values) as opened:
                    results = opened.run(fetches, {inp: arrays['input']})
            keys = ['output', 'grad_input'] + ['grad/' + variable.op.name for variable in variables]
            for key, actual in zip(keys, results):
                assert_close(actual, arrays[key], TOLERANCE, f'{key} of {method}')


if __name__ == '__main__':
    unittest.main()
