"""How to convolve, by the numbers of the cost model. None of this runs TensorFlow."""

import re
import unittest

from parameterized import parameterized

from tensornet.contraction import (
    ConvShape,
    Setting,
    TTMatrixShape,
    chain_plan,
    conv_plan,
    convolution_plans,
    cpu,
    methods_for,
)

METHODS = methods_for((1, 1))


def _shape(window=(3, 3), inp_modes=(4, 4, 4), out_modes=(4, 4, 4), ranks=(16, 16, 16, 1),
           strides=(1, 1), padding='SAME', image=(32, 32), dilations=(1, 1), data_format='NHWC'):
    return ConvShape(TTMatrixShape(inp_modes, out_modes, ranks), window, strides, padding, image,
                     dilations, data_format)


def _setting(batch_size=100, training=True):
    return Setting(batch_size, training, 'float32', cpu('float32'))


# The layers that were measured, and which ways were then slower than building the kernel.
LOW_RANK = (_shape((5, 5), (4, 4, 4, 3), (5, 5, 5, 2), (3, 2, 2, 3, 1)), 30)
HIGH_RANKS = [('64', _shape(), 100),
              ('128', _shape(inp_modes=(8, 4, 4), out_modes=(8, 4, 4), ranks=(23, 23, 23, 1),
                             image=(16, 16)), 100)]


class MessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('no_shape', None, _setting(), TypeError,
         '`shape` must be a `ConvShape` .* it is None; pass'),
        ('no_matrix', _shape()._replace(matrix=None), _setting(), TypeError, '`shape` must be a '
         '`ConvShape`'),
        ('no_setting', _shape(), 100, TypeError,
         '`setting` must be a `Setting`, but it is 100; pass'),
        ('batch', _shape(), _setting(10**30), ValueError, '`setting.batch_size` must be at most'),
        ('window', _shape(window=(3, 10**30)), _setting(), ValueError,
         r'`shape.window\[1\]` must be at '
         'most'),
        ('no_strides', _shape(strides=None), _setting(), TypeError,
         '`shape.strides` .* it is None; '
         'pass'),
        ('image', _shape(image=(32,)), _setting(), ValueError,
         r'`shape.image` must be two numbers'),
        ('ranks', _shape(ranks=(16, True, 16, 1)), _setting(), TypeError,
         r'`shape.matrix.ranks\[1\]` '
         'must be an integer, but it is True'),
        ('no_batch', _shape(), _setting(0), ValueError,
         '`setting.batch_size` must be at least 1, but'),
        ('last_rank', _shape(ranks=(9, 4, 4, 2)), _setting(), ValueError,
         r'`shape.matrix.ranks` must be a list that ends with 1, but it is \[9, 4, 4, 2\]; set '
         r'shape.matrix.ranks\[-1\] to 1'),
        ('few_ranks', _shape(ranks=(9, 4, 1)), _setting(), ValueError,
         r'`shape.matrix.ranks` must be a list of 4 TT-ranks, .* but it is \[9, 4, 1\]'),
        ('padding', _shape(padding='same'), _setting(), ValueError,
         "`shape.padding` must be 'SAME' "),
        ('dilations', _shape(dilations=(2, 0)), _setting(), ValueError,
         r'`shape.dilations\[1\]` must be '
         'at least 1'),
        ('dilation', _shape(dilations=(2,)), _setting(), ValueError,
         '`shape.dilations` must be two '),
        ('format', _shape(data_format='NCW'), _setting(), ValueError,
         "`shape.data_format` must be "),
    ])
    def test_message(self, _, shape, setting, error, message):
        with self.assertRaisesRegex(error, '^conv_plan: ' + message):
            conv_plan(shape, setting)


