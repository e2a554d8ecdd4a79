"""Padded TT layers of a checkpoint and of a session: other ranks and modes keep their sizes."""

import contextlib
import io
import unittest

import numpy as np
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.convert import Request
from tensornet.convert.command_line import main
from tensornet.convert.live_part import live_part
from tests.convert.checkpoint_case import DENSE, DIRECT, TT, CheckpointTestCase
from tests.sessions import assert_close

PADDED = {
    'conv': dict(window=[3, 3], inp_ch_modes=[2, 4], out_ch_modes=[3, 3], ranks=[5, 6, 1], inp_ch=6,
                 out_ch=8),
    'fc': dict(inp_modes=[3, 3], out_modes=[4, 4], mat_ranks=[1, 9, 1], inp_size=8, out_size=12)}
MODES = {'conv': ([2, 4], [3, 3]), 'fc': ([3, 3], [4, 4])}
SIZES = {'conv': (6, 8), 'fc': (8, 12)}
NEW_MODES = {'conv': ([3, 2], [2, 5]), 'fc': ([2, 5], [13, 1])}


def used_weights(values, layer, modes):
    """The dense weights `[..., in, out]` that a padded layer uses, in float64."""
    inp_modes, out_modes = modes
    train = np.ones([1, 1, 1])
    if layer == 'conv':
        train = values['filters'].astype(np.float64).reshape(-1, 1, values['filters'].shape[-1])
        train = train.reshape(len(train), 1, 1, -1)
    else:
        train = train.reshape(1, 1, 1, 1)
    prefix = 'core' if layer == 'conv' else 'mat_core'
    for k, (i, o) in enumerate(zip(inp_modes, out_modes), start=1):
        left = train.shape[-1]
        core = values[f'{prefix}_{k}'].astype(np.float64).reshape(o, -1, left, i)
        train = np.einsum('wabl,orli->waibor', train, core)
        train = train.reshape(len(train), train.shape[1] * i, -1, core.shape[1])
    inp_size, out_size = SIZES[layer]
    return train[:, :inp_size, :out_size, 0]


def values_in(prefix, layer):
    checkpoint = Checkpoint(prefix)
    scope = f'net/{layer}/'
    return {name[len(scope):]: checkpoint.read(name) for name in checkpoint.shapes
            if name.startswith(scope) and name.count('/') == 2}


class PaddedCheckpointsTest(CheckpointTestCase):

    def request(self, layer, **options):
        return Request('net/' + layer, None, *MODES[layer], inp_size=SIZES[layer][0], **options)

    @parameterized.expand([(layer, target) for layer in PADDED for target in (
        {'max_rank': 3}, {'ranks': 2}, {'eps': 0.4}, {'compression': 1.5}, {'parameters': 60},
        {'eps': 0.3, 'max_rank': 4})])
    def test_lower_ranks(self, layer, target):
        self.save(PADDED)
        report = self.convert(self.request(layer, target=target))
        described = report.as_dict()['layers'][0]
        exact = used_weights(values_in(self.source, layer), layer, MODES[layer])
        lowered = used_weights(values_in(self.output, layer), layer, MODES[layer])
        error = np.linalg.norm(lowered - exact) / np.linalg.norm(exact)
        self.assertAlmostEqual(error, described['relative_error'], places=6)
        self.assertGreater(error, 0.01)
        if list(target) == ['eps']:
            self.assertLessEqual(error, target['eps'])
        for name in ('inp_size', 'out_size') if layer == 'fc' else ('inp_ch', 'out_ch'):
            self.assertEqual(PADDED[layer][name], described['arguments'][name])
            self.assertRegex(report.as_text(), f'net/{layer}: .* build the layer with '
                                               f'{name}={PADDED[layer][name]}')
        outputs = self.restored(report, PADDED)
        self.assertTrue(np.isfinite(outputs).all())

    @parameterized.expand([(layer, options, new_modes) for layer in PADDED
                           for options, new_modes in (
        (dict(target={'eps': 0.}), False), (dict(target={'ranks': 20}), False),
        (dict(target={'ranks': 7}, noise=0.3), False), (dict(pad=True), True),
        (dict(pad=True, target={'eps': 0.}), True))])
    def test_exact_changes_give_the_same_outputs(self, layer, options, new_modes):
        plain, averaged = self.save(PADDED)
        if new_modes:
            options = dict(options, new_inp_modes=NEW_MODES[layer][0],
                           new_out_modes=NEW_MODES[layer][1])
        elif 'noise' in options:
            options['target'] = {'ranks': [1, 12, 1] if layer == 'fc' else [5, 7, 1]}
        report = self.convert(self.request(layer, **options))
        outputs = self.restored(report, PADDED)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)
        self.assertLess(report.layers[0].weights.relative_error, 1e-6)

    @parameterized.expand([('fc', '--inp-size', 8), ('conv', '--inp-ch', 6)])
    def test_command(self, layer, option, size):
        self.save(PADDED)
        inp_modes, out_modes = [','.join(map(str, modes)) for modes in MODES[layer]]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(0, main([
                self.source, self.output, '--layer', 'net/' + layer, '--inp-modes', inp_modes,
                '--out-modes', out_modes, option, str(size), '--max-rank', '2']))
        self.assertRegex(printed.getvalue(), f'net/{layer}: {size} inputs are padded')

    def test_sizes_help_to_tell_the_modes(self):
        self.save(dict(PADDED, fc=dict(inp_modes=[2, 4], out_modes=[4, 4], mat_ranks=[1, 6, 1],
                                       out_size=12)))
        self.assertEqual([([2, 4], [4, 4]), ([2, 3], [3, 4])],
                         modes_of_shapes([[24, 2], [4, 24]], out_size=12))
        request = Request('net/fc', target={'max_rank': 2})
        with self.assertRaisesRegex(CheckpointError, 'do not tell the modes .* give `inp_size`'):
            self.convert(request)
        report = self.convert(request._replace(inp_size=8))
        self.assertEqual(([2, 4], [4, 4]), report.layers[0].weights.modes)

    @parameterized.expand([
        ('inputs', PADDED, ('fc', 10, None), CheckpointError,
         r'has 10 inputs, but the `inp_modes` \[3, 3\] multiply to 9; pass modes and sizes that'),
        ('biases', PADDED, ('fc', 8, 11), CheckpointError,
         '`out_size` is 11, but the biases have 12; leave it out'),
        ('zero', PADDED, ('fc', 0, None), ValueError, '`inp_size` must be at least 1'),
        ('text', PADDED, ('conv', '6', None), TypeError, '`inp_size` must be an integer'),
        ('dense', DENSE, ('fc', 7, None), CheckpointError,
         '`inp_size` is 7, but the dense weights have 8; leave it out'),
        ('direct', DIRECT, ('conv', 6, 7), CheckpointError,
         '`out_size` is 7, but the cores have 8; leave it out')])
    def test_messages(self, _, arguments, sizes, error, message):
        self.save(arguments)
        layer, inp_size, out_size = sizes
        modes = () if arguments is DIRECT else MODES[layer]
        with self.assertRaisesRegex(error, f'^`layer` net/{layer}: .*{message}'):
            self.convert(Request('net/' + layer, None, *modes, target={'max_rank': 2}, pad=True,
                                 inp_size=inp_size, out_size=out_size))

    def test_sizes_that_are_known_may_be_given(self):
        self.save(TT)
        report = self.convert(Request('net/fc', None, *[TT['fc'][name] for name in (
            'inp_modes', 'out_modes')], target={'max_rank': 2}, inp_size=8, out_size=12))
        self.assertNotIn('inp_size', report.layers[0].weights.arguments)


