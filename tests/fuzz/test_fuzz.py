"""A short run of the scripts in this folder, and that they notice what is wrong."""

import json
import os
import sys
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf

from tests import prepared_python
from tests.fuzz import (
    conversion_cases,
    conversion_runs,
    crowded_values,
    embedding_cases,
    isolated,
    kernel_cases,
    kernel_runs,
    layer_cases,
    layer_runs,
    poisoned_memory,
    rewrite_cases,
    valid_batch_normalization,
)
from tests.fuzz.rounding import UNITS, excess, norm_excess
from tests.graph_rewrites import BFLOAT16, acts
from tests.references.batch_normalization import MovingAverage
from tests.useless_ranks import WithUselessRanks

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
# Sizes for which TensorFlow 2 with oneDNN is wrong on every processor that was tried.
STRIDED_COLUMN = dict(kind='convolution', dtype='float32', seed=0, known=True, batch=5,
                      image=[3, 5], channels=1, window=[3, 5], strides=[1, 2], padding='VALID',
                      dilations=[1, 1], out_channels=2, biases=False)
NO_IMAGES = dict(STRIDED_COLUMN, batch=0, image=[6, 6], channels=2, strides=[1, 1],
                 out_channels=3, known=False)
# Numbers that nobody wrote, and those behind them.
UNWRITTEN = '''
import ctypes
import numpy as np
numbers = np.empty(10 ** 5, np.float32)
behind = (ctypes.c_float * 16).from_address(numbers.ctypes.data + numbers.nbytes)
print(np.isnan(numbers).all(), np.isnan(list(behind)).all())
'''
# Its gradients read beyond the images where they are in bfloat16.
COLUMN = dict(STRIDED_COLUMN, batch=1, image=[5, 1], window=[5, 3], strides=[3, 3], padding='SAME',
              out_channels=6)
STRIDED_PIXEL = dict(STRIDED_COLUMN, kind='depthwise', image=[16, 16], window=[1, 1],
                     strides=[2, 2], out_channels=1)
SATURATED = dict(kind='bias', dtype='bfloat16', seed=0, known=True, shape=[3000, 2])


class ShortRunTest(WithUselessRanks, unittest.TestCase):

    def check(self, cases, faults):
        """All is right in every case; only TensorFlow 1 may lack the kernels for some."""
        found = [faults(case) for case in cases]
        self.assertEqual([], [(case, faults) for case, faults in zip(cases, found) if faults])
        missing = [case for case, faults in zip(cases, found) if faults is None]
        if TENSORFLOW_2:
            self.assertEqual([], missing)
        self.assertLess(len(missing), len(cases) / 2)

    def test_kernels_as_the_library_calls_them(self):
        random = np.random.RandomState(0)
        self.check([kernel_cases.draw(random) for _ in range(40)],
                   lambda case: kernel_runs.faults(case, 'library'))

    def test_layers(self):
        random = np.random.RandomState(0)
        self.check([layer_cases.draw(random) for _ in range(25)], layer_runs.faults)

    def test_embeddings(self):
        random = np.random.RandomState(0)
        self.check([embedding_cases.draw(random) for _ in range(12)], embedding_cases.faults)

    @unittest.skipUnless(acts(BFLOAT16), 'TensorFlow rewrites no graph to bfloat16 here')
    def test_layers_in_rewritten_graphs(self):
        random = np.random.RandomState(1)
        for _ in range(15):
            case = rewrite_cases.draw(random)
            self.assertEqual({}, layer_runs.faults(case), case)

    def test_batch_normalization(self):
        random = np.random.RandomState(0)
        for _ in range(10):
            case = valid_batch_normalization.draw(random)
            self.assertEqual({}, valid_batch_normalization.faults(case), case)

    def test_crowded_values(self):
        random = np.random.RandomState(0)
        for _ in range(5):
            case = crowded_values.draw(random)
            self.assertEqual({}, crowded_values.faults(case), case)

    def test_conversions(self):
        random = np.random.RandomState(0)
        for shift, layer in enumerate(conversion_cases.LAYERS):
            for index, action in enumerate(conversion_cases.ACTIONS):
                dtype = conversion_cases.DTYPES[(index + shift) % 4]
                case = conversion_cases.draw(random, layer, dtype, action)
                self.assertEqual({}, conversion_runs.faults(case), case)

    def test_every_layer_without_samples(self):
        random, cases = np.random.RandomState(1), []
        for index, layer in enumerate(layer_cases.LAYERS):
            for dtype in layer_cases.DTYPES[index % 2::2]:
                case = layer_cases.draw(random, layer, dtype)
                cases.append(dict(case, surroundings='none', biases=True,
                                  inp_shape=[0] + case['inp_shape'][1:]))
        self.check(cases, layer_runs.faults)


