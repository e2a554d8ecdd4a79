"""Modes that are found for weights, and layers that do not shrink."""

import json
import os
import shutil
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tensornet.convert import Request, convert_checkpoint
from tensornet.convert.mode_search import search_modes

RANDOM = np.random.RandomState(0)
NOISE = RANDOM.standard_normal((64, 60)).astype(np.float32)
LOW_RANK = (RANDOM.standard_normal((64, 3)) @ RANDOM.standard_normal((3, 60))
            + 0.01 * NOISE).astype(np.float32)
PRODUCT = np.kron(np.kron(RANDOM.standard_normal((4, 5)), RANDOM.standard_normal((4, 4))),
                  RANDOM.standard_normal((4, 3))).astype(np.float32)
KERNEL = RANDOM.standard_normal((3, 3, 16, 12)).astype(np.float32)


class ModeSearchTestCase(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def convert(self, values, **request):
        """Converts a layer `fc` of a checkpoint and returns the `Report`, as it was written."""
        prefix, self.output = [os.path.join(self.folder, name) for name in ('in', 'out')]
        name = 'fc/weights' if values.ndim == 2 else 'fc/filters'
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable(name, initializer=values)
            tf.get_variable('fc/biases', initializer=np.ones(values.shape[-1], np.float32))
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, prefix)
        with warnings.catch_warnings():
            warnings.simplefilter('error', convert.GrowthWarning)
            report = convert_checkpoint(prefix, self.output, [Request('fc', **request)],
                                        report_path=self.output + '.json')
        with open(self.output + '.json') as file:
            self.assertEqual(json.load(file), json.loads(report.as_json()))
        return report


class ModeSearchTest(ModeSearchTestCase):

    @parameterized.expand([
        ('low_rank', LOW_RANK, {'compression': 8}, [[64, 1], [1, 60]]),
        ('product', PRODUCT, {'eps': 1e-3}, [[4, 4, 4], [5, 4, 3]]),
    ])
    def test_the_best_modes_are_taken(self, _, values, target, modes):
        report = self.convert(values, target=target)
        layer, = report.as_dict()['layers']
        self.assertEqual(modes, layer['modes'])

    @parameterized.expand([
        (name, values, target) for name, values in (('noise', NOISE), ('low_rank', LOW_RANK),
                                                    ('kernel', KERNEL))
        for target in ({'compression': 3}, {'parameters': 500}, {'eps': 0.6})])
    def test_no_alternative_is_better(self, _, values, target):
        layer, = self.convert(values, target=target).as_dict()['layers']
        self.assertTrue(layer['alternatives'])
        measure, own = ('parameters', 'parameters_after') if 'eps' in target else \
            ('relative_error', 'relative_error')
        for other in layer['alternatives']:
            self.assertLessEqual(layer[own], other[measure] * 1.0001)
            self.assertNotEqual(layer['modes'], other['modes'])
        low_rank = [[values.shape[-2], 1], [1, values.shape[-1]]]
        self.assertIn(low_rank, [layer['modes']] + [
            other['modes'] for other in layer['alternatives']])

    @parameterized.expand([({'compression': 8},), ({'parameters': 700},), ({'eps': 0.3},)])
    def test_the_weights_of_the_best_modes_are_kept(self, target):
        made = []

        def converted(inp_modes, out_modes, **target):
            made.append(convert.tt_from_dense(LOW_RANK, inp_modes, out_modes, pad=True, **target))
            return made[-1]

        chosen = search_modes(converted, 64, 60, None, target)
        kept, = [weights for weights in made if weights is chosen.weights]
        best = chosen.tried[0]
        self.assertEqual([best.inp_modes, best.out_modes, best.ranks, best.relative_error],
                         [chosen.inp_modes, chosen.out_modes, kept.ranks, kept.relative_error])
        self.assertEqual(len(made), len(chosen.tried))

    def test_numbers_of_cores_that_are_tried(self):
        dense = np.kron(PRODUCT, np.ones([8, 8]))

        def converted(*modes, **target):
            return convert.tt_from_dense(dense, *modes, pad=True, **target)

        # Modes of 8 make three cores.
        for cores, expected in ((None, {2, 3, 4}), (3, {3}), (2, {2})):
            tried = search_modes(converted, 512, 480, cores, {'compression': 20}).tried
            self.assertEqual(expected, {len(shape.inp_modes) for shape in tried})

    def test_text_shows_alternatives(self):
        text = self.convert(LOW_RANK, target={'compression': 8}).as_text()
        self.assertRegex(text, r'\nfc: the modes [\dx]+ -> [\dx]+ would give \d+ weights and an '
                               r'error of 0\.\d+')

    @parameterized.expand([
        ('modes', {'inp_modes': [8, 8], 'out_modes': [6, 10], 'target': {'compression': 3}}),
        ('ranks', {'target': {'max_rank': 2}}),
        ('cores', {'target': {'compression': 3}, 'cores': 3}),
    ])
    def test_what_is_given_is_kept(self, _, request):
        layer, = self.convert(NOISE, **request).as_dict()['layers']
        self.assertEqual([], layer['alternatives'])
        self.assertEqual(request.get('cores', 2), len(layer['modes'][0]))

    @parameterized.expand([(compression,) for compression in (31, 15, 7, 3.3, 2)])
    def test_modes_of_one_do_not_miss_the_target(self, compression):
        for modes in ([8, 1, 8], [1, 8, 8], [4, 1, 4, 4]):
            weights = convert.tt_from_dense(NOISE[:, :1] @ NOISE[:1, :60].repeat(2, 1)[:, :64],
                                            modes, modes, compression=compression)
            self.assertGreaterEqual(64 * 64 / weights.parameters, compression)

    @parameterized.expand([(compression,) for compression in (3, 6, 12)])
    def test_kernels_lose_to_no_common_rank(self, compression):
        for make, modes in ((convert.tt_conv_from_dense, ([4, 4], [4, 3])),
                            (convert.tt_conv_direct_from_dense, ())):
            weights = make(KERNEL, *modes, compression=compression)
            self.assertGreaterEqual(KERNEL.size / weights.parameters, compression)
            common = [make(KERNEL, *modes, max_rank=rank) for rank in range(1, 40)]
            best = min(other.relative_error for other in common
                       if KERNEL.size / other.parameters >= compression)
            self.assertLessEqual(weights.relative_error, 1.002 * best)

    def test_a_target_out_of_reach(self):
        with self.assertRaisesRegex(ValueError, '`compression` 1000 cannot be met: .* ranks of 1 '
                                                'take 48 parameters, a compression of 80;'):
            self.convert(NOISE, target={'compression': 1000})
        layer, = self.convert(NOISE, target={'compression': 80}).layers
        self.assertEqual(48, layer.weights.parameters)


