"""The matrix or kernel of a TT layer has the variance of the scheme."""

import gc
import unittest
import weakref

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, initializers, layers
from tests.sessions import session
from tests.useless_ranks import WithUselessRanks

SCHEMES = {
    'glorot': lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    'he': lambda fan_in, fan_out: 2 / fan_in,
    'lecun': lambda fan_in, fan_out: 1 / fan_in,
}

TT_SHAPES = [
    ([4, 8, 8, 4], [4, 8, 8, 4], [1, 8, 8, 8, 1]),
    ([4, 8, 8, 4], [4, 8, 8, 4], [1, 1, 1, 1, 1]),
    ([32, 32], [16, 32], [1, 5, 1]),
    ([4, 4, 4, 4, 4, 4], [2, 2, 2, 2, 2, 2], [1, 8, 20, 30, 12, 5, 1]),
    ([300], [200], [1, 1]),
    ([5, 1, 8], [1, 6, 7], [1, 3, 9, 1]),
]

CONV_SHAPES = [
    ([3, 3], [4, 8], [8, 8], [9, 16, 1]),
    ([3, 3], [4, 8], [8, 8], [1, 1, 1]),
    ([1, 1], [4, 8], [8, 8], [1, 7, 1]),
    ([5, 3], [3], [64], [3, 1]),
]

DIRECT_SHAPES = [
    ([3, 3], 16, 32, [1, 3, 9, 20, 1]),
    ([3, 3], 16, 32, [1, 1, 1, 1, 1]),
    ([1, 1], 40, 60, [1, 1, 1, 30, 1]),
    ([5, 5], 1, 64, [1, 3, 6, 6, 1]),
]


def _tt(scheme, inp_modes, out_modes, ranks, dtype=tf.float32, seed=1, draws=1):
    """Builds a layer in a graph and initializes it; returns its dense weights of each time."""
    cores = getattr(initializers, scheme).tt(inp_modes, out_modes, ranks, seed=seed)
    values = _drawn(draws, lambda: layers.tt(
        tf.zeros([1, int(np.prod(inp_modes))], dtype), inp_modes, out_modes, ranks, cores,
        scope='layer'))
    return [convert.tt_to_dense(_cores(value, 'mat_core'), inp_modes, out_modes)
            for value in values]


def _tt_conv(scheme, window, inp_modes, out_modes, ranks, dtype=tf.float32, seed=1, draws=1,
             layer=layers.tt_conv):
    filters, cores = getattr(initializers, scheme).tt_conv(window, inp_modes, out_modes, ranks,
                                                           seed=seed)
    values = _drawn(draws, lambda: layer(
        tf.zeros([1, 7, 7, int(np.prod(inp_modes))], dtype), window, inp_modes, out_modes, ranks,
        filters_initializer=filters, cores_initializer=cores, scope='layer'))
    return [convert.tt_conv_to_dense(value['filters'], _cores(value, 'core'), inp_modes, out_modes)
            for value in values]


def _tt_conv_direct(scheme, window, in_ch, out_ch, ranks, dtype=tf.float32, seed=1, draws=1):
    cores = getattr(initializers, scheme).tt_conv_direct(window, in_ch, out_ch, ranks, seed=seed)
    values = _drawn(draws, lambda: layers.tt_conv_direct(
        tf.zeros([1, 7, 7, in_ch], dtype), window, out_ch, ranks, cores_initializer=cores,
        scope='layer'))
    return [convert.tt_conv_direct_to_dense(_cores(value, 'core')) for value in values]


def _drawn(draws, build):
    """Initializes the layer that `build` adds `draws` times; yields its variables by name."""
    with tf.Graph().as_default():
        build()
        initialize = tf.global_variables_initializer()
        with tf.Session() as opened:
            for _ in range(draws):
                opened.run(initialize)
                yield convert.read(opened, 'layer')


def _cores(values, name):
    return [values[key] for key in sorted(values) if key.startswith(name)]


def _variance(weights):
    """Mean of the squares: the entries have mean zero."""
    return np.mean(np.square(weights.astype(np.float64)))


def _cases(shapes):
    """Every scheme and shape in float32, and one shape in the other types."""
    for number, shape in enumerate(shapes):
        for scheme in sorted(SCHEMES):
            yield (f'{scheme}_{number}', scheme, shape, 'float32')
    for dtype in ('bfloat16', 'float16', 'float64'):
        yield ('glorot_' + dtype, 'glorot', shapes[0], dtype)


