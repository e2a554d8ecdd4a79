"""Checkpoints of TT layers and averages: other ranks, other modes, and what goes with them."""

import os
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.convert import Request
from tests.convert.checkpoint_case import DENSE, DIRECT, TT, CheckpointTestCase, network
from tests.sessions import assert_close


class AveragesTest(CheckpointTestCase):

    @parameterized.expand([('tt', None), ('direct', 'tt_conv_direct')])
    def test_dense_layers_and_their_averages(self, _, conv_format):
        plain, averaged = self.save(DENSE)
        report = self.convert(Request('net/fc', target={'eps': 0.}),
                              Request('net/conv', conv_format, target={'eps': 0.}))
        outputs = self.restored(report)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)
        self.assertRegex(report.as_text(), 'net/fc: the average net/fc/weights/ExponentialMoving'
                                           'Average is converted with it, error [0-9.e-]+\n')
        self.assertTrue(all(name.endswith(('/Adam', '/Adam_1')) for name in report.dropped_slots))

    @parameterized.expand([('ExponentialMovingAverage_1', 'ExponentialMovingAverage_1', ()),
                           ('own', 'shadow', ('shadow',)), ('pattern', 'a.b', ('a.b',))])
    def test_names(self, _, name, given):
        _, averaged = self.save(DENSE, name=name)
        report = self.convert(Request('net/fc', target={'eps': 0.}), averages=given)
        assert_close(self.restored(report, name=name)[1], averaged, 1e-5)

    @parameterized.expand([('dense', DENSE, {'max_rank': 3}), ('tt', TT, {'max_rank': 3}),
                           ('grown', TT, {'ranks': [1, 6, 1]}), ('direct', DIRECT, {'eps': 0.3})])
    def test_have_the_names_of_the_new_graph(self, _, arguments, target):
        """All variables of a graph that trains with averages are there, but for Adam's slots."""
        self.save(arguments)
        modes = [(arguments['fc'] or TT['fc'])[name] for name in ('inp_modes', 'out_modes')]
        report = self.convert(Request('net/fc', None, *modes, target=target))
        average, = report.as_dict()['layers'][0]['averages']
        with tf.Graph().as_default():
            network(dict(arguments, fc=report.layers[0].weights.arguments))
            tf.train.ExponentialMovingAverage(0.5).apply(tf.trainable_variables())
            names = {variable.op.name: variable for variable in tf.global_variables()}
            with tf.Session() as session:
                tf.train.Saver().restore(session, self.output)
                values = session.run(names)
        checkpoint = Checkpoint(self.output)
        for name, value in values.items():
            np.testing.assert_array_equal(checkpoint.read(name), value)
        self.assertEqual([name for name in names if '/fc/mat_core' in name
                          and name.endswith('/ExponentialMovingAverage')], average['variables'])
        self.assertEqual([name for name in sorted(Checkpoint(self.source).shapes)
                          if '/fc/' in name and '/biases/' not in name
                          and name.endswith('/ExponentialMovingAverage')], average['weights'])
        self.assertIn(f'the average {", ".join(average["weights"])} is converted',
                      report.as_text())

    def test_a_last_core_of_one_number_has_none(self):
        arguments = dict(conv=dict(window=[3, 3], out_ch=1, ranks=[1, 3, 4, 1, 1]),
                         fc=dict(inp_modes=[1, 1], out_modes=[3, 4], mat_ranks=[1, 2, 1]))
        plain, averaged = self.save(arguments)
        report = self.convert(Request('net/conv', target={'ranks': [1, 3, 5, 1, 1]}))
        average, = report.as_dict()['layers'][0]['averages']
        self.assertEqual([f'net/conv/core_{k}/ExponentialMovingAverage' for k in (1, 2, 3)],
                         average['variables'])
        outputs = self.restored(report, arguments)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    def test_a_name_that_was_not_given_is_a_slot(self):
        self.save(DENSE, name='shadow')
        report = self.convert(Request('net/fc', target={'eps': 0.}))
        self.assertIn('net/fc/weights/shadow', report.dropped_slots)
        self.assertEqual([], report.layers[0].averages)

    @parameterized.expand([('dense', DENSE), ('tt', TT)])
    def test_below_a_scope(self, _, arguments):
        self.save(arguments, scope='train')
        self.convert(Request('net/fc', None, [2, 4], [4, 3], target={'max_rank': 2}))
        core = 'weights' if arguments is DENSE else 'mat_core_1'
        self.assertIn(f'train/net/fc/{core}/ExponentialMovingAverage',
                      Checkpoint(self.source).shapes)
        shapes = Checkpoint(self.output).shapes
        self.assertEqual(shapes['net/fc/mat_core_1'],
                         shapes['train/net/fc/mat_core_1/ExponentialMovingAverage'])

    @parameterized.expand([('dense', DENSE, [2, 4], [4, 3], {'max_rank': 3}),
                           ('tt', TT, [2, 4], [4, 3], {'max_rank': 3}),
                           ('tt_3', DIRECT, [2, 2, 2], [2, 2, 3], {'eps': 0.3})])
    def test_averages_can_go_on(self, _, arguments, inp_modes, out_modes, target):
        """The mean of weights and average, core by core, is about that of the matrices."""
        self.save(arguments, decay=0.99)
        modes = inp_modes, out_modes
        self.convert(Request('net/fc', None, *modes, target=target))
        after = '/ExponentialMovingAverage'
        checkpoint = Checkpoint(self.output)
        cores = [[checkpoint.read(f'net/fc/mat_core_{k}{end}') for end in ('', after)]
                 for k in range(1, len(inp_modes) + 1)]
        weights, average = self.dense_of('tt', modes), self.dense_of('tt', modes, after)
        mean = convert.tt_to_dense([(a + b) / 2 for a, b in cores], *modes)
        exact = (weights + average) / 2
        apart = np.linalg.norm(weights - average)
        self.assertGreater(apart, 0)
        self.assertLess(np.linalg.norm(mean - exact), apart / 3)

    @parameterized.expand([({'ranks': 6},), ({'max_rank': 2},), ({'eps': 0.},)])
    def test_constant_filters_have_no_average(self, target):
        arguments = dict(TT, conv=dict(TT['conv'], window=[1, 1], ranks=[1, 4, 1]))
        plain, averaged = self.save(arguments)
        report = self.convert(Request('net/conv', None, [2, 3], [4, 2], target=target))
        shapes = Checkpoint(self.output).shapes
        self.assertEqual([1, 1, 1, 1], shapes['net/conv/filters'])
        self.assertNotIn('net/conv/filters/ExponentialMovingAverage', shapes)
        if target != {'max_rank': 2}:
            outputs = self.restored(report, arguments)
            assert_close(outputs[0], plain, 1e-5)
            assert_close(outputs[1], averaged, 1e-5)

    def test_ranks_above_the_useful_ones_are_kept(self):
        plain, averaged = self.save(DENSE)
        with self.assertWarnsRegex(UserWarning, r'`layer` net/fc: .*ranks\[1\] is 20, but the '
                                                'maximum of that bond is 8'):
            report = self.convert(Request('net/fc', None, [2, 4], [4, 3],
                                          target={'ranks': [1, 20, 1]}))
        self.assertEqual([1, 20, 1], report.layers[0].weights.ranks)
        with self.assertWarnsRegex(UserWarning, r'net/fc: .* mat_ranks\[1\] is 20, but '):
            outputs = self.restored(report)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    def test_padded_biases_keep_their_averages(self):
        self.save(DENSE)
        report = self.convert(Request('net/fc', None, [3, 3], [4, 4], pad=True,
                                      target={'max_rank': 3}))
        shapes = Checkpoint(self.output).shapes
        self.assertEqual([12], shapes['net/fc/biases/ExponentialMovingAverage'])
        self.assertNotIn('net/fc/biases/Adam', report.dropped_slots)