class GrowthTest(ModeSearchTestCase):

    @parameterized.expand([('matrix', NOISE, {'eps': 0.01}), ('kernel', KERNEL, {'eps': 0.01}),
                           ('nones', NOISE, {'ranks': None, 'eps': 0.01, 'max_rank': None}),
                           ('scalar', NOISE, {'eps': np.float32(0.01)})])
    def test_stays_dense(self, _, values, target):
        report = self.convert(values, target=target)
        self.assertEqual(report.as_dict(), json.loads(report.as_json()))
        self.assertEqual([], report.layers)
        kept, = report.as_dict()['kept_layers']
        self.assertEqual(['fc', values.size], [kept['layer'], kept['parameters']])
        self.assertGreaterEqual(kept['parameters_in_tt'], values.size)
        self.assertRegex(report.as_text(), r'\nfc: stays dense, since with an error of 0\.01 it '
                         r'would have \d+ weights, \d\.\d\d times as many .* pass a larger `eps`')
        checkpoint = Checkpoint(self.output)
        self.assertEqual({'fc/biases', 'fc/weights' if values.ndim == 2 else 'fc/filters'},
                         set(checkpoint.shapes))

    def test_the_useful_error_makes_it_smaller(self):
        kept, = self.convert(NOISE, target={'eps': 0.01}).kept
        weights = convert.tt_from_dense(NOISE, *kept.weights.modes, eps=kept.useful_eps * 1.3)
        self.assertLess(weights.parameters, NOISE.size)

    @parameterized.expand([
        ('row', NOISE[:1, :7], {}), ('column', NOISE[:5, :1], {}), ('single', NOISE[:1, :1], {}),
        ('modes', NOISE[:2, :2], dict(inp_modes=[2, 1, 1], out_modes=[1, 1, 2])),
        ('kernel', KERNEL[:, :, :1, :1], {})])
    def test_no_error_makes_it_smaller(self, _, values, modes):
        report = self.convert(values, target={'eps': 0.5}, **modes)
        self.assertEqual([None], [kept['useful_eps'] for kept in report.as_dict()['kept_layers']])
        self.assertRegex(report.as_text(), 'fc: stays dense.* no error makes it smaller: pass')

    @parameterized.expand([({'max_rank': 99},), ({'ranks': 99},), ({'ranks': [1, 48, 1]},)])
    def test_ranks_are_an_order(self, target):
        """They are taken as they are, the report says what they cost, and nothing else does."""
        with warnings.catch_warnings():
            warnings.simplefilter('error', convert.GrowthWarning)
            report = self.convert(NOISE, target=dict(target), inp_modes=[8, 8], out_modes=[6, 10])
        size = report.layers[0].weights.parameters
        self.assertGreater(size, NOISE.size)
        line = (f'fc: it has {size} weights, {size / NOISE.size:.2f} times the {NOISE.size} '
                'before; lower its ranks, or leave it as it was\n')
        self.assertEqual(1, report.as_text().count(line))

    def test_other_modes_are_compared_with_the_layer(self):
        weights = convert.tt_from_dense(NOISE, [8, 8], [6, 10], ranks=2)
        with self.assertWarnsRegex(convert.GrowthWarning, '^change_modes: an error of 0.1 takes '
                                   f'.*, but the layer has {weights.parameters}; leave it as'):
            convert.change_modes(weights, [4, 16], [10, 6], eps=0.1)

    def test_warning_of_the_function(self):
        with self.assertWarnsRegex(convert.GrowthWarning, r'tt_from_dense: an error of 0\.01 takes '
                                   r'\d+ parameters with these modes, but the dense weights are '
                                   r'3840; leave them dense, or pass a larger `eps`'):
            convert.tt_from_dense(NOISE, [8, 8], [6, 10], eps=0.01)


if __name__ == '__main__':
    unittest.main()
