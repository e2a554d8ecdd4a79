"""Trained TT layers: from variables to cores and back, and other ranks and modes."""

import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, layers, tt
from tensornet.convert.layer_formats import from_cores, to_dense
from tests.sessions import assert_close, session

# kind, layer, input shape, arguments of the layer, and the function from its variables
LAYERS = {
    'tt': (layers.tt, [5, 24], dict(inp_modes=[2, 3, 4], out_modes=[3, 1, 4],
                                    mat_ranks=[1, 4, 5, 1]),
           lambda values: convert.tt_from_variables(values, [2, 3, 4], [3, 1, 4])),
    'tt_one_core': (layers.tt, [5, 6], dict(inp_modes=[6], out_modes=[4], mat_ranks=[1, 1]),
                    lambda values: convert.tt_from_variables(values, [6], [4])),
    'tt_conv': (layers.tt_conv, [2, 5, 4, 6], dict(
        window=[3, 2], inp_ch_modes=[2, 3], out_ch_modes=[2, 4], ranks=[5, 4, 1]),
        lambda values: convert.tt_conv_from_variables(values, [2, 3], [2, 4])),
    'tt_conv_full': (layers.tt_conv_full, [2, 5, 4, 6], dict(
        window=[3, 2], inp_ch_modes=[2, 3], out_ch_modes=[2, 4], ranks=[5, 4, 1]),
        lambda values: convert.tt_conv_from_variables(values, [2, 3], [2, 4])),
    'tt_conv_1x1': (layers.tt_conv, [2, 5, 4, 6], dict(
        window=[1, 1], inp_ch_modes=[2, 3], out_ch_modes=[2, 4], ranks=[1, 4, 1]),
        lambda values: convert.tt_conv_from_variables(values, [2, 3], [2, 4])),
    'tt_conv_direct': (layers.tt_conv_direct, [2, 5, 4, 6], dict(
        window=[3, 2], out_ch=7, ranks=[1, 3, 5, 6, 1]), convert.tt_conv_direct_from_variables),
    'tt_conv_direct_1x1': (layers.tt_conv_direct, [2, 5, 4, 6], dict(
        window=[1, 1], out_ch=7, ranks=[1, 1, 1, 6, 1]), convert.tt_conv_direct_from_variables),
}
CASES = [(name,) for name in LAYERS]


def trained(name):
    """Values of the variables of a layer, biases included, its input and its output."""
    layer, shape, arguments, _ = LAYERS[name]
    inputs = np.random.RandomState(3).normal(size=shape)
    with tf.Graph().as_default():
        tf.set_random_seed(2)
        out = layer(tf.constant(inputs), scope='net/layer', biases_initializer=
                    tf.random_normal_initializer(), **arguments)
        with session() as opened:
            values = convert.read(opened, 'net/layer')
            return values, inputs, opened.run(out)


def output(name, weights, biases, inputs):
    """Output of a layer with the weights, that is built with their arguments."""
    with tf.Graph().as_default(), warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'layer: some TT-ranks are larger than useful')
        out = LAYERS[name][0](tf.constant(inputs), scope='layer', **weights.arguments)
        with session() as opened:
            convert.assign(opened, 'layer', weights)
            convert.assign(opened, 'layer', {'biases': biases})
            return opened.run(out)


def error_of(weights, exact):
    dense = to_dense(exact)
    return np.linalg.norm(to_dense(weights) - dense) / np.linalg.norm(dense)


class CoresTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_there_and_back(self, name):
        values, _, _ = trained(name)
        weights = LAYERS[name][3](values)
        again = from_cores(weights, weights.train)
        for made in (weights, again, LAYERS[name][3](list(weights.variables.values()))):
            self.assertEqual(LAYERS[name][2], made.arguments)
            self.assertEqual(set(values) - {'biases'}, set(made.variables))
            for variable, value in made.variables.items():
                np.testing.assert_array_equal(values[variable], value)

    def test_cores_are_those_of_the_algebra(self):
        values, _, _ = trained('tt')
        weights = LAYERS['tt'][3](values)
        assert_close(tt.full_matrix(weights.train), to_dense(weights), 1e-14)
        values, _, _ = trained('tt_conv_direct')
        weights = LAYERS['tt_conv_direct'][3](values)
        assert_close(tt.full(weights.train), to_dense(weights), 1e-14)

    def test_shape_without_padding(self):
        values, _, _ = trained('tt')
        weights = convert.tt_from_variables(values, [2, 3, 4], [3, 1, 4], shape=[23, 11])
        self.assertEqual([23, 11], weights.dense_shape)
        self.assertEqual([24, 12], weights.padded_shape)
        self.assertEqual([23, 11], convert.round_layer(weights, max_rank=2).dense_shape)
        self.assertEqual([23, 11], convert.grow_layer(weights, 9).dense_shape)
        self.assertEqual([23, 11], convert.round_layer(weights, compression=2).dense_shape)