class TTCheckpointsTest(CheckpointTestCase):

    @parameterized.expand([('tt', TT), ('direct', DIRECT)])
    def test_exact_rounding(self, _, arguments):
        plain, averaged = self.save(arguments)
        report = self.convert(*[Request(f'net/{name}', None, arguments[name].get('inp_ch_modes') or
                                        arguments[name].get('inp_modes'),
                                        arguments[name].get('out_ch_modes') or
                                        arguments[name].get('out_modes'), target={'eps': 0.})
                                for name in ('fc', 'conv')])
        outputs = self.restored(report)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    @parameterized.expand([({'max_rank': 3},), ({'ranks': 3},), ({'ranks': [1, 3, 1]},),
                           ({'eps': 0.3},), ({'compression': 2},), ({'parameters': 50},)])
    def test_lower_ranks(self, target):
        self.save(TT)
        report = self.convert(Request('net/fc', None, [2, 4], [4, 3], target=target))
        layer = report.as_dict()['layers'][0]
        self.assertLess(layer['ranks'][1], 5)
        modes = [2, 4], [4, 3]
        checkpoint = Checkpoint(self.source)
        exact = convert.tt_to_dense([checkpoint.read('net/fc/mat_core_1'),
                                     checkpoint.read('net/fc/mat_core_2')], *modes)
        error = np.linalg.norm(self.dense_of('tt', modes) - exact) / np.linalg.norm(exact)
        self.assertAlmostEqual(error, layer['relative_error'], places=6)
        self.assertLessEqual(error, target.get('eps', 1))
        self.assertEqual(100, layer['parameters_before'])
        self.assertEqual(['net/fc/mat_core_1', 'net/fc/mat_core_2'], layer['weights'])

    @parameterized.expand([
        ('error', {'eps': 0.3, 'ranks': 10}, {'eps': 0.3}),
        ('list', {'eps': 0.3, 'ranks': [1, 10, 1]}, {'eps': 0.3}),
        ('largest_rank', {'ranks': 10, 'max_rank': 3}, {'max_rank': 3}),
        ('binding', {'eps': 0.01, 'ranks': 2}, {'max_rank': 2}),
        ('none', {'eps': None, 'ranks': [1, 7, 1]}, {'ranks': 7}),
        ('no_ranks', {'eps': 0.3, 'ranks': None}, {'eps': 0.3})])
    def test_ranks_beside_another_target_are_limits(self, _, target, same):
        self.save(TT)
        ranks = [self.convert(Request('net/fc', None, [2, 4], [4, 3], target=goal),
                              force=True).layers[0].weights.ranks for goal in (target, same)]
        self.assertEqual(*ranks)

    @parameterized.expand([(name, arguments, noise) for name, arguments in (
        ('tt', TT), ('direct', DIRECT)) for noise in (0., 0.2)])
    def test_higher_ranks_give_the_same_outputs(self, _, arguments, noise):
        plain, averaged = self.save(arguments)
        wanted = {'tt': {'fc': [1, 7, 1], 'conv': [6, 5, 1]},
                  'direct': {'fc': [1, 3, 5, 1], 'conv': [1, 3, 7, 6, 1]}}[_]
        inp_modes, out_modes = arguments['fc']['inp_modes'], arguments['fc']['out_modes']
        report = self.convert(
            Request('net/fc', None, inp_modes, out_modes, target={'ranks': wanted['fc']},
                    noise=noise),
            Request('net/conv', None, *(([2, 3], [4, 2]) if arguments is TT else ()),
                    target={'ranks': wanted['conv']}, noise=noise))
        self.assertEqual([wanted['fc'], wanted['conv']],
                         [layer.weights.ranks for layer in report.layers])
        outputs = self.restored(report, arguments)
        assert_close(outputs[0], plain, 1e-6)
        assert_close(outputs[1], averaged, 1e-6)
        self.assertEqual([0, 0], [layer.weights.relative_error for layer in report.layers])

    def test_noise_of_averages_is_that_of_the_weights(self):
        self.save(TT)
        checkpoints = []
        for force in (False, True):
            self.convert(Request('net/fc', None, [2, 4], [4, 3], target={'ranks': [1, 8, 1]},
                                 noise=0.5), force=force)
            checkpoint = Checkpoint(self.output)
            checkpoints.append([checkpoint.read('net/fc/mat_core_1' + end).reshape(4, 8, 2)
                                for end in ('', '/ExponentialMovingAverage')])
        np.testing.assert_array_equal(*checkpoints)
        new, averaged = [core[:, 5:] for core in checkpoints[0]]
        assert_close(averaged, new * averaged[0, 0, 0] / new[0, 0, 0], 1e-5)
        self.assertGreater(np.abs(new).min(), 0)

    @parameterized.expand([('higher_ranks', {'ranks': [1, 7, 1]}, None),
                           ('other_modes', None, ([2, 4], [5, 3]))])
    def test_padded_outputs(self, _, target, new_modes):
        modes = [2, 4], [4, 4]
        arguments = dict(TT, fc=dict(zip(('inp_modes', 'out_modes'), modes), mat_ranks=[1, 5, 1],
                                     out_size=12))
        plain, averaged = self.save(arguments)
        report = self.convert(Request('net/fc', None, *modes, target=target, pad=True,
                                      **dict(zip(('new_inp_modes', 'new_out_modes'),
                                                 new_modes or (None, None)))))
        self.assertEqual(12, report.layers[0].weights.arguments['out_size'])
        self.assertEqual([12], Checkpoint(self.output).shapes['net/fc/biases'])
        outputs = self.restored(report, arguments)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    @parameterized.expand([('whole', [4, 3], {}), ('padded', [4, 4], {'out_size': 12})])
    def test_modes_that_the_shapes_tell(self, _, out_modes, padding):
        arguments = dict(TT, fc=dict(inp_modes=[2, 4], out_modes=out_modes, mat_ranks=[1, 8, 1],
                                     **padding))
        plain, averaged = self.save(arguments)
        report = self.convert(Request('net/fc', target={'ranks': [1, 9, 1]}))
        self.assertEqual(([2, 4], out_modes), report.layers[0].weights.modes)
        with self.assertWarnsRegex(UserWarning, r'net/fc: .* mat_ranks\[1\] is 9, but the maximum'):
            outputs = self.restored(report, arguments)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    def test_one_bond_up_and_another_down(self):
        self.save(DIRECT)
        report = self.convert(Request('net/fc', None, [2, 2, 2], [2, 2, 3],
                                      target={'ranks': [1, 4, 2, 1]}))
        self.assertEqual([1, 4, 2, 1], report.layers[0].weights.ranks)
        self.assertIn(0, Checkpoint(self.output).read('net/fc/mat_core_1'))

    def test_variables_that_stay_keep_their_slots(self):
        self.save(DIRECT)
        report = self.convert(Request('net/fc', None, [2, 2, 2], [2, 2, 3],
                                      target={'ranks': [1, 3, 5, 1]}))
        self.assertEqual(['net/fc/mat_core_2/Adam', 'net/fc/mat_core_2/Adam_1',
                          'net/fc/mat_core_3/Adam', 'net/fc/mat_core_3/Adam_1'],
                         report.dropped_slots)

    @parameterized.expand([('fewer', [8], [12], {}), ('more', [2, 2, 2], [2, 2, 3], {}),
                           ('target', [4, 2], [3, 4], {'eps': 0.}),
                           ('padded', [3, 3], [5, 3], {})])
    def test_other_modes(self, name, inp_modes, out_modes, target):
        plain, averaged = self.save(TT)
        request = Request('net/fc', None, [2, 4], [4, 3], pad=name == 'padded', target=target,
                          new_inp_modes=inp_modes, new_out_modes=out_modes)
        report = self.convert(request)
        self.assertLess(report.layers[0].weights.relative_error, 1e-6)
        if name == 'padded':
            self.assertEqual([12], Checkpoint(self.output).shapes['net/fc/biases'])
            return
        outputs = self.restored(report, TT)
        assert_close(outputs[0], plain, 1e-5)
        assert_close(outputs[1], averaged, 1e-5)

    def test_the_old_format(self):
        plain, _ = self.save(TT, version=tf.train.SaverDef.V1)
        report = self.convert(Request('net/fc', None, [2, 4], [4, 3], target={'ranks': 6}))
        assert_close(self.restored(report, TT)[0], plain, 1e-5)

    @parameterized.expand([
        ('ambiguous', DIRECT, Request('net/fc', target={'max_rank': 2}),
         r'the shapes of the cores, \[\[6, 2\], \[8, 6\], \[3, 8\]\], do not tell the modes'),
        # The same cores make a layer of output modes [5, 3], padded to 15 outputs.
        ('perhaps_padded', TT, Request('net/fc', target={'max_rank': 2}),
         r'\[\[20, 2\], \[3, 20\]\], do not tell the modes of the TT layer, which may be padded; '
         'pass those that it has as `inp_modes` and `out_modes`'),
        ('modes', DIRECT, Request('net/fc', None, [2, 4], [4, 3], target={'max_rank': 2}),
         'must hold one core for each of the 2 modes, but there are 3'),
        ('only_none', TT, Request('net/fc', target={'eps': None}), 'pass ranks or another target'),
        ('ranks', TT, Request('net/fc', None, [2, 4], [4, 3], target={'ranks': [1, 0, 1]}),
         r'`ranks\[1\]` must be at least 1'),
        ('more_ranks', TT, Request('net/fc', None, [2, 4], [4, 3], target={'ranks': [1, 2, 2, 1]}),
         r'`ranks` must be 3 ranks .* \[1, 5, 1\], but they are \[1, 2, 2, 1\]'),
        ('last_rank', TT, Request('net/fc', None, [2, 4], [4, 3], target={'ranks': [1, 2, 2]}),
         r'`ranks` must be 3 ranks .* \[1, 5, 1\], but they are \[1, 2, 2\]'),
        ('ranks_of_kernel', TT, Request('net/conv', None, [2, 3], [4, 2], target={'ranks': [2, 1]}),
         r'`ranks` must be 3 ranks .* \[5, 4, 1\], but they are \[2, 1\]'),
        ('half', TT, Request('net/fc', new_inp_modes=[8]), 'go together; give both or none'),
        ('nothing', TT, Request('net/fc'), 'a TT layer already; pass ranks or another target'),
        ('format', TT, Request('net/conv', 'tt_conv_direct', target={'eps': 0.}),
         'is a tt_conv, which does not become a tt_conv_direct'),
        ('direct', DIRECT, Request('net/conv', new_inp_modes=[2], new_out_modes=[2]),
         'modes of `tt_conv_direct` are the sizes'),
        ('core', TT, Request('net/fc/mat_core_1', target={'eps': 0.}),
         'is a core of a TT layer; name the layer, net/fc'),
        ('slot', TT, Request('net/fc/mat_core_1/Adam', target={'eps': 0.}),
         'net/fc/mat_core_1/Adam belongs to net/fc/mat_core_1'),
        ('slot_of_dense', DENSE, Request('net/fc/weights/Adam_1', target={'eps': 0.}),
         'belongs to net/fc/weights, as a slot or an average; name net/fc/weights'),
        ('noise_of_dense', DENSE, Request('net/fc', target={'eps': 0.}, noise=1.),
         'new modes and noise are for layers that are TT layers already'),
    ] + [(f'noise_{number}', TT, Request('net/fc', None, [2, 4], [4, 3], noise=1., **what),
          'noise is for ranks that become higher, but none does; leave it out')
         for number, what in enumerate([
             dict(target={'ranks': 1}), dict(target={'max_rank': 1}),
             dict(target={'ranks': None, 'eps': 0.3}), dict(target={'ranks': 9, 'eps': 0.3}),
             dict(new_inp_modes=[8], new_out_modes=[12])])])
    def test_message(self, _, arguments, request, message):
        self.save(arguments)
        with self.assertRaisesRegex((CheckpointError, ValueError), '`layer` net/.*: .*' + message):
            self.convert(request)
        self.assertFalse(os.path.exists(self.output + '.index'))


class ModesOfShapesTest(unittest.TestCase):

    @parameterized.expand([
        ('two_cores', [[32, 2], [3, 32]], 1, 12, [([2, 4], [4, 3])]),
        ('padded_cores', [[32, 2], [4, 32]], 1, 12, [([2, 4], [4, 4])]),
        ('perhaps_padded', [[20, 3], [8, 20]], 1, 32, 2),
        ('one_core', [[12, 8]], 1, None, [([8], [12])]),
        ('filters', [[16, 10], [2, 12]], 5, 8, [([2, 3], [4, 2])]),
        ('wrong_filters', [[16, 10], [2, 12]], 3, 8, []),
        ('no_biases', [[16, 10], [2, 12]], 5, None, 2),
        ('ambiguous', [[6, 2], [8, 6], [3, 8]], 1, 12, 2)])
    def test_modes(self, _, shapes, first_rank, out_size, expected):
        found = modes_of_shapes(shapes, first_rank, out_size=out_size)
        self.assertEqual(expected, len(found) if isinstance(expected, int) else found)


if __name__ == '__main__':
    unittest.main()
