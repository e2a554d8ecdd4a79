"""Kernels of TensorFlow's cells as variables of the TT cells, and back."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, rnn
from tests.sessions import session

HAS_CELLS = not hasattr(tf.raw_ops, 'BatchMatMulV3')  # Beside Keras 3 TensorFlow has none.
INPUTS, STEPS, HIDDEN = 8, 5, 6
FULL = 1000
TARGETS = [
    ('full_rank', [2, 3], [4, 2], dict(ranks=FULL), dict(ranks=FULL)),
    ('padded', [2, 4], [3, 3], dict(ranks=FULL), dict(ranks=FULL)),
    ('dense_inputs', [2, 3], None, None, dict(ranks=FULL)),
    ('dense_state', [2, 3], [4, 2], dict(ranks=FULL), None),
]


def _random(*shape):
    return np.random.RandomState(len(shape) + shape[0]).normal(size=shape) / 2


def _run(cell, inputs, scope, values):
    """Runs a cell; `values` is a dict from names below its scope."""
    with tf.Graph().as_default():
        outputs, _ = tf.nn.dynamic_rnn(cell(), tf.constant(inputs), dtype=tf.float64)
        with session({f'rnn/{scope}/{name}': value
                      for name, value in values.items()}) as opened:
            return opened.run(outputs)


class RecurrentFormatsTest(unittest.TestCase):

    @parameterized.expand(TARGETS)
    def test_lstm(self, _, hidden_modes, inp_modes, inputs, state):
        kernel, bias = _random(INPUTS + HIDDEN, 4 * HIDDEN), _random(4 * HIDDEN)
        weights = convert.lstm_from_dense(kernel, bias, hidden_modes, inp_modes, inputs=inputs,
                                          state=state)
        sizes = {name: weights.arguments[name] for name in ('hidden_size', 'inp_size')
                 if name in weights.arguments}
        back = convert.lstm_to_dense(weights.variables, hidden_modes, inp_modes, **sizes)
        for expected, actual in zip((kernel, bias), back):
            np.testing.assert_allclose(actual, expected, atol=1e-12)
        batch = _random(3, STEPS, INPUTS)
        actual = _run(lambda: rnn.TTLSTMCell(**weights.arguments), batch, 'tt_lstm_cell',
                      weights.variables)
        if HAS_CELLS:
            expected = _run(lambda: tf.nn.rnn_cell.LSTMCell(HIDDEN), batch, 'lstm_cell',
                            {'kernel': kernel, 'bias': bias})
            np.testing.assert_allclose(actual, expected, atol=1e-12)

    @parameterized.expand(TARGETS)
    def test_gru(self, _, hidden_modes, inp_modes, inputs, state):
        dense = [_random(INPUTS + HIDDEN, 2 * HIDDEN), _random(2 * HIDDEN),
                 _random(INPUTS + HIDDEN, HIDDEN), _random(HIDDEN)]
        weights = convert.gru_from_dense(*dense, hidden_modes, inp_modes, inputs=inputs,
                                         state=state)
        sizes = {name: weights.arguments[name] for name in ('hidden_size', 'inp_size')
                 if name in weights.arguments}
        back = convert.gru_to_dense(weights.variables, hidden_modes, inp_modes, **sizes)
        for expected, actual in zip(dense, back):
            np.testing.assert_allclose(actual, expected, atol=1e-12)
        batch = _random(3, STEPS, INPUTS)
        actual = _run(lambda: rnn.TTGRUCell(**weights.arguments), batch, 'tt_gru_cell',
                      weights.variables)
        if HAS_CELLS:
            names = ['gates/kernel', 'gates/bias', 'candidate/kernel', 'candidate/bias']
            expected = _run(lambda: tf.nn.rnn_cell.GRUCell(HIDDEN), batch, 'gru_cell',
                            dict(zip(names, dense)))
            np.testing.assert_allclose(actual, expected, atol=1e-12)

    def test_error_is_that_of_the_matrices(self):
        kernel = _random(INPUTS + HIDDEN, 4 * HIDDEN)
        weights = convert.lstm_from_dense(kernel, None, [2, 3], [4, 2], inputs=dict(ranks=2),
                                          state=dict(eps=0.5))
        self.assertIsNone(weights.arguments['biases_initializer'])
        back, bias = convert.lstm_to_dense(weights.variables, [2, 3], [4, 2])
        self.assertIsNone(bias)
        for name, rows in (('inputs', slice(INPUTS)), ('state', slice(INPUTS, None))):
            error = np.linalg.norm(back[rows] - kernel[rows]) / np.linalg.norm(kernel[rows])
            self.assertAlmostEqual(error, weights.relative_errors[name])
        self.assertGreater(weights.relative_errors['inputs'], 0.01)
        self.assertLess(weights.relative_errors['state'], 0.5)
        self.assertLess(weights.parameters, kernel.size)

    @parameterized.expand([
        ('shape', r'lstm_from_dense: `kernel` must be \[inp_size \+ hidden_size, 4 \* hidden_size\]'
         r', but its shape is \[14, 25\]', dict(kernel=_random(14, 25))),
        ('no_inputs', r'must be \[inp_size', dict(kernel=_random(6, 24))),
        ('bias', r'`bias` must be \[24\], but its shape is \[6\]', dict(bias=_random(6))),
        ('bias_axes', r'`bias` must be \[out\] and not empty, but its shape is \[4, 6\]',
         dict(bias=_random(4, 6))),
        ('modes', r'`hidden_modes` \[2, 2\] is 4, but the cell has 6 hidden units',
         dict(hidden_modes=[2, 2])),
        ('one_of_two', '`inp_modes` and `inputs` go together', dict(inputs=None)),
        ('input_modes', '`inp_modes`.* is 6, .* 8 input', dict(inp_modes=[3, 2])),
    ])
    def test_messages(self, _, message, change):
        given = dict(kernel=_random(14, 24), bias=_random(24), hidden_modes=[2, 3],
                     inp_modes=[4, 2], inputs=dict(ranks=2), state=dict(ranks=2))
        with self.assertRaisesRegex(ValueError, message):
            convert.lstm_from_dense(**dict(given, **change))

    @parameterized.expand([
        ('no_modes', '`inp_modes` must be modes, since inputs is a TT-matrix, but they are None',
         dict(inp_modes=None)),
        ('inp_size', '`inp_size` must be at most 8, but it is 9', dict(inp_size=9)),
        ('hidden_size', '`hidden_size` must be at most 6, but it is 7', dict(hidden_size=7))])
    def test_messages_of_the_way_back(self, _, message, change):
        weights = convert.lstm_from_dense(_random(14, 24), None, [2, 3], [4, 2],
                                          inputs=dict(ranks=2))
        given = dict(hidden_modes=[2, 3], inp_modes=[4, 2])
        with self.assertRaisesRegex(ValueError, '^lstm_to_dense: ' + message):
            convert.lstm_to_dense(weights.variables, **dict(given, **change))

    @parameterized.expand([
        ('texts', ValueError, '`biases` must ', {'biases': np.array(['a'] * 24)}),
        ('nan', ValueError, '`biases` must be finite, but it holds nan at \\[0\\]',
         {'biases': np.full([24], np.nan)}),
        ('scalar', ValueError, r'`state/weights` must be \[in, out\]',
         {'state/weights': np.float64(2)}),
        ('nan_weights', ValueError, r'`state/weights` must be finite, .* nan at \[0, 0\]',
         {'state/weights': np.full([6, 24], np.nan)}),
        ('nan_core', ValueError, r"variables of inputs: `cores\['mat_core_1'\]` must be finite",
         {'inputs/mat_core_1': np.full([24, 4], np.nan)}),
        ('core_of_other_modes', ValueError, r'variables of inputs: `cores\[0\]` must be \[o r_k,',
         {'inputs/mat_core_1': np.zeros([7, 4])}),
    ])
    def test_values_of_the_way_back(self, _, error, message, changed):
        weights = convert.lstm_from_dense(_random(14, 24), _random(24), [2, 3], [4, 2],
                                          inputs=dict(ranks=3))
        with self.assertRaisesRegex((error, TypeError), '^lstm_to_dense: ' + message):
            convert.lstm_to_dense(dict(weights.variables, **changed), [2, 3], [4, 2])

    def test_none_in_a_target_counts_for_nothing(self):
        kernels = _random(14, 12), _random(12), _random(14, 6), _random(6)
        weights = [convert.gru_from_dense(*kernels, [2, 3], state=state)
                   for state in (dict(ranks=2, eps=None), dict(ranks=2))]
        self.assertEqual(weights[1].arguments, weights[0].arguments)

    def test_biases_of_another_size(self):
        """Those of a padded cell have no padding, and tell that `hidden_size` is missing."""
        message = (r'_to_dense: biases must be \[{size}\], but its shape is \[{stored}\]; pass '
                   '`hidden_modes` and `hidden_size` of the cell')
        target = dict(inputs=dict(ranks=FULL), state=dict(ranks=FULL))
        weights = convert.lstm_from_dense(_random(14, 24), _random(24), [2, 4], [4, 2], **target)
        with self.assertRaisesRegex(ValueError, '^lstm' + message.format(size=32, stored=24)):
            convert.lstm_to_dense(weights.variables, [2, 4], [4, 2])
        weights = convert.gru_from_dense(_random(14, 12), _random(12), _random(14, 6), _random(6),
                                         [2, 4], [4, 2], **target)
        with self.assertRaisesRegex(ValueError, '^gru' + message.format(size=24, stored=18)):
            convert.gru_to_dense(weights.variables, [2, 4], [4, 2])

    def test_targets_that_cannot_be_met(self):
        for name in ('inputs', 'state'):
            with self.assertRaisesRegex(ValueError, f'^lstm_from_dense: `{name}`: `compression` 99 '
                                                    'cannot be met'):
                convert.lstm_from_dense(_random(14, 24), None, [2, 3], [4, 2], **dict(
                    dict(inputs=dict(ranks=2)), **{name: dict(compression=99)}))

    def test_messages_of_a_gru(self):
        dense = [_random(14, 12), _random(12), _random(14, 6), _random(6)]
        with self.assertRaisesRegex(ValueError, 'one rank for both'):
            convert.gru_from_dense(*dense, [2, 3], state=dict(eps=0.1))
        with self.assertRaisesRegex(ValueError, '^gru_from_dense: `state` must be None or a dict '
                                    r'of ranks, eps, .*, but it is 8; pass for example dict\('):
            convert.gru_from_dense(*dense, [2, 3], state=8)
        with self.assertRaisesRegex(ValueError, 'pass the kernels of one cell'):
            convert.gru_from_dense(dense[0], dense[1], _random(15, 6), dense[3], [2, 3])
        with self.assertRaisesRegex(ValueError, 'there are no variables state_gates/'):
            convert.gru_to_dense({'inputs/weights': _random(8, 18), 'state/weights': dense[0]},
                                 [2, 3])


if __name__ == '__main__':
    unittest.main()