class RoundTest(unittest.TestCase):

    @parameterized.expand([(name, target) for name in LAYERS for target in (
        {'max_rank': 2}, {'eps': 0.3}, {'eps': 0.}, {'compression': 2}, {'parameters': 40})])
    def test_error_is_that_of_the_layer(self, name, target):
        values, _, _ = trained(name)
        weights = LAYERS[name][3](values)
        if 'parameters' in target:
            least = sum(core[0, ..., 0].size for core in weights.train)
            target = {'parameters': least + 10}
        if name == 'tt_one_core' and 'compression' in target:
            target = {'compression': 1}
        rounded = convert.round_layer(weights, **target)
        error = error_of(rounded, weights)
        self.assertAlmostEqual(error, rounded.relative_error, delta=1e-12)
        self.assertLessEqual(error, target.get('eps', 1) + 1e-14)
        self.assertLessEqual(max(rounded.ranks), target.get('max_rank', 99))
        self.assertLessEqual(rounded.parameters, target.get('parameters', 1000))
        self.assertEqual(weights.modes, rounded.modes)
        self.assertEqual(weights.dense_shape, rounded.dense_shape)

    @parameterized.expand([(name, target) for name in LAYERS
                           for target in ('compression', 'parameters')])
    def test_a_layer_that_fits_stays_as_it_is(self, name, target):
        weights = LAYERS[name][3](trained(name)[0])
        bound = {'parameters': weights.parameters,
                 'compression': np.prod(weights.dense_shape) / weights.parameters}[target]
        rounded = convert.round_layer(weights, **{target: bound})
        self.assertEqual(0, rounded.relative_error)
        for core, before in zip(rounded.train, weights.train):
            np.testing.assert_array_equal(core, before)

    @parameterized.expand(CASES)
    def test_exact_rounding_gives_the_same_output(self, name):
        values, inputs, out = trained(name)
        rounded = convert.round_layer(LAYERS[name][3](values), eps=0.)
        assert_close(output(name, rounded, values['biases'], inputs), out, 1e-12)

    @parameterized.expand([('tt', [1, 2, 3, 1]), ('tt_conv', [2, 3, 1]),
                           ('tt_conv_direct', [1, 2, 3, 4, 1])])
    def test_ranks_in_the_form_of_the_layer(self, name, ranks):
        weights = LAYERS[name][3](trained(name)[0])
        self.assertEqual(ranks, convert.round_layer(weights, ranks).ranks)


