"""Cores that are fitted to the outputs of the dense layer on inputs."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, layers
from tensornet.convert.layer_formats import to_dense
from tensornet.convert.layer_outputs import LayerOutputs, descend
from tensornet.convert.stored_weights import in_type
from tests.sessions import session

RANDOM = np.random.RandomState(0)
MATRIX = RANDOM.normal(size=[24, 12])
BIASES = RANDOM.normal(size=12)
# Correlated, of unlike sizes and with a mean, as inputs behind a layer are.
INPUTS = RANDOM.normal(size=[300, 24]) * RANDOM.gamma(0.5, size=24) + RANDOM.normal(size=24)
NEXT = RANDOM.normal(size=[12, 3])
MODES = ([2, 3, 4], [3, 1, 4])
KERNEL = RANDOM.normal(size=[3, 2, 5, 7])
KERNEL_BIASES = RANDOM.normal(size=7)
IMAGES = RANDOM.normal(size=[6, 7, 6, 5]) + RANDOM.normal(size=5)


def converted(ranks=4, dtype=np.float64):
    return convert.tt_from_dense(MATRIX.astype(dtype), *MODES, ranks=ranks)


class Once:
    """Batches that are no iterator, and yet can be read once."""

    def __init__(self):
        self._batches = iter([INPUTS[:100], INPUTS[100:]])

    def __iter__(self):
        return self._batches


KERNELS = {
    'tt_conv': (layers.tt_conv, lambda: convert.tt_conv_from_dense(
        KERNEL, [2, 3], [2, 4], ranks=3, pad=True)),
    'tt_conv_full': (layers.tt_conv_full, lambda: convert.tt_conv_from_dense(
        KERNEL, [5, 1], [1, 7], ranks=3)),
    'tt_conv_direct': (layers.tt_conv_direct, lambda: convert.tt_conv_direct_from_dense(
        KERNEL, ranks=3)),
}
KERNEL_CASES = [(f'{name}_{padding}_{"".join(map(str, strides + dilations))}', name,
                 dict(padding=padding, strides=strides, dilations=dilations))
                for name in KERNELS for padding in ('SAME', 'VALID')
                for strides, dilations in (((1, 1), (1, 1)), ((3, 2), (1, 1)), ((2, 1), (2, 3)))]


def _outputs(matrix, biases, relu=False, following=None):
    values = INPUTS @ matrix + (0 if biases is None else biases)
    values = np.maximum(values, 0) if relu else values
    return values if following is None else values @ following


def _error(values, exact):
    return np.linalg.norm(values - exact) / np.linalg.norm(exact)


class MatrixTest(unittest.TestCase):

    @parameterized.expand([
        (f'{activation}_{following is not None}_{biases is not None}', activation, following,
         biases) for activation in (None, 'relu') for following in (None, NEXT)
        for biases in (None, BIASES)])
    def test_errors_are_those_of_the_outputs(self, _, activation, following, biases):
        weights = converted()
        fitted = convert.fit_to_inputs(weights, MATRIX, INPUTS, biases, activation=activation,
                                       following=following)
        exact = _outputs(MATRIX, biases, activation, following)
        before = _outputs(to_dense(weights), biases, activation, following)
        after = _outputs(to_dense(fitted.weights), fitted.biases, activation, following)
        self.assertAlmostEqual(_error(before, exact), fitted.error_before, 9)
        self.assertAlmostEqual(_error(after, exact), fitted.error_after, 9)
        self.assertLess(fitted.error_after, 0.5 * fitted.error_before)
        self.assertEqual(weights.arguments, fitted.weights.arguments)
        self.assertEqual(biases is None, fitted.biases is None)
        self.assertAlmostEqual(_error(to_dense(fitted.weights), MATRIX),
                               fitted.weights.relative_error, 9)

    @parameterized.expand([(f'{seed}_{activation}_{padded}', seed, activation, padded)
                           for seed in range(3) for activation in (None, 'relu')
                           for padded in (False, True)])
    def test_never_worse_than_the_start(self, _, seed, activation, padded):
        random = np.random.RandomState(seed)
        dense = random.normal(size=[11, 10]) if padded else random.normal(size=[12, 12])
        # Few inputs, some of them always zero, and modes that are no good.
        inputs = random.normal(size=[9, len(dense)]) * (random.uniform(size=len(dense)) < 0.7)
        weights = convert.tt_from_dense(dense, [3, 4], [2, 6], max_rank=2, pad=True)
        for sweeps, steps in ((0, 0), (1, 0), (0, 3), (2, 20)):
            fitted = convert.fit_to_inputs(weights, dense, inputs, random.normal(size=len(dense.T)),
                                           activation=activation, sweeps=sweeps,
                                           steps=steps if activation else None)
            self.assertLessEqual(fitted.error_after, fitted.error_before)
            self.assertTrue(np.isfinite(to_dense(fitted.weights)).all())

    @parameterized.expand([(f'{dtype}_{activation}_{ranks}', dtype, activation, ranks)
                           for dtype in ('float16', 'bfloat16', 'float32')
                           for activation in (None, 'relu') for ranks in (3, 12)])
    def test_errors_are_those_of_the_types(self, _, dtype, activation, ranks):
        dtype = tf.as_dtype(dtype).as_numpy_dtype
        weights = in_type(converted(ranks, np.float32), lambda _: 0., dtype)
        biases = BIASES.astype(np.float32).astype(dtype)
        fitted = convert.fit_to_inputs(weights, MATRIX, INPUTS, biases, activation=activation,
                                       steps=50 if activation else None)
        self.assertEqual({np.dtype(dtype)}, {value.dtype for value in (
            fitted.biases, *fitted.weights.variables.values())})
        made = convert.tt_to_dense([core.astype(np.float64) for core in fitted.weights.cores],
                                   *MODES)
        exact = _outputs(MATRIX, biases.astype(np.float64), activation)
        after = _outputs(made, fitted.biases.astype(np.float64), activation)
        self.assertAlmostEqual(1, fitted.error_after / _error(after, exact), 6)
        self.assertLessEqual(fitted.error_after, fitted.error_before)
        self.assertAlmostEqual(1, fitted.weights.relative_error / _error(made, MATRIX), 6)

    def test_biases_that_their_type_does_not_hold(self):
        biases = np.full(12, 65000, np.float16)
        with self.assertRaisesRegex(ValueError, 'fitted biases are too large for float16; save'):
            convert.fit_to_inputs(converted(1), MATRIX, INPUTS + 1e4, biases)

    def test_error_falls_with_sweeps(self):
        errors = [convert.fit_to_inputs(converted(3), MATRIX, INPUTS, sweeps=sweeps).error_after
                  for sweeps in range(5)]
        self.assertEqual(sorted(errors, reverse=True), errors)
        self.assertLess(errors[4], errors[1])

    def test_isotropic_inputs_are_no_worse_than_the_svd(self):
        inputs = np.eye(24) * 5
        weights = converted()
        fitted = convert.fit_to_inputs(weights, MATRIX, inputs)
        self.assertAlmostEqual(weights.relative_error, fitted.error_before, 9)
        self.assertLessEqual(fitted.weights.relative_error, weights.relative_error)
        self.assertAlmostEqual(fitted.weights.relative_error, fitted.error_after, 9)

    def test_exact_for_inputs_in_a_subspace(self):
        # Half of the rows are never seen: the first core then needs one of its two for 3 columns.
        inputs = INPUTS.copy()
        inputs[:, 12:] = 0
        weights = convert.tt_from_dense(MATRIX, [2, 12], [3, 4], ranks=3)
        fitted = convert.fit_to_inputs(weights, MATRIX, inputs, regularization=0)
        self.assertGreater(fitted.error_before, 0.1)
        self.assertLess(fitted.error_after, 1e-6)

    def test_biases_take_what_is_constant(self):
        inputs = np.ones([5, 24])
        fitted = convert.fit_to_inputs(converted(1), MATRIX, inputs, BIASES)
        self.assertLess(fitted.error_after, 1e-12)
        exact, moved = inputs @ MATRIX + BIASES, inputs @ to_dense(fitted.weights) + fitted.biases
        np.testing.assert_allclose(moved, exact, atol=1e-10)

    def test_regularization_holds_what_inputs_do_not_show(self):
        inputs = INPUTS.copy()
        inputs[:, ::2] = 0
        errors = [convert.fit_to_inputs(converted(), MATRIX, inputs, regularization=value)
                  for value in (1e-4, 10.)]
        self.assertLess(errors[0].error_after, errors[1].error_after)
        self.assertLess(errors[1].weights.relative_error, errors[0].weights.relative_error)

    def test_batches_and_one_array_are_the_same(self):
        fitted = [convert.fit_to_inputs(converted(), MATRIX, inputs, BIASES) for inputs in (
            INPUTS, [INPUTS[:100], INPUTS[100:101], INPUTS[101:]], iter([INPUTS[:7], INPUTS[7:]]),
            [INPUTS.tolist()])]
        for other in fitted[1:]:
            np.testing.assert_allclose(to_dense(other.weights), to_dense(fitted[0].weights),
                                       atol=1e-8)
            np.testing.assert_allclose(other.biases, fitted[0].biases, atol=1e-8)

    def test_what_is_read_once_is_enough_for_sweeps(self):
        fitted = [convert.fit_to_inputs(converted(), MATRIX, inputs, BIASES).error_after
                  for inputs in (Once(), INPUTS)]
        self.assertAlmostEqual(*fitted)

    def test_the_same_each_time(self):
        first, second = [convert.fit_to_inputs(converted(), MATRIX, INPUTS, BIASES,
                                               activation='relu', steps=20) for _ in range(2)]
        np.testing.assert_array_equal(to_dense(first.weights), to_dense(second.weights))
        np.testing.assert_array_equal(first.biases, second.biases)

    @parameterized.expand([('float32', 1e-5), ('float64', 1e-12)])
    def test_type_and_ranks_are_kept(self, dtype, tolerance):
        with self.assertWarnsRegex(UserWarning, 'larger than useful'):
            weights = converted([1, 9, 17, 1], dtype)
        fitted = convert.fit_to_inputs(weights, MATRIX.astype(dtype), INPUTS.astype(np.float32))
        self.assertEqual([1, 9, 17, 1], fitted.weights.ranks)
        self.assertEqual({dtype}, {core.dtype.name for core in fitted.weights.cores})
        self.assertLess(fitted.weights.relative_error, tolerance)

    @parameterized.expand([(1e-30, 1e20), (1e30, 1e-20), (1e-150, 1.), (1e150, 1.)])
    def test_sizes_do_not_matter(self, weight, inp):
        plain = convert.fit_to_inputs(converted(), MATRIX, INPUTS, BIASES, activation='relu',
                                      steps=20)
        scaled = convert.fit_to_inputs(
            convert.tt_from_dense(MATRIX * weight, *MODES, ranks=4), MATRIX * weight, INPUTS * inp,
            BIASES * weight * inp, activation='relu', steps=20)
        self.assertAlmostEqual(plain.error_after, scaled.error_after, 6)

    @parameterized.expand([(exponent, biases) for exponent in (-490, -300, 300, 490)
                           for biases in (False, True)])
    def test_sizes_do_not_matter_to_the_steps(self, exponent, biases):
        def errors(scale):
            fitted = convert.fit_to_inputs(
                converted(), MATRIX, INPUTS * scale, BIASES * scale if biases else None,
                activation='relu', following=NEXT, steps=20)
            return fitted.error_before, fitted.error_after

        self.assertEqual(errors(1.), errors(2.**exponent))

    def test_padded_outputs_are_free(self):
        dense = RANDOM.normal(size=[24, 7])
        weights = convert.tt_from_dense(dense, [4, 6], [2, 4], ranks=2, pad=True)
        fitted = convert.fit_to_inputs(weights, dense, INPUTS, sweeps=50)
        self.assertEqual(7, fitted.weights.arguments['out_size'])
        exact = INPUTS @ dense
        self.assertAlmostEqual(_error(INPUTS @ to_dense(fitted.weights), exact),
                               fitted.error_after, 9)
        self.assertLess(fitted.error_after, 0.5 * fitted.error_before)

    def test_zero_weights_stay(self):
        weights = convert.tt_from_dense(np.zeros([24, 12]), *MODES, ranks=2)
        fitted = convert.fit_to_inputs(weights, np.zeros([24, 12]), INPUTS, activation='relu')
        self.assertEqual((0, 0), (fitted.error_before, fitted.error_after))
        self.assertFalse(to_dense(fitted.weights).any())


class DescentTest(unittest.TestCase):

    @parameterized.expand([(f'{activation}_{following is not None}', activation, following)
                           for activation in (None, 'relu') for following in (None, NEXT)])
    def test_gradient(self, _, activation, following):
        outputs = LayerOutputs(MATRIX, BIASES, activation, following)
        other, moved = MATRIX + 0.3 * RANDOM.normal(size=MATRIX.shape), BIASES + 0.1
        slope, slope_of_biases = outputs.gradient(INPUTS, other, moved)

        def value(matrix, biases):
            missing = _outputs(matrix, biases, activation, following) - _outputs(
                MATRIX, BIASES, activation, following)
            return np.sum(missing**2) / 2 / len(INPUTS)

        direction, shift = RANDOM.normal(size=other.shape), RANDOM.normal(size=12)
        step = 1e-6
        numeric = (value(other + step * direction, moved + step * shift)
                   - value(other - step * direction, moved - step * shift)) / (2 * step)
        self.assertAlmostEqual(1, (np.vdot(slope, direction) + slope_of_biases @ shift) / numeric,
                               5)

    def test_steps_without_biases_leave_them(self):
        outputs = LayerOutputs(MATRIX, BIASES, 'relu', None)
        _, biases = descend(converted(2).train, BIASES, outputs, [INPUTS] * 3, 3, 0.)
        np.testing.assert_array_equal(BIASES, biases)


class KernelTest(unittest.TestCase):

    @parameterized.expand(KERNEL_CASES)
    def test_errors_are_those_of_the_layers(self, _, name, geometry):
        layer, make = KERNELS[name]
        weights = make()
        fitted = convert.fit_to_inputs(weights, KERNEL, IMAGES, KERNEL_BIASES, activation='relu',
                                       steps=20, **geometry)

        def run(weights, biases):
            out = layer(tf.constant(IMAGES), scope='layer', **geometry, **weights.arguments)
            with session() as opened:
                convert.assign(opened, 'layer', dict(weights.variables, biases=biases))
                return opened.run(tf.nn.relu(out))

        with tf.Graph().as_default():
            exact = layers.conv(tf.constant(IMAGES), 7, [3, 2], scope='dense', **geometry)
            with session() as opened:
                convert.assign(opened, 'dense', {'filters': KERNEL, 'biases': KERNEL_BIASES})
                exact = opened.run(tf.nn.relu(exact))
        with tf.Graph().as_default():
            before = run(weights, KERNEL_BIASES)
        with tf.Graph().as_default():
            after = run(fitted.weights, fitted.biases)
        self.assertAlmostEqual(_error(before, exact), fitted.error_before, 6)
        self.assertAlmostEqual(_error(after, exact), fitted.error_after, 6)
        self.assertLess(fitted.error_after, 0.97 * fitted.error_before)


CASES = [
    ('weights', TypeError, '`weights` must be LayerWeights', dict(weights=MATRIX)),
    ('dense', ValueError, r'`dense` must be .*\[24, 12\].* its shape is \[12, 24\]',
     dict(dense=MATRIX.T)),
    ('dense_nan', ValueError, '`dense` must be finite', dict(dense=MATRIX * np.nan)),
    ('features', ValueError, r'`inputs` must be \[n, 24\].* its shape is \[3, 23\]',
     dict(inputs=np.ones([3, 23]))),
    ('features_of_a_batch', ValueError, r'`inputs\[1\]` must be \[n, 24\]',
     dict(inputs=[INPUTS, INPUTS[0]])),
    ('no_inputs', ValueError, '`inputs` must be at least one example', dict(inputs=INPUTS[:0])),
    ('no_batches', ValueError, '`inputs` must be at least one example', dict(inputs=[])),
    ('zeros', ValueError, '`inputs` must be of a magnitude whose squares', dict(inputs=INPUTS * 0)),
    ('too_large', ValueError, '`inputs` must be of a magnitude whose squares',
     dict(inputs=INPUTS * 1e300)),
    ('nan', ValueError, '`inputs` must be finite', dict(inputs=INPUTS * np.nan)),
    ('number', TypeError, '`inputs` must be an array or an iterable', dict(inputs=3)),
    ('text', TypeError, '`inputs` must be an array or an iterable', dict(inputs='inputs.npy')),
    ('iterator', ValueError, 'but they are an iterator',
     dict(inputs=iter([INPUTS]), activation='relu')),
    ('iterator_before_a_layer', ValueError, 'but they are an iterator',
     dict(inputs=iter([INPUTS]), following=NEXT)),
    ('biases', ValueError, '`biases` must have 12 elements.*shape is .5.', dict(biases=BIASES[:5])),
    ('biases_nan', ValueError, '`biases` must be finite', dict(biases=BIASES * np.nan)),
    ('activation', ValueError, "`activation` must be None or 'relu', but it is 'tanh'",
     dict(activation='tanh')),
    ('following', ValueError, r'`following` must be \[12, next\].* \[3, 12\]',
     dict(following=NEXT.T)),
    ('following_dimensions', ValueError, r'`following` must be \[in, out\]',
     dict(following=BIASES)),
    ('strides', ValueError, '`strides` must be a vertical', dict(strides=[1])),
    ('dilations', ValueError, '`dilations` must be a vertical', dict(dilations=[1, 2, 2, 1])),
    ('padding', ValueError, '`padding` must be SAME or VALID', dict(padding='same')),
    ('regularization', ValueError, '`regularization` must be a finite number of at least 0, but it '
                                   'is -1', dict(regularization=-1)),
    ('regularization_type', TypeError, "`regularization` must be a number of at least 0, but it is "
                                       "'a' of type str", dict(regularization='a')),
    ('once', ValueError, '`inputs` gave examples only once, but are read more than once with '
                         '`activation` or `following`',
     dict(inputs=Once(), activation='relu')),
    ('once_before_a_layer', ValueError, '`inputs` gave examples only once',
     dict(inputs=Once(), following=NEXT)),
    ('sweeps', ValueError, '`sweeps` must be at least 0', dict(sweeps=-1)),
    ('steps', TypeError, '`steps` must be an integer', dict(steps='many')),
]


class MessagesTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_message(self, _, error, message, wrong):
        good = dict(weights=converted(), dense=MATRIX, inputs=INPUTS)
        with np.errstate(over='ignore', invalid='ignore'), \
                self.assertRaisesRegex(error, f'^fit_to_inputs: .*{message}.*; [a-z]'):
            convert.fit_to_inputs(**dict(good, **wrong))

    def test_images_smaller_than_the_window(self):
        weights = KERNELS['tt_conv'][1]()
        with self.assertRaisesRegex(ValueError, r'of at least the window, which spans \[3, 2\]'):
            convert.fit_to_inputs(weights, KERNEL, IMAGES[:, :2], padding='VALID')
        with self.assertRaisesRegex(ValueError, r'must be \[n, height, width, 5\]'):
            convert.fit_to_inputs(weights, KERNEL, IMAGES[..., :4])


if __name__ == '__main__':
    unittest.main()