class VarianceTest(WithUselessRanks, unittest.TestCase):

    def assert_variance(self, expected, draws):
        self.assertEqual(2, len(draws))
        for weights in draws:
            self.assertLess(abs(_variance(weights) / expected - 1), 0.05)

    @parameterized.expand(_cases(TT_SHAPES))
    def test_tt(self, _, scheme, shape, dtype):
        expected = SCHEMES[scheme](np.prod(shape[0]), np.prod(shape[1]))
        self.assert_variance(expected, _tt(scheme, *shape, dtype=tf.as_dtype(dtype), draws=2))

    @parameterized.expand([('glorot', {}), ('he', {}), ('lecun', {}), ('padded', {'size': 17})])
    def test_tt_embedding(self, name, padding):
        """The fans are those of the layer that multiplies by the transposed table."""
        voc_modes, emb_modes, ranks = [10, 12, 9], [3, 2, 3], [1, 8, 8, 1]
        sizes = {'voc_size': 1000, 'emb_size': padding['size']} if padding else {}
        scheme = 'lecun' if padding else name
        cores = getattr(initializers, scheme).tt_embedding(voc_modes, emb_modes, ranks, seed=1,
                                                           **sizes)
        for given in (cores, getattr(initializers, scheme)):
            values = _drawn(2, lambda given=given: layers.tt_embedding(
                np.array([0]), voc_modes, emb_modes, ranks, given, scope='layer', **sizes))
            self.assert_variance(
                SCHEMES[scheme](sizes.get('emb_size', 18), sizes.get('voc_size', 1080)),
                [convert.tt_embedding_to_dense(value, voc_modes, emb_modes) for value in values])

    @parameterized.expand(_cases(CONV_SHAPES))
    def test_tt_conv(self, _, scheme, shape, dtype):
        window, inp_modes, out_modes, _ = shape
        expected = SCHEMES[scheme](np.prod(window) * np.prod(inp_modes),
                                   np.prod(window) * np.prod(out_modes))
        for layer in (layers.tt_conv, layers.tt_conv_full):
            self.assert_variance(expected, _tt_conv(scheme, *shape, dtype=tf.as_dtype(dtype),
                                                    draws=2, layer=layer))

    @parameterized.expand(_cases(DIRECT_SHAPES))
    def test_tt_conv_direct(self, _, scheme, shape, dtype):
        window, in_ch, out_ch, _ = shape
        expected = SCHEMES[scheme](np.prod(window) * in_ch, np.prod(window) * out_ch)
        self.assert_variance(expected, _tt_conv_direct(scheme, *shape, dtype=tf.as_dtype(dtype),
                                                       draws=2))

    @parameterized.expand(sorted(SCHEMES))
    def test_the_fans_of_a_padded_layer_are_its_sizes(self, scheme):
        modes, ranks = [4, 8, 8, 4], [1, 8, 8, 8, 1]
        with tf.Graph().as_default():
            cores = getattr(initializers, scheme).tt(modes, modes, ranks, 1, inp_size=700,
                                                     out_size=600)
            layers.tt(tf.zeros([1, 700]), modes, modes, ranks, cores, scope='layer', inp_size=700,
                      out_size=600)
            filters, cores = getattr(initializers, scheme).tt_conv(
                [3, 3], [4, 8], [8, 8], [9, 16, 1], 1, inp_ch=20, out_ch=40)
            layers.tt_conv(tf.zeros([1, 5, 5, 20]), [3, 3], [4, 8], [8, 8], [9, 16, 1],
                           filters_initializer=filters, cores_initializer=cores, scope='conv',
                           inp_ch=20, out_ch=40)
            with session() as opened:
                layer, conv = convert.read(opened, 'layer'), convert.read(opened, 'conv')
        for weights, fans in (
                (convert.tt_to_dense(_cores(layer, 'mat_core'), modes, modes, [700, 600]),
                 (700, 600)),
                (convert.tt_conv_to_dense(conv['filters'], _cores(conv, 'core'), [4, 8], [8, 8],
                                          [3, 3, 20, 40]), (9 * 20, 9 * 40))):
            # The part of a matrix whose variance is exact.
            self.assertLess(abs(_variance(weights) / SCHEMES[scheme](*fans) - 1), 0.15)

    @parameterized.expand([
        ('tt', [3, 17], dict(inp_modes=[3, 6], out_modes=[2, 5], mat_ranks=3, inp_size=17,
                             out_size=9), dict(inp_size=17, out_size=9)),
        ('tt_conv_direct', [2, 5, 4, 3], dict(window=[3, 2], out_ch=4, ranks=3), {}),
    ] + [
        (layer, shape, dict(window=window, inp_ch_modes=[2, 3], out_ch_modes=[2, 2], ranks=3,
                            inp_ch=5, out_ch=3), dict(inp_ch=5, out_ch=3))
        for layer, shape, window in [('tt_conv', [2, 5, 4, 5], [3, 2]),
                                     ('tt_conv_full', [2, 5, 4, 5], [1, 1]),
                                     ('tt_conv1d_full', [2, 7, 5], [1, 3])]])
    def test_layers_take_the_scheme_itself(self, layer, shape, arguments, sizes):
        he = initializers.he
        values = []
        for made in (False, True):
            given = {'cores_initializer': he}
            if layer == 'tt':
                given = {'cores_initializer': he.tt([3, 6], [2, 5], 3, **sizes)} if made else given
            elif layer == 'tt_conv_direct':
                given = {'cores_initializer': he.tt_conv_direct([3, 2], 3, 4, 3)} if made else given
            else:
                filters, cores = he.tt_conv(arguments['window'], [2, 3], [2, 2], 3, **sizes) \
                    if made else (he, he)
                given = {'filters_initializer': filters, 'cores_initializer': cores}
            with tf.Graph().as_default():
                tf.set_random_seed(1)
                getattr(layers, layer)(tf.zeros(shape), scope='layer', **dict(arguments, **given))
                with session() as opened:
                    values.append(convert.read(opened, 'layer'))
        self.assertEqual(set(values[0]), set(values[1]))
        for name, value in values[0].items():
            np.testing.assert_array_equal(value, values[1][name])

    def test_ranks_beyond_the_useful_maximum_on_average(self):
        draws = _tt('he', [2, 3, 8], [2, 3, 8], [1, 9, 30, 1], draws=200)
        self.assertLess(abs(np.mean(np.square(draws)) / (2 / 48) - 1), 0.05)
        draws = _tt_conv('he', [1, 1], [2, 8], [2, 8], [6, 5, 1], draws=400)
        self.assertLess(abs(np.mean(np.square(draws)) / (2 / 16) - 1), 0.05)

    def test_the_layers_output_has_the_variance_of_its_input(self):
        modes, ranks = [4, 8, 8, 4], [1, 8, 8, 8, 1]
        inputs = np.random.RandomState(1).normal(size=[200, 1024])
        with tf.Graph().as_default():
            out = layers.tt(tf.constant(inputs, tf.float32), modes, modes, ranks,
                            initializers.lecun.tt(modes, modes, ranks, seed=1))
            with session() as opened:
                self.assertLess(abs(_variance(opened.run(out)) - 1), 0.05)


