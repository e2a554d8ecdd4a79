"""What `Saver` restores, lists and refuses."""

import os
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints
from tests.checkpoints import written

WEIGHTS = {'net/fc/weights': np.arange(6, dtype=np.float32).reshape(3, 2),
           'net/fc/biases': np.array([7, 8], np.float32)}


class SaverTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def restore(self, saved, variables, pick=None, strict=True, **options):
        """Restores a checkpoint of the arrays `saved` into a graph of `variables`.

        Args:
            saved, variables: dicts from names to arrays, saved and initial values.
            pick: function of the variables by name that returns `var_list`.
            strict, options: of the saver.

        Returns:
            The values of the variables by name, and what `restore` returned.
        """
        prefix = written.save(self.folder, saved)
        with tf.Graph().as_default(), tf.Session() as session:
            made = written.make_variables(variables)
            saver = checkpoints.Saver(pick and pick(made), strict=strict, **options)
            session.run(tf.global_variables_initializer())
            try:
                matched = saver.restore(session, prefix)
            except checkpoints.CheckpointError:
                self.assert_equal(variables, session.run(made))
                raise
            return session.run(made), matched

    def assert_equal(self, expected, actual):
        self.assertEqual(set(expected), set(actual))
        for name, value in expected.items():
            np.testing.assert_array_equal(actual[name], value, err_msg=name)
            self.assertEqual(np.asarray(value).dtype, actual[name].dtype, name)

    def test_old_statistics(self):
        new = dict(WEIGHTS, **written.new_statistics())
        actual, matched = self.restore(dict(WEIGHTS, **written.old_statistics()),
                                       written.zeros(new))
        self.assert_equal(new, actual)
        self.assertEqual(written.AVERAGE.format(number=''), matched.sources['net/bn/moving_mean'])
        self.assertEqual('net/fc/biases', matched.sources['net/fc/biases'])
        self.assertEqual(
            {f'{written.BN}/{written.AVERAGE.format(number=number)}/{slot}': 'net/bn/' + new_name
             for number, slot, new_name in (('', 'biased', 'moving_mean'),
                                            ('_1', 'biased', 'moving_variance'),
                                            ('_1', 'local_step', 'local_step'))},
            matched.redundant)

    def test_slots_of_old_statistics(self):
        slot = '/ExponentialMovingAverage'
        old = dict(written.old_statistics(), **{
            written.AVERAGE.format(number='') + slot: np.array([5, 6], np.float32)})
        new = dict(written.new_statistics(), **{
            'net/bn/moving_mean' + slot: np.array([5, 6], np.float32)})
        self.assert_equal(new, self.restore(old, written.zeros(new))[0])

    def test_old_names_in_the_graph_come_first(self):
        old = written.old_statistics()
        actual, matched = self.restore(old, written.zeros(old))
        self.assert_equal(old, actual)
        self.assertEqual({}, matched.redundant)

    def test_new_names_in_the_checkpoint_come_first(self):
        new = {name: value + 1 for name, value in written.new_statistics().items()}
        with self.assertWarnsRegex(UserWarning, 'the graph lacks 6'):
            actual, matched = self.restore(dict(written.old_statistics(), **new),
                                           written.zeros(new), strict=False)
        self.assert_equal(new, actual)
        self.assertEqual(sorted(written.old_statistics()), matched.unused)

    def test_statistics_without_their_slots(self):
        old = {name: value for name, value in written.old_statistics().items()
               if name.endswith('ExponentialMovingAverage')}
        new = written.zeros(written.new_statistics())
        with self.assertWarnsRegex(UserWarning, '(?s)lacks 1 variable:\n  net/bn/local_step$'):
            actual, _ = self.restore(old, new, strict=False)
        self.assert_equal(written.new_statistics(step=0), actual)

    def test_step_counts_that_differ_are_listed(self):
        new = written.new_statistics(step=4)
        with self.assertWarnsRegex(UserWarning, 'the graph lacks 1'):
            actual, matched = self.restore(written.old_statistics(steps=(4, 3)),
                                           written.zeros(new), strict=False)
        self.assert_equal(new, actual)
        variance = written.AVERAGE.format(number='_1')
        self.assertEqual([f'{written.BN}/{variance}/local_step'], matched.unused)

    def test_two_layers_in_one_scope(self):
        other = written.AVERAGE.replace('tower_0', 'tower_1')
        old = dict(written.old_statistics(), **written.old_statistics(other))
        new = written.zeros(written.new_statistics())
        message = (r'model\.ckpt: net/bn/moving_mean may be net/bn/tower_0/\S+ or '
                   r'net/bn/tower_1/\S+, since two layers .* pick one with `var_list=')
        with self.assertRaisesRegex(checkpoints.CheckpointError, message):
            self.restore(old, new)
        mean, variance = [other.format(number=number) for number in ('', '_1')]
        picked = {'net/bn/moving_mean': mean, 'net/bn/moving_variance': variance,
                  'net/bn/local_step': f'net/bn/{mean}/local_step'}
        with self.assertWarnsRegex(UserWarning, 'the graph lacks 9'):
            actual, _ = self.restore(old, new, strict=False, pick=lambda variables: {
                old_name: variables[name] for name, old_name in picked.items()})
        self.assert_equal(written.new_statistics(), actual)

    @parameterized.expand([
        ('lacking', {}, {'net/step': np.float32(0)},
         r'the checkpoint lacks 1 variable:\n  net/step$'),
        ('more', {'net/step': np.float32(0)}, {},
         r'the graph lacks 1, or the saver was not given them:\n  net/step$'),
        ('near', {'fc/weight': np.zeros([4], np.float32), 'fc/other': np.zeros([3], np.float32)},
         {'net/fc/weight': np.zeros([4], np.float32)},
         r'the checkpoint lacks 1 variable:\n  net/fc/weight \(it has: fc/weight\)\n'
         r'the graph lacks 2, .*:\n  fc/other\n  fc/weight$')])
    def test_differences(self, _, saved_too, built_too, listed):
        saved, built = dict(WEIGHTS, **saved_too), dict(written.zeros(WEIGHTS), **built_too)
        with self.assertWarnsRegex(
                UserWarning, r'(?s)model\.ckpt: some variables were not restored, and keep the '
                r'values they have; 2 variables are in both\n' + listed):
            actual, matched = self.restore(saved, built, strict=False)
        self.assert_equal(dict(built, **WEIGHTS), actual)
        self.assertEqual(sorted(built_too), sorted(matched.missing))
        self.assertEqual(sorted(saved_too), matched.unused)
        with self.assertRaisesRegex(
                checkpoints.CheckpointError, r'(?s)nothing was restored, since the names differ '
                r'and `strict` is on; .*' + listed):
            self.restore(saved, built)

    def test_near_names_of_the_first_that_are_missing(self):
        names = [f'layer_{k:02}/weights' for k in range(25)]
        saved = dict(WEIGHTS, **{f'old/{name}': np.float32(0) for name in names})
        built = dict(WEIGHTS, **{f'new/{name}': np.float32(0) for name in reversed(names)})
        with self.assertWarnsRegex(UserWarning, r'(?s)lacks 25 variables:\n  new/layer_00/weights '
                                                r'\(it has: old/layer_00/weights, '):
            _, matched = self.restore(saved, built, strict=False)
        self.assertEqual(['new/' + name for name in names], list(matched.missing))
        self.assertEqual([True] * 20 + [False] * 5, list(map(bool, matched.missing.values())))

    def test_says_nothing_when_complete(self):
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            self.restore(WEIGHTS, written.zeros(WEIGHTS), strict=False)

    @parameterized.expand([
        ('average', 'net/fc/weights/ExponentialMovingAverage', True),
        ('average_of_another_name', 'net/fc/weights/mean', True),
        ('another_variable', 'other/weights', False),
        ('resembling', 'net/fc/weights_2', False)])
    def test_variable_restored_from_another(self, _, other, is_average):
        saved = dict(WEIGHTS, **{other: np.full([3, 2], 5, np.float32)})
        built = written.zeros(WEIGHTS)

        def restore(strict):
            return self.restore(saved, built, strict=strict, pick=lambda variables: {
                'net/fc/biases': variables['net/fc/biases'], other: variables['net/fc/weights']})

        if is_average:
            actual, matched = restore(strict=True)
            self.assertEqual({'net/fc/weights': other}, matched.replaced)
            self.assertEqual([], matched.unused)
            self.assertRegex(str(matched), '1 variable is replaced by its average:\n'
                                           '  net/fc/weights by ' + other)
        else:
            with self.assertRaisesRegex(checkpoints.CheckpointError, 'the graph lacks 1'):
                restore(strict=True)
            with self.assertWarnsRegex(UserWarning, 'the graph lacks 1'):
                actual, matched = restore(strict=False)
            self.assertEqual(({}, ['net/fc/weights']), (matched.replaced, matched.unused))
        self.assert_equal(dict(WEIGHTS, **{'net/fc/weights': saved[other]}), actual)

    def test_average_and_variable_both_restored(self):
        average = 'net/fc/weights/ExponentialMovingAverage'
        saved = dict(WEIGHTS, **{average: np.full([3, 2], 5, np.float32)})
        actual, matched = self.restore(saved, written.zeros(saved))
        self.assert_equal(saved, actual)
        self.assertEqual({}, matched.replaced)

    def test_list_of_variables(self):
        with self.assertWarnsRegex(UserWarning, 'the graph lacks 1, or the saver was not given'):
            actual, matched = self.restore(WEIGHTS, written.zeros(WEIGHTS), strict=False,
                                           pick=lambda variables: [variables['net/fc/biases']])
        self.assert_equal(dict(written.zeros(WEIGHTS), **{
            'net/fc/biases': WEIGHTS['net/fc/biases']}), actual)
        self.assertEqual(['net/fc/weights'], matched.unused)

    @parameterized.expand([
        ('float_step', np.float32(60), np.int64(0)), ('int_step', np.int32(60), np.float32(0)),
        ('longer_int', np.int32(60), np.int64(0)), ('double', np.float32(0.1), np.float64(0)),
        ('not_a_number', np.array([np.nan, np.inf], np.float32), np.zeros([2], np.float64)),
        ('exact_half', np.float32(0.5), np.float16(0))])
    def test_converts_types_where_nothing_is_lost(self, _, saved, initial):
        actual, _ = self.restore({'value': saved}, {'value': initial})
        np.testing.assert_array_equal(saved, actual['value'])
        self.assertEqual(initial.dtype, actual['value'].dtype)

    @parameterized.expand([
        ('fraction', np.float32(0.5), np.int64(0), 'float32', 'int64'),
        ('not_a_number', np.float32(np.nan), np.int32(0), 'float32', 'int32'),
        ('half', np.float32(0.1), np.float16(0), 'float32', 'float16'),
        ('large', np.int64(2) ** 40 + 1, np.float32(0), 'int64', 'float32'),
        ('negative', np.int32(-1), np.uint8(0), 'int32', 'uint8'),
        ('wraps_around', np.uint8(255), np.int8(0), 'uint8', 'int8'),
        ('infinity', np.float32(-np.inf), np.int64(0), 'float32', 'int64'),
        ('complex', np.complex64(1j), np.float32(0), 'complex64', 'float32')])
    def test_refuses_to_change_a_value(self, _, saved, initial, old, new):
        with self.assertRaisesRegex(
                checkpoints.CheckpointError, 'nothing was restored, since 1 variable does not fit: '
                f'value is {old} in the checkpoint and would not keep its value as {new}; '):
            self.restore({'value': saved, 'other': saved}, {
                'value': initial, 'other': np.zeros_like(saved)})

    @parameterized.expand([('number', [b'1'], [0.], 'string', 'float32'),
                           ('text', [1.], [b''], 'float32', 'string')])
    def test_text_is_no_number(self, _, saved, initial, old, new):
        with self.assertRaisesRegex(
                checkpoints.CheckpointError,
                f'value is {old} in the checkpoint and would not keep its value as {new}; '):
            with tf.Graph().as_default(), tf.Session() as session:
                variable = tf.get_variable('value', initializer=tf.constant(initial))
                checkpoints.Saver([variable]).restore(
                    session, written.save(self.folder, {'value': saved}))

    def test_names_all_shapes_that_do_not_fit(self):
        built = {'net/fc/weights': np.zeros([2, 3], np.float32),
                 'net/fc/biases': np.zeros([3], np.float32)}
        with self.assertRaisesRegex(
                checkpoints.CheckpointError, r'since 2 variables do not fit: net/fc/biases is '
                r'\[2\] in the checkpoint, \[3\] in the graph; net/fc/weights is \[3, 2\] in the '
                r'checkpoint, \[2, 3\] in the graph; build the layers with the modes, ranks'):
            self.restore(WEIGHTS, built)

    def test_reshapes_if_asked(self):
        actual, _ = self.restore({'value': np.arange(6)}, {'value': np.zeros([2, 3], np.int64)},
                                 reshape=True)
        np.testing.assert_array_equal([[0, 1, 2], [3, 4, 5]], actual['value'])

    def test_adds_nothing_to_the_graph(self):
        prefix = written.save(self.folder, WEIGHTS)
        with tf.Graph().as_default() as graph, tf.Session() as session:
            variables = written.make_variables(written.zeros(WEIGHTS))
            saver = checkpoints.Saver()
            graph.finalize()
            saver.restore(session, prefix)
            self.assert_equal(WEIGHTS, session.run(variables))

    def test_variables_made_from_one_tensor(self):
        saved = {name: np.float32(value) for name, value in (('a', 1), ('b', 2), ('c', 3))}
        prefix = written.save(self.folder, saved)
        for use_resource in (False, True):
            with self.subTest(use_resource=use_resource):
                with tf.Graph().as_default(), tf.Session() as session:
                    initial = tf.constant(0.0)
                    made = {name: tf.Variable(initial, name=name, use_resource=use_resource)
                            for name in saved}
                    checkpoints.Saver().restore(session, prefix)
                    self.assert_equal(saved, session.run(made))

    def test_variables_whose_initial_values_are_those_of_another_checkpoint(self):
        other = written.save(os.path.join(self.folder, 'other'), written.zeros(WEIGHTS))
        prefix = written.save(self.folder, WEIGHTS)
        for use_resource in (False, True):
            with self.subTest(use_resource=use_resource):
                with tf.Graph().as_default(), tf.Session() as session:
                    with tf.variable_scope('', use_resource=use_resource):
                        made = written.make_variables(written.zeros(WEIGHTS))
                    tf.train.init_from_checkpoint(other, dict(made))
                    checkpoints.Saver(strict=True).restore(session, prefix)
                    self.assert_equal(WEIGHTS, session.run(made))

    def test_saves_what_it_restores(self):
        with tf.Graph().as_default(), tf.Session() as session:
            made = written.make_variables(WEIGHTS)
            saver = checkpoints.Saver(max_to_keep=1, strict=True)
            session.run(tf.global_variables_initializer())
            for step in (1, 2):
                prefix = saver.save(session, os.path.join(self.folder, 'model.ckpt'), step)
            self.assertEqual([prefix], saver.last_checkpoints)
            session.run([variable.initializer for variable in made.values()],
                        {variable.initializer.inputs[1]: np.zeros(variable.shape)
                         for variable in made.values()})
            saver.restore(session, self.folder)
            self.assert_equal(WEIGHTS, session.run(made))

    def test_deferred_build(self):
        prefix = written.save(self.folder, WEIGHTS)
        with tf.Graph().as_default(), tf.Session() as session:
            saver = checkpoints.Saver(strict=True, defer_build=True)
            made = written.make_variables(written.zeros(WEIGHTS))
            with self.assertRaisesRegex(RuntimeError, r'Saver: .*call `build\(\)` first'):
                saver.restore(session, prefix)
            saver.build()
            saver.restore(session, prefix)
            self.assert_equal(WEIGHTS, session.run(made))

    def test_refuses_what_is_no_variable(self):
        with tf.Graph().as_default():
            tensor = tf.get_variable('weights', [4]) + 1
            for var_list in ([tensor], {'sum': tensor}, {'sum': [tensor]}):
                # TensorFlow itself refuses tensors.
                with self.assertRaisesRegex((TypeError, ValueError), '[Vv]ariable'):
                    checkpoints.Saver(var_list)

    def test_partitioned_variables_by_another_name(self):
        with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default():
            value = np.arange(12.).reshape(6, 2)
            with tf.Session() as session:
                tf.get_variable('old', initializer=value)
                session.run(tf.global_variables_initializer())
                prefix = tf.train.Saver().save(session, os.path.join(folder, 'model.ckpt'))
            parts = tf.get_variable('new', [6, 2], tf.float64,
                                    partitioner=tf.fixed_size_partitioner(3))
            for given in (parts, list(parts)):
                saver = checkpoints.Saver({'old': given}, strict=True)
                with tf.Session() as session:
                    saver.restore(session, prefix)
                    np.testing.assert_array_equal(value, session.run(parts.as_tensor()))

    def test_values_that_are_there_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            with tf.Graph().as_default(), tf.Session() as session:
                tf.get_variable('weights', initializer=1.)
                session.run(tf.global_variables_initializer())
                prefix = tf.train.Saver().save(session, os.path.join(folder, 'model.ckpt'))
            with tf.Graph().as_default(), tf.Session() as session:
                tf.get_variable('weights', initializer=2.)
                kept = tf.get_variable('kept', initializer=3.)
                empty = tf.get_variable('empty', initializer=4.)
                saver = checkpoints.Saver()
                session.graph.finalize()
                session.run(kept.initializer, {kept.initializer.inputs[1]: 5.})
                with self.assertWarnsRegex(UserWarning, 'some variables were not restored'):
                    saver.restore(session, prefix)
                self.assertEqual([5., 4.], session.run([kept, empty]))


if __name__ == '__main__':
    unittest.main()