class GrowTest(unittest.TestCase):

    @parameterized.expand([(name, ranks, noise) for name, ranks in (
        ('tt', [1, 6, 9, 1]), ('tt', 7), ('tt_one_core', 3), ('tt_conv', [6, 8, 1]),
        ('tt_conv_full', 6), ('tt_conv_1x1', [1, 6, 1]), ('tt_conv_1x1', [2, 6, 1]),
        ('tt_conv_direct', [1, 3, 6, 7, 1]), ('tt_conv_direct_1x1', [1, 1, 2, 6, 1]))
        for noise in (0, 0.3)])
    def test_the_output_stays(self, name, ranks, noise):
        values, inputs, out = trained(name)
        weights = LAYERS[name][3](values)
        grown = convert.grow_layer(weights, ranks, noise, seed=1)
        assert_close(output(name, grown, values['biases'], inputs), out, 1e-13)
        # More terms, if zeros, may be summed in another order.
        self.assertLessEqual(error_of(grown, weights), 1e-15)
        if isinstance(ranks, list):
            self.assertEqual(ranks, grown.ranks)

    @parameterized.expand([(name, noise) for name in LAYERS for noise in (0, 0.3)])
    def test_the_old_cores_are_in_the_new_ones_beside_zeros(self, name, noise):
        weights = LAYERS[name][3](trained(name)[0])
        grown = convert.grow_layer(weights, 7, noise, seed=1)
        for old, new in zip(weights.train, grown.train):
            left, right = old.shape[0], old.shape[-1]
            np.testing.assert_array_equal(old, new[:left, ..., :right])
            np.testing.assert_array_equal(0, new[left:])
            self.assertEqual(noise > 0 and new.shape[-1] > right, new[:left, ..., right:].any())

    def test_one_rank_is_limited_by_what_is_useful_and_never_lowers(self):
        weights = LAYERS['tt'][3](trained('tt')[0])
        self.assertEqual([1, 6, 16, 1], convert.grow_layer(weights, 99).ranks)
        self.assertEqual([1, 4, 5, 1], convert.grow_layer(weights, 2).ranks)

    def test_noise_brings_gradients_to_the_new_ranks(self):
        """Of the new rows at the first step, of the new columns at the next; without, of none."""
        values, inputs, _ = trained('tt')
        weights = LAYERS['tt'][3](values)
        for noise in (0., 0.1):
            grown = convert.grow_layer(weights, [1, 4, 9, 1], noise, seed=1)
            with tf.Graph().as_default():
                out = layers.tt(tf.constant(inputs), scope='layer', **grown.arguments,
                                **grown.initializers)
                cores = tf.trainable_variables()[:3]
                gradients = tf.gradients(tf.reduce_sum(tf.square(out)), cores)
                step = [tf.assign_sub(core, 1e-3 * gradient)
                        for core, gradient in zip(cores, gradients)]
                with session() as opened:
                    first = opened.run(gradients)
                    opened.run(step)
                    second = opened.run(gradients)
            for (_, columns, rows), moved in ((first, [False, True]), (second, [True, True])):
                new = [columns.reshape(1, 9, 4, 3)[:, 5:], rows.reshape(4, 9, 4)[:, 5:]]
                self.assertEqual([move and noise > 0 for move in moved],
                                 [bool(np.abs(part).max() > 0) for part in new])

    def test_seed(self):
        weights = LAYERS['tt'][3](trained('tt')[0])
        first, second, other = [convert.grow_layer(weights, 6, 0.1, seed).cores[0]
                                for seed in (1, 1, 2)]
        np.testing.assert_array_equal(first, second)
        self.assertGreater(np.abs(first - other).max(), 0)
        old = weights.train[0]
        new = convert.grow_layer(weights, [1, 6, 6, 1], 0.1, 1).train[0][..., 4:]
        self.assertAlmostEqual(0.1, new.std() / np.sqrt(np.mean(old**2)), delta=0.06)


class ChangeModesTest(unittest.TestCase):

    @parameterized.expand([
        ('tt', [6, 4], [4, 3]), ('tt', [24], [12]), ('tt', [2, 2, 2, 3], [2, 2, 3, 1]),
        ('tt_conv', [6], [8]), ('tt_conv', [3, 2], [2, 4]), ('tt_conv_1x1', [1, 6], [2, 4])])
    def test_exact_without_a_target(self, name, inp_modes, out_modes):
        values, inputs, out = trained(name)
        weights = LAYERS[name][3](values)
        changed = convert.change_modes(weights, inp_modes, out_modes)
        self.assertEqual((inp_modes, out_modes), changed.modes)
        self.assertLess(error_of(changed, weights), 1e-13)
        assert_close(output(name, changed, values['biases'], inputs), out, 1e-12)

    def test_target_and_padding(self):
        weights = LAYERS['tt'][3](trained('tt')[0])
        with self.assertWarnsRegex(convert.GrowthWarning, 'change_modes: an error of 0.3 takes '
                                   r'\d+ parameters with these modes, but the layer has 164;'):
            changed = convert.change_modes(weights, [5, 5], [4, 3], eps=0.3, pad=True)
        self.assertEqual([24, 12], changed.dense_shape)
        self.assertLessEqual(error_of(changed, weights), 0.3)

    def test_modes_of_direct_are_its_sizes(self):
        weights = LAYERS['tt_conv_direct'][3](trained('tt_conv_direct')[0])
        with self.assertRaisesRegex(ValueError, 'modes of `tt_conv_direct` are the sizes'):
            convert.change_modes(weights, [6], [7])