class ConvPlanTest(unittest.TestCase):

    @parameterized.expand([(training, batch_size, rank) for training in (True, False)
                           for batch_size in (1, 100) for rank in (1, 2, 16)])
    def test_the_choice_is_the_fastest_method(self, training, batch_size, rank):
        shape = _shape(ranks=(rank, rank, rank, 1))
        setting = _setting(batch_size, training)
        best = conv_plan(shape, setting)
        costs = {method: conv_plan(shape, setting, method).cost.seconds for method in METHODS}
        self.assertEqual(min(costs.values()), best.cost.seconds)
        self.assertEqual(costs[best.method], best.cost.seconds)

    @parameterized.expand([(True,), (False,)])
    def test_the_kernel_is_not_built_at_low_rank(self, training):
        shape, batch_size = LOW_RANK
        self.assertNotEqual('full', conv_plan(shape, _setting(batch_size, training)).method)

    @parameterized.expand([case + (training,) for case in HIGH_RANKS for training in (True, False)])
    def test_the_kernel_is_built_at_high_rank(self, _, shape, batch_size, training):
        self.assertEqual('full', conv_plan(shape, _setting(batch_size, training)).method)

    def test_a_window_of_one_pixel_is_a_tt_matrix(self):
        shape = _shape(window=(1, 1), inp_modes=(16, 16, 16), out_modes=(16, 16, 16),
                       ranks=(1, 4, 4, 1))
        best = conv_plan(shape, _setting())
        self.assertEqual('pointwise', best.method)
        self.assertEqual(((16, 16, 16), (16, 16, 16), (1, 4, 4, 1)), best.matrix.shape)
        self.assertEqual(100 * 32 * 32, best.matrix.setting.batch_size)

    @parameterized.expand([
        (dict(image=(7, 9)), True), (dict(data_format='NCHW'), True), (dict(ranks=16), False),
        (dict(window=(3, 1)), False), (dict(strides=(2, 2)), False),
        (dict(padding='VALID'), False), (dict(dilations=(1, 2)), False),
        (dict(inp_modes=(4, 2, 8)), False), (dict(ranks=(16, 16, 15, 1)), False)])
    def test_fits(self, other, expected):
        self.assertEqual(expected, conv_plan(_shape(), _setting()).fits(_shape(**other)))

    def test_fits_one_rank_for_all_bonds(self):
        asked = _shape(window=(5, 5), ranks=16)
        self.assertTrue(conv_plan(asked, _setting()).fits(asked))
        with self.assertRaisesRegex(ValueError, '^ConvPlan.fits: `shape.strides` must be two'):
            conv_plan(asked, _setting()).fits(asked._replace(strides=(1,)))

    @parameterized.expand([('full', 'full'), ('chain', 'chain'),
                           ('matrix_first', r'matrix_first, (chain|groups \[.*\], order \[.*\])')])
    def test_way(self, method, expected):
        asked = conv_plan(_shape(), _setting(), method)
        self.assertRegex(asked.way, f'^{expected}$')
        self.assertIn(f': {asked.way}>', repr(asked))

    def test_no_such_method(self):
        with self.assertRaisesRegex(
                ValueError, r"conv_plan: `method` must be one of 'chain', .* for window \[\d, \d\] "
                "and strides .*, but it is 'dense'; pass None for the fastest"):
            conv_plan(_shape(), _setting(), 'dense')

    @parameterized.expand([
        ('pointwise', (3, 3), (1, 1), {'full', 'chain', 'matrix_first', 'filters_first'}),
        ('matrix_first', (3, 3), (1, 2), {'full', 'chain'}),
        ('filters_first', (3, 3), (2, 1), {'full', 'chain'}),
        ('filters_first', (1, 1), (2, 1), {'full', 'chain', 'pointwise'}),
    ])
    def test_a_method_that_window_or_strides_do_not_admit(self, method, window, strides, admitted):
        shape = _shape(window=window, strides=strides)
        with self.assertRaisesRegex(ValueError, 'conv_plan: `method` must be one of ') as caught:
            conv_plan(shape, _setting(), method)
        named = set(re.findall(r"'(\w+)'", str(caught.exception).split(' for window')[0]))
        self.assertEqual(admitted, named)
        for name in admitted:
            self.assertEqual(name, conv_plan(shape, _setting(), name).method)

    def test_printed(self):
        first, full = [conv_plan(_shape(), _setting(), method)
                       for method in ('filters_first', 'full')]
        cost = first.cost
        self.assertEqual(
            f"convolution by 'filters_first', est. {cost.seconds * 1e3:.4f} ms: "
            f'{cost.flops / 1e6:.3f} MFLOP, {cost.bytes / 1e6:.3f} MB moved\n'
            f'exported: {first.exported_bytes} bytes where a converter merges constants; filters '
            f'and cores have {first.core_bytes}\n{first.matrix}', str(first))
        self.assertRegex(str(full), r"^convolution by 'full', est. [0-9.]+ ms.*moved\n"
                         r'exported: \d+ bytes where .*$')
        self.assertEqual('<ConvPlan of modes [4, 4, 4] -> [4, 4, 4] with ranks [16, 16, 16, 1]: '
                         'full>', repr(full))

    @parameterized.expand(METHODS)
    def test_a_method_can_be_asked_for(self, method):
        shape = _shape(strides=(2, 2))
        asked = conv_plan(shape, _setting(10), method)
        self.assertEqual((method, shape), (asked.method, asked.shape))
        expected = {'chain': None, 'full': None,
                    # The matrices are multiplied before the convolution, or after it.
                    'matrix_first': (((4, 4, 4), (64, 4, 4), (1, 16, 16, 1)), 10 * 32 * 32),
                    'filters_first': (((64, 4, 4), (4, 4, 4), (1, 16, 16, 1)), 10 * 16 * 16)}
        self.assertEqual(expected[method],
                         asked.matrix and (asked.matrix.shape, asked.matrix.setting.batch_size))

    def test_depthwise_convolutions_are_left_out_where_strides_differ(self):
        # `tf.nn.depthwise_conv2d` takes equal strides only.
        shape = _shape((5, 5), ranks=(1, 2, 2, 1))
        self.assertIn('first', conv_plan(shape, _setting(training=False)).method)
        for training in (True, False):
            chosen = conv_plan(shape._replace(strides=(2, 1)), _setting(training=training))
            self.assertIn(chosen.method, methods_for((2, 1)))
        self.assertEqual({'chain', 'full'}, set(methods_for((2, 1))))

    @parameterized.expand([(padding, method) for padding in ('SAME', 'VALID')
                           for method in METHODS])
    def test_an_output_of_no_pixels_is_planned_as_one_of_one(self, padding, method):
        empty = _shape(window=(3, 3), padding=padding, image=(1, 1))
        self.assertEqual((1, 1), empty.out_image)
        self.assertGreater(conv_plan(empty, _setting(), method).cost.seconds, 0)

    @parameterized.expand([(method, training) for method in METHODS for training in (True, False)])
    def test_cost_of_dilations_and_of_the_order_of_axes(self, method, training):
        shape, setting = _shape(ranks=(2, 3, 3, 1), window=(3, 2)), _setting(10, training)
        pixels, itemsize, passes = 10 * 32 * 32, 4, 2 if training else 1
        plain, dilated, moved = [
            conv_plan(shape._replace(**changes), setting, method).cost
            for changes in ({}, dict(dilations=(2, 3)), dict(data_format='NCHW'))]
        # Each number is read and written.
        channels = {'full': 64 + 64, 'chain': 64 + 2 * 64, 'matrix_first': 4 * 64,
                    'filters_first': 4 * 64}[method]
        for cost, count in ((dilated, channels), (moved, 64 + 64)):
            self.assertEqual(plain.flops, cost.flops)
            self.assertAlmostEqual(2 * itemsize * passes * pixels * count, cost.bytes - plain.bytes)
            self.assertGreater(cost.seconds, plain.seconds)

    def test_outputs_that_are_left_out_cost(self):
        setting = _setting(10, training=False)
        few, many = [conv_plan(_shape(strides=(2, 2), dilations=dilations), setting, 'full').cost
                     for dilations in ((2, 2), (3, 3))]
        self.assertGreater(many.flops, 3 * few.flops)
        # A window of one pixel has nothing to spread.
        costs = {conv_plan(_shape((1, 1), strides=(2, 2), dilations=dilations), setting).cost
                 for dilations in ((1, 1), (3, 3))}
        self.assertEqual(1, len(costs))

    @parameterized.expand(METHODS)
    def test_parts(self, method):
        """A kernel where it is built, a plan of products where pixels meet the TT-matrix."""
        asked = conv_plan(_shape(), _setting(), method)
        self.assertEqual((method == 'full', method in ('matrix_first', 'filters_first')),
                         (asked.kernel is not None, asked.matrix is not None))

    @parameterized.expand([(training,) for training in (False, True)])
    def test_channels_first_move_input_and_output(self, training):
        setting, (inp, out) = _setting(10, training), (4 * 4 * 3, 4 * 4 * 5)
        costs = [convolution_plans.dense_cost(
            _shape(inp_modes=(4, 4, 3), out_modes=(4, 4, 5), strides=(2, 2),
                   data_format=data_format), setting) for data_format in ('NHWC', 'NCHW')]
        moved = 2 * 4 * 10 * (32 * 32 * inp + 16 * 16 * out) * (2 if training else 1)
        self.assertEqual((moved, 0), (costs[1].bytes - costs[0].bytes,
                                      costs[1].flops - costs[0].flops))
        self.assertGreater(costs[1].seconds, costs[0].seconds)

    def test_multiplications_of_the_convolutions(self):
        setting = _setting(10, training=False)
        shape = _shape(ranks=(2, 3, 3, 1), strides=(2, 2))
        out_pixels, channels = 10 * 16 * 16, 64
        full = conv_plan(shape, setting, 'full').cost
        self.assertGreater(full.flops, 2 * out_pixels * 9 * channels * channels)
        self.assertLess(full.flops, 1.1 * 2 * out_pixels * 9 * channels * channels)
        for method in ('matrix_first', 'filters_first'):
            asked = conv_plan(shape, setting, method)
            depthwise = 2 * out_pixels * 9 * 2 * channels
            # The rest is adding up, or repeating, the channels of the filters.
            rest = asked.cost.flops - asked.matrix.cost.flops - depthwise
            self.assertEqual(out_pixels * 2 * channels, rest)

    @parameterized.expand([('matrix_first', 3, 6), ('filters_first', 2, 4)])
    def test_passes_of_a_depthwise_convolution_in_training(self, method, passes, out_mode):
        """The sum over the filters has one gradient and reads as much again; repeating has one."""
        shape = _shape(inp_modes=(4, 2), out_modes=(out_mode, 2), ranks=(2, 3, 1))
        asked = conv_plan(shape, _setting(10), method)
        pixels, channels = 10 * 32 * 32, {'matrix_first': 2 * out_mode, 'filters_first': 8}[method]
        entries = pixels * 2 * channels
        rest = asked.cost.flops - asked.matrix.cost.flops - 3 * 2 * 9 * entries
        self.assertEqual(passes * entries, rest)

    @parameterized.expand([(training, strides) for training in (False, True)
                           for strides in ((1, 1), (2, 2))])
    def test_cost_of_the_chain(self, training, strides):
        """The convolution of single channels and its two gradients, transposes and theirs."""
        shape = _shape((3, 2), inp_modes=(4, 2), out_modes=(2, 3), ranks=(5, 3, 1),
                       strides=strides)
        cost = conv_plan(shape, _setting(10, training), 'chain').cost
        pixels = 10 * (32 // strides[0]) ** 2
        chain = chain_plan([20, 2], [2, 3], [1, 3, 1], pixels, training=training).cost
        passes, transposes = (3, 2) if training else (1, 1)
        self.assertEqual(passes * 2 * 6 * 5 * pixels * 8, cost.flops - chain.flops)
        self.assertEqual(4 * (passes * (pixels * 8 * (1 + 5) + 6 * 5)
                              + transposes * 2 * pixels * 8), cost.bytes - chain.bytes)

    @parameterized.expand([(training, constant_bytes) for training, constant_bytes in (
        (False, None), (True, None), (False, 10**9))])
    def test_cost_of_the_dense_kernel(self, training, constant_bytes):
        """Two products and a transpose build it, unless it is a constant."""
        shape = _shape((3, 2), inp_modes=(4, 2), out_modes=(2, 3), ranks=(5, 3, 1))
        setting = _setting(10, training)._replace(constant_bytes=constant_bytes)
        cost = conv_plan(shape, setting, 'full').cost
        # Rows, bond and columns of the product of the halves, and of the one with the filters.
        products = [] if constant_bytes else [(5 * 8, 3, 6), (6, 5, 8 * 6)]
        pixels, kernel = 10 * 32 * 32, 6 * 8 * 6
        passes, transposes = (3, 2) if training else (1, 1)
        flops = sum(2 * rows * bond * columns for rows, bond, columns in products)
        self.assertEqual(passes * (flops + 2 * pixels * kernel), cost.flops)
        moved = sum(rows * bond + bond * columns + rows * columns
                    for rows, bond, columns in products)
        moved = passes * (moved + pixels * (8 + 6) + kernel)
        moved += 0 if constant_bytes else transposes * 2 * 5 * 8 * 6
        self.assertEqual(4 * moved, cost.bytes)


if __name__ == '__main__':
    unittest.main()