class DistributionTest(unittest.TestCase):

    def test_numbers_of_all_cores_have_the_same_variance_and_mean_zero(self):
        modes, ranks = [16, 32, 16], [1, 16, 16, 1]
        with tf.Graph().as_default():
            draws = [initializer(initializer.shape)
                     for initializer in initializers.glorot.tt(modes, modes, ranks, seed=3)]
            with tf.Session() as opened:
                values = opened.run(draws)
        expected = (1 / 8192 / 256)**(1 / 3)
        for value in values:
            self.assertLess(abs(_variance(value) / expected - 1), 1e-3)
            # Five deviations of a mean of so many numbers.
            self.assertLess(abs(value.mean()), 5 * np.sqrt(expected / value.size))

    @parameterized.expand([(parts, seed) for parts in (2, 3, 4) for seed in (None, 1)])
    def test_parts_are_those_of_one_draw(self, parts, seed):
        modes, ranks = [4, 8, 8, 4], [1, 8, 8, 8, 1]
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            with tf.variable_scope('', partitioner=tf.fixed_size_partitioner(parts)):
                layers.tt(tf.zeros([1, 1024]), modes, modes, ranks,
                          initializers.lecun.tt(modes, modes, ranks, seed=seed), scope='layer')
            self.assertEqual(4 * parts, sum('mat_core' in variable.name
                                            for variable in tf.global_variables()))
            with session() as opened:
                values = convert.read(opened, 'layer')
        matrix = convert.tt_to_dense(_cores(values, 'mat_core'), modes, modes)
        self.assertLess(abs(np.mean(np.square(matrix)) * 1024 - 1), 1e-3)

    @parameterized.expand([(None,), (2,)])
    def test_an_initializer_keeps_no_graph_alive(self, parts):
        cores = initializers.he.tt([4, 4], [4, 4], 4)
        graph = tf.Graph()
        known = weakref.ref(graph)
        partitioner = parts and tf.fixed_size_partitioner(parts)
        with graph.as_default(), tf.variable_scope('s', partitioner=partitioner):
            layers.tt(tf.zeros([1, 16]), [4, 4], [4, 4], 4, cores)
        del graph
        gc.collect()
        self.assertIsNone(known())

    def test_every_entry_has_the_variance(self):
        draws = np.array(_tt('lecun', [2, 2], [2, 2], [1, 3, 1], draws=600))
        # The squares have a relative deviation of about 2, their mean over 600 draws of 0.08.
        np.testing.assert_allclose(np.mean(np.square(draws), axis=0), 0.25, rtol=0.35)
        np.testing.assert_allclose(np.mean(draws, axis=0), 0, atol=5 * 0.5 / np.sqrt(600))

    def test_seeds(self):
        def draw(seed):
            return _tt('he', [4, 4], [4, 4], [1, 3, 1], seed=seed)[0]
        np.testing.assert_array_equal(draw(5), draw(5))
        self.assertFalse(np.array_equal(draw(5), draw(6)))
        first, second = (core.seed for core in initializers.he.tt([4, 4], [4, 4], [1, 3, 1], 5))
        self.assertNotEqual(first, second)

    def test_graph_seed(self):
        def draw(seed):
            with tf.Graph().as_default():
                tf.set_random_seed(seed)
                layers.tt(tf.zeros([1, 16]), [4, 4], [4, 4], [1, 3, 1],
                          initializers.he.tt([4, 4], [4, 4], [1, 3, 1]), scope='tt')
                with session() as opened:
                    return convert.read(opened, 'tt')['mat_core_2']
        np.testing.assert_array_equal(draw(1), draw(1))
        self.assertFalse(np.array_equal(draw(1), draw(2)))

    def test_constant_ones_stay(self):
        with tf.Graph().as_default():
            filters, cores = initializers.he.tt_conv([1, 1], [4], [4], [1, 1])
            layers.tt_conv(tf.zeros([1, 3, 3, 4]), [1, 1], [4], [4], [1, 1],
                           filters_initializer=filters, cores_initializer=cores, scope='a')
            layers.tt_conv_direct(tf.zeros([1, 3, 3, 1]), [1, 1], 1, [1, 1, 1, 1, 1], scope='b',
                                  cores_initializer=initializers.he.tt_conv_direct(
                                      [1, 1], 1, 1, [1, 1, 1, 1, 1]))
            with session() as opened:
                self.assertEqual(1, convert.read(opened, 'a')['filters'].item())
                self.assertEqual(1, convert.read(opened, 'b')['core_3'].item())


class MessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('modes', lambda: initializers.he.tt([4, 4], [4], [1, 3, 1]),
         r'he.tt: `inp_modes` and `out_modes` must have the same length'),
        ('ranks', lambda: initializers.glorot.tt([4, 4], [4, 4], [1, 3]),
         'glorot.tt: `ranks` must be a list of 3 TT-ranks, one more than there are cores'),
        ('last_rank', lambda: initializers.he.tt_conv([3, 3], [4], [4], [3, 2]),
         r'he.tt_conv: `ranks` must be a list that ends with 1, but it is \[3, 2\]'),
        ('size', lambda: initializers.he.tt([4, 4], [4, 2], [1, 3, 1], out_size=9),
         r'he.tt: `out_size` must be at most 8, the product of `out_modes` \[4, 2\], but it is 9'),
        ('channels_beyond_modes',
         lambda: initializers.he.tt_conv([3, 3], [4], [2], [3, 1], inp_ch=5),
         r'he.tt_conv: `inp_ch` must be at most 4, the product of `inp_ch_modes` \[4\], but it '),
        ('window', lambda: initializers.he.tt_conv([3], [4], [4], [3, 1]),
         r'he.tt_conv: `window` must be height and width, but it is \[3\]'),
        ('channels', lambda: initializers.lecun.tt_conv_direct([3, 3], 0, 4, [1, 1, 1, 1, 1]),
         'lecun.tt_conv_direct: `in_ch` must be at least 1'),
    ])
    def test_arguments(self, _, call, message):
        with self.assertRaisesRegex(ValueError, message):
            call()

    def test_another_layer(self):
        with tf.Graph().as_default():
            with self.assertRaisesRegex(ValueError, r'for a variable of shape \[12, 4\], but the '
                                                    r'variable has shape \[8, 4\]'):
                layers.tt(tf.zeros([1, 16]), [4, 4], [4, 4], [1, 2, 1],
                          initializers.he.tt([4, 4], [4, 4], [1, 3, 1]))


if __name__ == '__main__':
    unittest.main()