class PaddedLayersTest(unittest.TestCase):

    def weights(self, dead):
        """A layer of [5, 7] in modes [2, 3] and [3, 3], and a number that its padding holds."""
        dense = np.full([6, 9], dead)
        dense[:5, :7] = np.random.RandomState(0).normal(size=[5, 7])
        cores = convert.tt_from_dense(dense, [2, 3], [3, 3], eps=0.).train
        return convert.tt_from_cores(cores, [5, 7]), dense[:5, :7]

    def error(self, weights, exact):
        dense = convert.tt_to_dense(weights.cores, *weights.modes, shape=[5, 7])
        return np.linalg.norm(dense - exact) / np.linalg.norm(exact)

    @parameterized.expand([(dead, target) for dead in (0., 1., 1e3) for target in (
        {'eps': 0.5}, {'eps': 0.1}, {'max_rank': 3}, {'ranks': [1, 4, 1]}, {'compression': 1.2},
        {'parameters': 45}, {'eps': 0.})])
    def test_what_is_behind_the_sizes_does_not_count(self, dead, target):
        weights, exact = self.weights(dead)
        rounded = convert.round_layer(weights, **target)
        error = self.error(rounded, exact)
        self.assertAlmostEqual(error, rounded.relative_error, delta=1e-10)
        self.assertEqual([5, 7], rounded.dense_shape)
        if 'eps' in target:
            self.assertLessEqual(error, target['eps'] + 1e-10)
            return
        # The zeros of tt_from_dense are one of the ways that are tried.
        simple = convert.tt_from_dense(exact, [2, 3], [3, 3], pad=True, **target)
        self.assertLessEqual(error, self.error(simple, exact) * (1 + 1e-9))

    def test_ranks_never_grow(self):
        for dead in (0., 1.):
            weights, _ = self.weights(dead)
            self.assertLessEqual(convert.round_layer(weights, eps=0.).parameters,
                                 weights.parameters)

    def test_modes(self):
        for target in ({}, {'eps': 0.2}, {'max_rank': 2}):
            weights, exact = self.weights(30.)
            changed = convert.change_modes(weights, [3, 2], [2, 4], pad=True, **target)
            self.assertAlmostEqual(self.error(changed, exact), changed.relative_error, delta=1e-10)
            self.assertEqual([5, 7], changed.dense_shape)
            self.assertEqual((5, 7), (changed.arguments['inp_size'], changed.arguments['out_size']))

    @parameterized.expand([(inp, out) for inp in range(1, 13) for out in (1, 5, 8)])
    def test_live_part(self, inp, out):
        random = np.random.RandomState(inp)
        cores = [random.normal(size=size) for size in ([1, 2, 2, 3], [3, 3, 2, 2], [2, 2, 2, 1])]
        weights = convert.tt_from_cores(cores, [inp, out])
        dense = convert.tt_to_dense(weights.cores, *weights.modes)
        dense[inp:] = 0
        dense[:, out:] = 0
        live = convert.tt_from_cores(live_part(weights.train, weights))
        assert_close(convert.tt_to_dense(live.cores, *live.modes), dense, 1e-14)


if __name__ == '__main__':
    unittest.main()