@unittest.skipUnless(poisoned_memory.environment(), 'there is no C compiler')
class PoisonedMemoryTest(unittest.TestCase):

    def check(self, cases, sweep):
        found, status = isolated.results(cases, ['-m', f'tests.fuzz.{sweep}', '--worker'])
        self.assertEqual([], [pair for pair in zip(found, cases) if pair[0]])
        self.assertEqual((0, len(cases)), (status, len(found)))

    def test_the_library_reads_nothing_that_nobody_wrote(self):
        random = np.random.RandomState(2)
        self.check([kernel_cases.draw(random) for _ in range(200)]
                   + [dict(case, dtype=dtype) for case in (
                       STRIDED_COLUMN, COLUMN, dict(COLUMN, batch=0), STRIDED_PIXEL)
                      for dtype in ('float32', 'bfloat16')], 'kernel_sweep')

    def test_nor_do_branches(self):
        """An empty batch, which the gradient of a branch has to remember in its own shape."""
        self.check([dict(
            layer='tt_conv_full', dtype=dtype, biases=True, surroundings='cond', control_flow='v2',
            seed=0, plan='chain', inp_shape=[0, 3, 2, 1], known=[known, True, False, True],
            arguments=dict(inp_ch=1, window=[3, 2], inp_ch_modes=[1], out_ch_modes=[1],
                           ranks=[2, 1], strides=[2, 3], padding='SAME', dilations=[2, 1]))
            for dtype in ('float32', 'bfloat16') for known in (True, False)], 'valid_layers')

    @unittest.skipUnless(acts(BFLOAT16), 'TensorFlow rewrites no graph to bfloat16 here')
    def test_nor_do_rewritten_graphs(self):
        random = np.random.RandomState(3)
        column = dict(
            layer='conv', dtype='float32', biases=False, surroundings='none', control_flow='v2',
            seed=0, plan=None, inp_shape=[1, 1, 5, 1], known=[False, True, True, True],
            rewrite=BFLOAT16, neighbours=['before'], arguments=dict(
                window_size=[5, 3], out_ch=6, strides=[3, 3], padding='SAME', dilations=[1, 1],
                data_format='NCHW'))
        unseen = dict(
            column, layer='tt_conv', plan='auto', inp_shape=[1, 2, 1, 8],
            known=[True, True, False, True], arguments=dict(
                inp_ch=8, window=[4, 5], inp_ch_modes=[2, 4, 2], out_ch_modes=[1, 5, 5], ranks=2,
                strides=[2, 2], padding='SAME'))
        self.check([rewrite_cases.draw(random) for _ in range(20)] + [column, unseen],
                   'rewritten_layers')

    def test_what_it_is(self):
        process = prepared_python.run(
            [sys.executable, '-c', UNWRITTEN], env=poisoned_memory.environment(), text=True,
            check=True, stdout=prepared_python.PIPE)
        self.assertEqual('True True', process.stdout.strip())