class SpreadNormTest(unittest.TestCase):

    @parameterized.expand([('float16', 6e4), ('float16', 1e-3), ('bfloat16', 1e38)])
    def test_half_precision_layers_hold_what_their_types_hold(self, dtype, scale):
        dense = np.random.RandomState(0).uniform(-1, 1, [64, 64]) * scale
        weights = convert.tt_from_dense(dense, [8, 8], [8, 8], eps=0.)
        largest = [np.abs(core).max() for core in weights.cores]
        self.assertLess(max(largest) / min(largest), 4)
        with tf.Graph().as_default():
            for name, initializers in (('built', weights.initializers), ('assigned', {})):
                layers.tt(tf.zeros([1, 64], tf.as_dtype(dtype)), scope=name, **weights.arguments,
                          **initializers)
            with session() as opened:
                convert.assign(opened, 'assigned', weights)
                for name in ('built', 'assigned'):
                    back = convert.tt_from_variables(convert.read(opened, name), [8, 8], [8, 8])
                    self.assertLess(error_of(back, weights), 2e-3 if dtype == 'float16' else 2e-2)


class MessagesTest(unittest.TestCase):

    WEIGHTS = convert.tt_from_dense(np.ones([6, 6]), [2, 3], [3, 2], max_rank=2)
    KERNEL = convert.tt_conv_from_dense(np.ones([3, 3, 4, 6]), [2, 2], [3, 2], max_rank=3)

    @parameterized.expand([
        ('names', r"must hold mat_core_1, but it holds core_1, filters; pass those below",
         lambda w: convert.tt_from_variables({'core_1': 1, 'filters': 1}, [2], [3])),
        ('filters', 'must hold filters, but it holds core_1;',
         lambda w: convert.tt_conv_from_variables({'core_1': np.ones([6, 2])}, [2], [3])),
        ('modes', r'tt_from_variables: `variables\[0\]` must be .* its shape is \[6, 2\]',
         lambda w: convert.tt_from_variables(w.variables, [3, 2], [3, 2])),
        ('first_rank', r'tt_from_variables: with input modes \[1, 3\] and output modes \[3, 2\], '
         r'`variables\[0\]` starts with rank 2, but must start with rank 1; pass the modes the la',
         lambda w: convert.tt_from_variables(w.variables, [1, 3], [3, 2])),
        ('last_rank', r'tt_from_variables: .*, `variables\[1\]` ends with rank 2, but must end '
         'with rank 1; pass the modes', lambda w: convert.tt_from_variables(
             w.variables, [2, 3], [3, 1])),
        ('last_rank_of_a_table', r'`variables\[1\]` ends with rank 2, but must end with rank 1',
         lambda w: convert.tt_embedding_from_variables(w.variables, [3, 1], [2, 3])),
        ('last_rank_of_dense', r'tt_to_dense: .*, `cores\[1\]` ends with rank 2, but must end',
         lambda w: convert.tt_to_dense(w.variables, [2, 3], [3, 1])),
        ('core_of_a_kernel', r'tt_conv_from_variables: `variables\[1\]` must be \[o r_k',
         lambda w: convert.tt_conv_from_variables([np.ones([3, 3, 1, 3]), np.ones([3, 2])], [3],
                                                  [3])),
        ('cores_of_a_kernel', '`variables` must hold one core for each of the 1 modes, .* are 0',
         lambda w: convert.tt_conv_from_variables([np.ones([3, 3, 1, 3])], [3], [3])),
        ('no_filters', 'tt_conv_from_variables: `variables` must hold filters and cores, but it is '
         'empty; pass those of', lambda w: convert.tt_conv_from_variables([], [3], [3])),
        ('direct_variables', 'tt_conv_direct_from_variables: `variables` must be 4 matrices',
         lambda w: convert.tt_conv_direct_from_variables([np.ones([3, 3])])),
        ('shape', r'tt_from_variables: `shape` must be at most \[6, 6\]',
         lambda w: convert.tt_from_variables(w.variables, [2, 3], [3, 2], shape=[7, 6])),
        ('window', r'`filters` must be \[window_height, window_width, 1, r_0\], but its shape is '
         r'\[3, 3, 2, 3\]', lambda w: convert.tt_conv_from_variables(
             [np.ones([3, 3, 2, 3]), np.ones([3, 2])], [2], [3])),
        ('rank_of_filters', r'`variables\[1\]` starts with rank 1, but `filters` ends with rank 3',
         lambda w: convert.tt_conv_from_variables([np.ones([3, 3, 1, 3]), np.ones([3, 2])], [2],
                                                  [3])),
        ('core_dimensions', r'tt_from_cores: `cores` must be \[r_{k-1}, i_k, o_k, r_k\]',
         lambda w: convert.tt_from_cores([np.ones([1, 4, 1])])),
        ('one_core', r'at least one \[r_{k-1}, c_k, o_k, r_k\], .* \[\[1, 3, 3, 1\]\]',
         lambda w: convert.tt_conv_from_cores([np.ones([1, 3, 3, 1])])),
        ('direct_cores', r'must be 4 arrays \[r_{k-1}, m_k, r_k\]',
         lambda w: convert.tt_conv_direct_from_cores([np.ones([1, 4, 1])])),
        ('ranks', r'grow_layer: `ranks` must be 3 ranks .* \[1, 2, 1\], but they are \[2, 2\]',
         lambda w: convert.grow_layer(w, [2, 2])),
        ('noise', 'grow_layer: `noise` must be a finite number of at least 0, but it is -1; pass',
         lambda w: convert.grow_layer(w, 4, -1)),
        ('huge_noise', 'grow_layer: `noise` must be a finite number of at least 0, but it is 1000',
         lambda w: convert.grow_layer(w, 4, 10**400)),
        ('seed', 'grow_layer: `seed` must be at least 0, but it is -1; pass',
         lambda w: convert.grow_layer(w, 4, 0.1, -1)),
        ('ranks_to_round', r'round_layer: `ranks` must be a list of 3 TT-ranks, .* \[1, 1, 1, 1\]',
         lambda w: convert.round_layer(w, [1, 1, 1, 1])),
        ('ranks_of_a_kernel', '^round_layer: `ranks` must be a list of 3 TT-ranks, .*, but it is '
         r'\[2, 2, 2, 1\]', lambda _: convert.round_layer(MessagesTest.KERNEL, [2, 2, 2, 1])),
        ('last_rank_of_a_kernel', r'^round_layer: `ranks` must be a list that ends with 1, but it '
         r'is \[2, 2, 2\]', lambda _: convert.round_layer(MessagesTest.KERNEL, [2, 2, 2])),
    ])
    def test_message(self, _, message, call):
        with self.assertRaisesRegex(ValueError, message):
            call(self.WEIGHTS)

    @parameterized.expand([
        ('round_layer', lambda weights: convert.round_layer(weights, 2)),
        ('grow_layer', lambda weights: convert.grow_layer(weights, 2)),
        ('change_modes', lambda weights: convert.change_modes(weights, [2], [3]))])
    def test_what_are_no_weights(self, name, call):
        with self.assertRaisesRegex(TypeError, f'^{name}: `weights` must be LayerWeights, but they '
                                               r'are array\(.*; pass what a conversion'):
            call(np.ones([6, 6]))

    def test_noise_that_is_no_number(self):
        with self.assertRaisesRegex(TypeError, "grow_layer: `noise` must be a number of at least "
                                               "0, but it is 'a' of type str; pass one such as"):
            convert.grow_layer(self.WEIGHTS, 4, 'a')

    def test_a_seed_that_is_no_integer(self):
        with self.assertRaisesRegex(TypeError, "grow_layer: `seed` must be an integer, but it is "
                                               "'x' of type str; pass an int"):
            convert.grow_layer(self.WEIGHTS, 4, 0.1, 'x')

    @parameterized.expand([
        ('matrix', WEIGHTS, [1, 100, 1], None, r'ranks\[1\] is 100, .* 6; ranks=\[1, 6, 1\] can'),
        ('kernel', KERNEL, [2, 100, 1], None, r'ranks\[1\] is 100, .* 4; ranks=\[2, 4, 1\] can'),
        ('limited', KERNEL, [2, 100, 1], 50, r'ranks\[1\] is 50, .* 4; ranks=\[2, 4, 1\] can'),
        ('padded', WEIGHTS._replace(dense_shape=[5, 6]), [1, 100, 1], None,
         r'ranks\[1\] is 100, .* 6; ranks=\[1, 6, 1\] can')])
    def test_warning_of_useless_ranks(self, _, weights, ranks, max_rank, message):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            rounded = convert.round_layer(weights, ranks, max_rank=max_rank)
        text, = [str(warning.message) for warning in caught]
        self.assertRegex(text, '^round_layer: some TT-ranks are larger than useful: ' + message)
        self.assertEqual(min(100, max_rank or 100), rounded.ranks[1])


if __name__ == '__main__':
    unittest.main()
