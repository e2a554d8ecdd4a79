"""Every type that a checkpoint can hold: what is stored, and the error that is reported."""

import os
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint, CheckpointError, rewrite
from tensornet.convert import Request, convert_checkpoint
from tensornet.cost.checkpoint_cost import inspect

KEPT = ['float16', 'bfloat16', 'float32', 'float64']
INTEGERS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']
FLOATS_OF_8_BITS = [name for name in ('float8_e5m2', 'float8_e4m3fn') if hasattr(tf.dtypes, name)]
REFUSED = ['bool', 'complex64', 'complex128', 'string', 'qint8', 'quint8', 'qint16', 'quint16',
           'qint32']
NUMBERS = {'bool': np.bool_, 'string': np.bytes_, 'qint8': np.int8, 'quint8': np.uint8,
           'qint16': np.int16, 'quint16': np.uint16, 'qint32': np.int32}
FORMATS = {
    'tt': ([8, 12], lambda cores: convert.tt_to_dense(cores, [2, 4], [4, 3])),
    'tt_conv': ([3, 2, 4, 6], lambda cores: convert.tt_conv_to_dense(
        cores[0], cores[1:], [2, 2], [3, 2])),
    'tt_conv_direct': ([3, 2, 4, 6], convert.tt_conv_direct_to_dense)}
MODES = {'tt': ([2, 4], [4, 3]), 'tt_conv': ([2, 2], [3, 2]), 'tt_conv_direct': (None, None)}


def norm(array):
    scale = np.abs(array).max() or 1.
    return float(np.sqrt(np.sum((array / scale)**2)) * scale)


