"""The layers give the numbers of the original library, which were recorded on TensorFlow 1.1."""

import json
import os
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.sessions import assert_close, session

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'fixtures', 'golden')
TOLERANCE = 1e-5


def _cases():
    with open(os.path.join(FOLDER, 'index.json')) as file:
        return json.load(file)['cases']


CASES = {name: case for name, case in _cases().items()
         if case['function'].startswith('tensornet.layers.')}
BATCH_NORMALIZATION = sorted(name for name in CASES if name.startswith('batch_normalization'))
OTHERS = sorted(set(CASES) - set(BATCH_NORMALIZATION))


def _arrays(name):
    with np.load(os.path.join(FOLDER, name + '.npz'), allow_pickle=False) as file:
        return dict(file)


def _build(name, *inputs):
    layer = getattr(layers, CASES[name]['function'].split('.')[-1])
    return layer(*inputs, scope='layer', **CASES[name]['kwargs'])


def _variables(arrays):
    return {name[len('var/'):]: value for name, value in arrays.items() if name.startswith('var/')}


def _recorded(name, trainable_only=False):
    return [(variable['name'], variable['shape']) for variable in CASES[name]['variables']
            if variable['trainable'] or not trainable_only]


def _named(variables):
    return [(variable.op.name, variable.shape.as_list()) for variable in variables]


class GoldenTest(unittest.TestCase):

    def test_fixtures_are_complete(self):
        self.assertEqual(14, len(OTHERS))
        self.assertEqual(3, len(BATCH_NORMALIZATION))

    @parameterized.expand([(name, known) for name in OTHERS for known in (True, False)])
    def test_output_and_gradients(self, name, known_batch):
        arrays = _arrays(name)
        shape = list(arrays['input'].shape)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, shape if known_batch else [None] + shape[1:])
            out = _build(name, inp)
            self.assertEqual(_recorded(name), _named(tf.global_variables()))
            self.assertEqual(_recorded(name, trainable_only=True),
                             _named(tf.trainable_variables()))
            self.assertEqual(CASES[name]['output_name'], out.name)

            trainable = tf.trainable_variables()
            gradients = tf.gradients(out, [inp] + trainable, arrays['grad_output'])
            with session(_variables(arrays)) as opened:
                output, gradients = opened.run([out, gradients], {inp: arrays['input']})

        assert_close(output, arrays['output'], TOLERANCE, 'output')
        names = ['grad_input'] + ['grad/' + variable.op.name for variable in trainable]
        self.assertEqual({key for key in arrays if key.startswith('grad')} - {'grad_output'},
                         set(names))
        for key, gradient in zip(names, gradients):
            assert_close(gradient, arrays[key], TOLERANCE, key)

    @parameterized.expand([(name, phase) for name in BATCH_NORMALIZATION
                           for phase in ('placeholder', 'python')])
    def test_three_train_steps_and_evaluation(self, name, phase):
        arrays = _arrays(name)
        shape = [None] + list(arrays['eval_input'].shape[1:])
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, shape)
            if phase == 'placeholder':
                train_phase = tf.placeholder(tf.bool, [])
                train = evaluation = _build(name, inp, train_phase)
                train_feed, eval_feed = {train_phase: True}, {train_phase: False}
            else:
                train = _build(name, inp, True)
                with tf.variable_scope('', reuse=True):
                    evaluation = _build(name, inp, False)
                train_feed = eval_feed = {}
            self.assertEqual(_recorded(name), _named(tf.trainable_variables()))

            with session(_variables(arrays)) as opened:
                for step in range(3):
                    feed = dict(train_feed)
                    feed[inp] = arrays[f'train_input_{step}']
                    assert_close(opened.run(train, feed), arrays[f'train_output_{step}'],
                                 TOLERANCE, f'train step {step}')
                feed = dict(eval_feed)
                feed[inp] = arrays['eval_input']
                assert_close(opened.run(evaluation, feed), arrays['eval_output'], TOLERANCE,
                             'evaluation')


if __name__ == '__main__':
    unittest.main()