class KnownFaultsTest(unittest.TestCase):

    def test_the_library_is_right_where_the_kernels_are_not(self):
        for case in (STRIDED_COLUMN, dict(STRIDED_COLUMN, known=False), NO_IMAGES, SATURATED,
                     dict(NO_IMAGES, kind='depthwise', out_channels=2),
                     dict(NO_IMAGES, dtype='bfloat16'), dict(NO_IMAGES, dtype='float64')):
            self.assertEqual({}, kernel_runs.faults(case, 'library'), case)

    def test_filters_of_a_single_number_count(self):
        case = dict(layer='tt_conv_direct', dtype='float32', biases=True, surroundings='none',
                    control_flow='v1', seed=0, plan='auto', inp_shape=[2, 3, 4, 3],
                    known=[True] * 4, arguments=dict(
                        window=[1, 1], out_ch=5, ranks=[1, 2, 1, 1, 1], strides=[1, 1],
                        padding='SAME'))
        self.assertEqual({}, layer_runs.faults(case))

    def test_a_batch_that_is_known_to_be_empty_keeps_its_shape_in_a_branch(self):
        case = dict(layer='tt_conv', dtype='float32', biases=False, surroundings='cond',
                    control_flow='v2', seed=0, plan='matrix_first', inp_shape=[0, 5, 8, 1],
                    known=[True] * 4, arguments=dict(
                        window=[2, 5], inp_ch_modes=[1], out_ch_modes=[3], ranks=[1, 1],
                        strides=[1, 1], padding='VALID'))
        for plan in ('matrix_first', 'filters_first', 'full', 'chain'):
            self.assertEqual({}, layer_runs.faults(dict(case, plan=plan)), plan)

    def test_the_sweep_finds_another_decay(self):
        case = dict(dtype='float32', shape=[7, 2], version='v1', known=[True, True], phase='bool',
                    as_tensors=False, decay=0.5, eps=1e-3, use_scale=True, use_shift=True,
                    in_branch=False, seed=0)
        self.assertEqual({}, valid_batch_normalization.faults(case))
        with mock.patch.object(valid_batch_normalization, 'MovingAverage',
                               lambda decay: MovingAverage(0.6)):
            found = valid_batch_normalization.faults(case)
        self.assertEqual({'moving_mean', 'moving_variance'}, set(found))

    def test_the_sweep_finds_what_the_kernels_do(self):
        self.assertIn('gradient 1', kernel_runs.faults(SATURATED, 'tensorflow'))

    @unittest.skipUnless(TENSORFLOW_2, 'a fault of TensorFlow 2')
    def test_the_sweep_finds_lost_shapes(self):
        """A fault of oneDNN, which TensorFlow takes of itself only on processors with VNNI."""
        process = prepared_python.run(
            [sys.executable, '-m', 'tests.fuzz.kernel_sweep', '--worker', '--through=tensorflow'],
            input=json.dumps(NO_IMAGES), text=True, cwd=isolated.ROOT, check=True,
            stdout=prepared_python.PIPE, stderr=prepared_python.DEVNULL,
            env=dict(os.environ, TF_ENABLE_ONEDNN_OPTS='1'))
        self.assertIn('out', json.loads(process.stdout))


class RoundingTest(unittest.TestCase):

    def test_errors_are_measured_by_what_is_allowed(self):
        for dtype, unit in UNITS.items():
            self.assertLess(excess(dtype, [1 + unit], [1.0], np.ones(1), 1), 1)
            self.assertGreater(excess(dtype, [1 + 20 * unit], [1.0], np.ones(1), 1), 1)

    def test_norms_of_errors(self):
        ones, unit = np.ones(100), UNITS['bfloat16']
        self.assertLess(norm_excess('bfloat16', ones + unit, ones, ones, 2), 1)
        self.assertGreater(norm_excess('bfloat16', ones + 2 * unit, ones, ones, 2), 1)
        self.assertEqual(np.inf, norm_excess('bfloat16', ones * np.nan, ones, ones, 2))

    def test_wrong_shapes_and_what_is_not_a_number(self):
        ones = np.ones([2, 3])
        self.assertEqual(np.inf, excess('float32', np.ones([3, 2]), ones, ones, 1))
        self.assertEqual(np.inf, excess('float32', ones * np.nan, ones, ones, 1))
        self.assertEqual(0, excess('float32', np.ones([0, 2]), np.ones([0, 2]), np.ones([0, 2]),
                                   1))


if __name__ == '__main__':
    unittest.main()