class StoredTypesTestCase(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = os.path.join(folder.name, 'in')
        self.output = os.path.join(folder.name, 'out')

    def save(self, values, dtype):
        """Saves numbers as weights of a type; returns what the type makes of them, in float64."""
        dtype = tf.as_dtype(dtype)
        values = np.asarray(values)
        values = values.astype(NUMBERS.get(dtype.name) or (
            np.float32 if dtype.name in ['bfloat16'] + FLOATS_OF_8_BITS else dtype.as_numpy_dtype))
        with tf.Graph().as_default(), tf.Session() as session:
            tensor = tf.constant(values)
            if dtype.is_quantized:
                tensor = tf.bitcast(tensor, dtype)
            elif tensor.dtype != dtype:
                tensor = tf.cast(tensor, dtype)
            biases = tf.ones([values.shape[-1]], tf.int32)
            session.run(tf.raw_ops.SaveV2(
                prefix=self.source, tensor_names=['fc/weights', 'fc/biases'],
                shape_and_slices=['', ''], tensors=[tensor, biases]))
            if dtype.is_quantized or dtype.name in ('string', 'bool') or dtype.is_complex:
                return None
            if tensor.dtype in (tf.bfloat16, ) or dtype.name in FLOATS_OF_8_BITS:
                tensor = tf.cast(tensor, tf.float32)
            return session.run(tensor).astype(np.float64)

    def convert(self, layer_format, target, name='fc/weights', **options):
        inp_modes, out_modes = MODES[layer_format]
        if 'eps' in target:
            # With a limit of the ranks, if only in name, a layer may grow.
            target = dict({'max_rank': 99}, **target)
        report = convert_checkpoint(self.source, self.output, [Request(
            name, layer_format, inp_modes, out_modes, target=target)], **options)
        return report.as_dict()['layers'][0]

    def stored(self):
        """Returns the values of the cores, filters first, in float64, and their types."""
        checkpoint = Checkpoint(self.output)
        names = sorted((name for name in checkpoint.shapes if 'core' in name or 'filters' in name),
                       key=lambda name: (not name.endswith('filters'), name))
        values = [np.asarray(checkpoint.read(name)) for name in names]
        values = [value.astype(np.float32) if value.dtype.name == 'bfloat16' else value
                  for value in values]
        return [value.astype(np.float64) for value in values], {
            checkpoint.dtypes[name].name for name in names}

    def assert_reported(self, exact, layer_format, layer, dtype):
        """Asserts that the error of the report is that of the cores in the checkpoint."""
        cores, types = self.stored()
        self.assertEqual({dtype}, types)
        self.assertEqual(dtype, layer['type'])
        error = norm(FORMATS[layer_format][1](cores) - exact) / norm(exact)
        np.testing.assert_allclose(layer['relative_error'], error, rtol=1e-6, atol=1e-14)
        return error


class ErrorTest(StoredTypesTestCase):

    @parameterized.expand([(dtype, layer_format, eps) for layer_format in FORMATS
                           for dtype in KEPT + INTEGERS + FLOATS_OF_8_BITS for eps in (0., 0.4)])
    def test_is_that_of_what_is_stored(self, dtype, layer_format, eps):
        values = np.random.RandomState(0).randint(0 if dtype[0] == 'u' else -9, 10,
                                                  FORMATS[layer_format][0])
        exact = self.save(values, dtype)
        layer = self.convert(layer_format, {'eps': eps})
        error = self.assert_reported(exact, layer_format, layer,
                                     dtype if dtype in KEPT else 'float32')
        rounding = {'float16': 4e-3, 'bfloat16': 4e-2, 'float64': 1e-14}.get(dtype, 5e-7)
        self.assertLessEqual(error, max(eps, rounding))
        self.assertEqual(dtype, layer['dense_type'])

    @parameterized.expand([(dtype, scale) for dtype, scales in (
        ('float16', (1e-6, 1e-3, 1., 100., 6e3)), ('bfloat16', (1e-30, 1., 1e37)),
        ('float32', (1e-36, 1., 1e37)), ('float64', (1e-290, 1., 1e300)),
        ('int64', (9e17,)), ('uint64', (9e17,)), ('uint8', (25.,))) for scale in scales])
    def test_at_all_scales(self, dtype, scale):
        """A core holds the norm of all weights, which may be out of the range of a type."""
        left, right = np.random.RandomState(1).uniform(0.5, 1., size=[2, 8, 12])
        exact = self.save((left + right) * scale, dtype)
        layer = self.convert('tt', {'eps': 0.})
        error = self.assert_reported(exact, 'tt', layer, dtype if dtype in KEPT else 'float32')
        self.assertLess(error, {'float16': 2e-3, 'bfloat16': 2e-2, 'float64': 1e-14}.get(
            dtype, 1e-6) * (500 if scale == 1e-6 else 1))

    @parameterized.expand([('float16',), ('bfloat16',), ('float32',), ('int8',)])
    def test_is_at_most_what_was_asked_for(self, dtype):
        """An error that rounding carries over the limit is mended by a larger rank."""
        exact = self.save(np.random.RandomState(2).randint(-100, 100, [8, 12]), dtype)
        tight = self.convert('tt', {'max_rank': 4}, dry_run=True)['bond_errors'][0]
        for k, eps in enumerate((tight, tight * (1 + 1e-9), 0.1, 0.05)):
            layer = self.convert('tt', {'eps': eps}, force=k > 0)
            self.assert_reported(exact, 'tt', layer, dtype if dtype in KEPT else 'float32')
            self.assertLessEqual(layer['relative_error'], eps)

    def test_limits_that_bind_come_before_the_error(self):
        self.save(np.random.RandomState(2).randint(-100, 100, [8, 12]), 'float16')
        layer = self.convert('tt', {'eps': 0.01, 'max_rank': 2})
        self.assertEqual([1, 2, 1], layer['ranks'])
        self.assertGreater(layer['relative_error'], 0.3)

    def test_of_zeros(self):
        self.save(np.zeros([8, 12]), 'float16')
        self.assertEqual(0, self.convert('tt', {'max_rank': 1})['relative_error'])

    @parameterized.expand(['float32', 'int32'])
    def test_of_padded_weights(self, dtype):
        exact = self.save(np.random.RandomState(3).randint(-9, 10, [7, 10]), dtype)
        report = convert_checkpoint(self.source, self.output, [Request(
            'fc', inp_modes=[2, 4], out_modes=[4, 3], pad=True, target={'max_rank': 3})])
        self.assertRegex(report.as_text(), 'fc: 7 inputs are padded with zeros to 8')
        cores, _ = self.stored()
        error = norm(convert.tt_to_dense(cores, [2, 4], [4, 3], [7, 10]) - exact) / norm(exact)
        self.assertAlmostEqual(error, report.layers[0].weights.relative_error)
        np.testing.assert_array_equal([1] * 10, Checkpoint(self.output).read('fc/biases'))

    def test_of_ranks_that_zeros_fill_up(self):
        exact = self.save(np.random.RandomState(3).randint(-9, 10, [8, 12]), 'float16')
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            layer = self.convert('tt', {'ranks': [1, 40, 1]})
        warning, = [entry for entry in caught if 'TT-ranks' in str(entry.message)]
        self.assertEqual(__file__, warning.filename)
        self.assertRegex(str(warning.message), '^`layer` fc/weights: some TT-ranks')
        self.assertEqual([1, 40, 1], layer['ranks'])
        self.assertLess(self.assert_reported(exact, 'tt', layer, 'float16'), 4e-3)

    def test_the_change_of_type_is_said(self):
        self.save(np.ones([8, 12]), 'int32')
        report = convert_checkpoint(self.source, None, [Request('fc', target={'eps': 0.})],
                                    dry_run=True)
        self.assertIn('fc: the weights are int32, the cores float32', report.as_text())


class RefusedTest(StoredTypesTestCase):

    @parameterized.expand([(dtype, layer) for dtype in REFUSED for layer in ('fc', 'fc/weights')])
    def test_what_is_no_real_number(self, dtype, layer):
        self.save(np.ones([8, 12]), dtype)
        with self.assertRaisesRegex(CheckpointError, f'`layer` {layer}: the variable fc/weights is '
                                                     f'of type {dtype}, .* leave the layer out'):
            self.convert('tt', {'eps': 0.}, layer)
        self.assertFalse(os.path.exists(self.output + '.index'))


class CopiedTest(StoredTypesTestCase):

    @parameterized.expand([(dtype,) for dtype in KEPT + INTEGERS + FLOATS_OF_8_BITS + REFUSED])
    def test_all_types_are_copied_and_listed(self, dtype):
        self.save(np.random.RandomState(4).randint(0, 9, [8, 12]), dtype)
        rewrite(self.source, self.output)
        old, new = Checkpoint(self.source), Checkpoint(self.output)
        self.assertEqual((old.shapes, old.dtypes), (new.shapes, new.dtypes))
        for name in old.shapes:
            self.assertEqual(np.asarray(old.read(name)).tobytes() if dtype != 'string' else
                             old.read(name).tolist(), np.asarray(new.read(name)).tobytes()
                             if dtype != 'string' else new.read(name).tolist())
        self.assertRegex(inspect(self.output),
                         r'fc +linear +8 -> 12 +108 .* biases 12, weights 8x12\n')


if __name__ == '__main__':
    unittest.main()
