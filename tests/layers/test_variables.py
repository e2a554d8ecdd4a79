"""The variables that the layers create: names, shapes, collections, devices, kinds."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import (
    EACH,
    EACH_BATCH_NORMALIZATION,
    EACH_WITH_INITIALIZERS,
    EXAMPLES,
    build,
    images,
    placeholder,
)
from tests.sessions import random_values, session
from tests.useless_ranks import WithUselessRanks

STATISTICS = {'layer/moving_mean', 'layer/moving_variance', 'layer/local_step'}


def _l2(variable):
    return tf.reduce_sum(tf.square(variable), name='l2')


def _named(variables):
    return [(variable.op.name, variable.shape.as_list()) for variable in variables]


def _expected(name):
    return [('layer/' + variable, shape) for variable, shape in EXAMPLES[name].variables]


def _kinds(name):
    """Groups of arguments: the variables that each `<kind>_initializer` stands for."""
    kinds = {}
    for variable, _ in EXAMPLES[name].variables:
        kind = 'cores' if 'core_' in variable else variable
        kinds.setdefault(kind, []).append('layer/' + variable)
    return kinds


def _regularized():
    return [loss.op.name.split('/Regularizer')[0]
            for loss in tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)]


class VariablesTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand(EACH)
    def test_names_shapes_and_order(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer')
            self.assertEqual(_expected(name), _named(tf.trainable_variables()))
            others = {variable.op.name for variable in tf.global_variables()
                      if variable not in tf.trainable_variables()}
            self.assertEqual(STATISTICS if 'batch' in name else set(), others)
            self.assertEqual([], tf.get_collection(tf.GraphKeys.LOCAL_VARIABLES))
            self.assertEqual([], tf.get_collection(tf.GraphKeys.UPDATE_OPS))

    @parameterized.expand(EACH)
    def test_not_trainable(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), trainable=False, scope='layer')
            self.assertEqual([], tf.trainable_variables())
            names = {variable.op.name for variable in tf.global_variables()}
            self.assertLessEqual({variable for variable, _ in _expected(name)}, names)

    @parameterized.expand(EACH_WITH_INITIALIZERS)
    def test_no_biases(self, name):
        with tf.Graph().as_default():
            out = build(name, placeholder(name), biases_initializer=None, scope='layer')
            self.assertEqual('layer/out:0', out.name)
            self.assertEqual(_expected(name)[:-1], _named(tf.global_variables()))

    @parameterized.expand(EACH_WITH_INITIALIZERS)
    def test_regularizers(self, name):
        with tf.Graph().as_default():
            kinds = _kinds(name)
            regularizers = {kind + '_regularizer': _l2 for kind in kinds}
            build(name, placeholder(name), scope='layer', **regularizers)
            losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
            self.assertEqual(len(EXAMPLES[name].variables), len(losses))
            with session() as opened:
                values = {variable.op.name: opened.run(variable)
                          for variable in tf.global_variables()}
                for loss in losses:
                    variable = loss.op.name.split('/Regularizer')[0]
                    np.testing.assert_allclose(opened.run(loss), np.sum(values[variable] ** 2),
                                               rtol=1e-5)

    @parameterized.expand(EACH)
    def test_no_regularizers_by_default(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer')
            self.assertEqual([], tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))

    @parameterized.expand(EACH)
    def test_the_regularizer_of_a_scope_is_for_what_is_trained(self, name):
        """Not for moving statistics, of which the number of updates would outgrow any loss."""
        with tf.Graph().as_default():
            with tf.variable_scope('', regularizer=_l2):
                build(name, placeholder(name), scope='layer')
            self.assertEqual([variable.op.name for variable in tf.trainable_variables()],
                             _regularized())

    @parameterized.expand(EACH_WITH_INITIALIZERS)
    def test_regularizers_are_added_once_under_reuse(self, name):
        with tf.Graph().as_default():
            for reuse in (False, True):
                with tf.variable_scope('', reuse=reuse):
                    build(name, placeholder(name), biases_regularizer=_l2, scope='layer')
            self.assertEqual(1, len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)))

    @parameterized.expand([(name,) for name in EXAMPLES if name.startswith('tt')])
    def test_one_initializer_and_regularizer_per_core(self, name):
        cores = _kinds(name)['cores']
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer',
                  cores_initializer=[tf.constant_initializer(k) for k in range(len(cores))],
                  cores_regularizer=tuple([None, _l2] + [None] * (len(cores) - 2)))
            self.assertEqual([cores[1]], _regularized())
            with session() as opened:
                for variable in tf.global_variables():
                    if variable.op.name in cores:
                        value = opened.run(variable)
                        self.assertTrue(np.all(value == cores.index(variable.op.name)))

    @parameterized.expand([(name, kind) for (name,) in EACH_WITH_INITIALIZERS
                           for kind in ('instance', 'class', 'function')])
    def test_forms_of_initializers(self, name, kind):
        def sevens(shape, dtype=None, partition_info=None):
            return tf.fill(shape, tf.cast(7, dtype))

        initializer, value = {'instance': (tf.constant_initializer(7.0), 7),
                              'class': (tf.ones_initializer, 1),
                              'function': (sevens, 7)}[kind]
        with tf.Graph().as_default():
            initializers = {group + '_initializer': initializer for group in _kinds(name)}
            build(name, placeholder(name), scope='layer', **initializers)
            with session() as opened:
                for variable in tf.global_variables():
                    self.assertTrue(np.all(opened.run(variable) == value), variable.op.name)

    @parameterized.expand(EACH)
    def test_biases_start_at_zero_and_scales_at_one(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer')
            with session() as opened:
                values = {variable.op.name: opened.run(variable)
                          for variable in tf.global_variables()}
        self.assertTrue(np.all(values['layer/biases'] == 0))
        if 'batch' in name:
            self.assertTrue(np.all(values['layer/weights'] == 1))
            for statistic in STATISTICS:
                self.assertTrue(np.all(values[statistic] == 0), statistic)

    @parameterized.expand([
        ('tt_conv', dict(window=[1, 1], ranks=[1, 3, 1]), {'layer/filters': [1, 1, 1, 1]}),
        ('tt_conv_full', dict(window=[1, 1], ranks=[1, 3, 1]), {'layer/filters': [1, 1, 1, 1]}),
        ('tt_conv1d_full', dict(window=[1, 1], ranks=[1, 3, 1]), {'layer/filters': [1, 1, 1, 1]}),
        ('tt_conv_direct', dict(window=[1, 1], ranks=[1, 1, 1, 2, 1]),
         {'layer/core_1': [1, 1], 'layer/core_2': [1, 1]}),
        ('tt_conv_direct', dict(window=[1, 3], ranks=[1, 1, 3, 2, 1]), {'layer/core_1': [1, 1]}),
        ('tt_conv_direct', dict(out_ch=1, ranks=[1, 2, 2, 1, 1]), {'layer/core_4': [1, 1]}),
        # A window of 1 x 1 with a larger rank has filters to train.
        ('tt_conv', dict(window=[1, 1], ranks=[2, 3, 1]), {}),
        ('tt_conv_direct', dict(window=[1, 1], ranks=[1, 2, 2, 2, 1]), {}),
    ])
    def test_factors_of_one_number_are_constant(self, name, arguments, constants):
        regularizers = {'cores_regularizer': _l2}
        if name != 'tt_conv_direct':
            regularizers['filters_regularizer'] = _l2
            arguments = dict(arguments, filters_initializer=tf.zeros_initializer)
        with tf.Graph().as_default():
            # The biases have no regularizer of their own.
            with tf.variable_scope('', regularizer=_l2):
                build(name, placeholder(name), scope='layer', **dict(arguments, **regularizers))
            trainable = {variable.op.name for variable in tf.trainable_variables()}
            rest = {variable.op.name: variable for variable in tf.global_variables()
                    if variable.op.name not in trainable}
            self.assertEqual(constants, {key: variable.shape.as_list()
                                         for key, variable in rest.items()})
            self.assertEqual(trainable, set(_regularized()))
            with session() as opened:
                for variable in rest.values():
                    self.assertEqual(1.0, opened.run(variable).item())

    @parameterized.expand(EACH)
    def test_cpu_variables(self, name):
        with tf.Graph().as_default():
            with tf.device('/gpu:3'):
                out = build(name, placeholder(name), cpu_variables=True, scope='layer')
            for variable in tf.global_variables():
                self.assertEqual('/device:CPU:0', variable.device, variable.op.name)
            self.assertEqual('/device:GPU:3', out.device)

    @parameterized.expand(EACH)
    def test_the_outer_device_is_kept(self, name):
        with tf.Graph().as_default():
            with tf.device('/job:worker/gpu:3'):
                out = build(name, placeholder(name), scope='layer')
            for variable in tf.global_variables():
                self.assertEqual('/job:worker/device:GPU:3', variable.device, variable.op.name)
            self.assertEqual('/job:worker/device:GPU:3', out.device)

    @parameterized.expand(EACH)
    def test_cpu_variables_of_another_job(self, name):
        with tf.Graph().as_default():
            with tf.device('/job:ps/task:1'):
                build(name, placeholder(name), cpu_variables=True, scope='layer')
            for variable in tf.global_variables():
                self.assertEqual('/job:ps/task:1/device:CPU:0', variable.device,
                                 variable.op.name)

    @parameterized.expand([(name, use_resource) for name in EXAMPLES
                           for use_resource in (False, True)])
    def test_reference_and_resource_variables(self, name, use_resource):
        outputs = {}
        for resource in (use_resource, None):
            with tf.Graph().as_default():
                inp = placeholder(name)
                with tf.variable_scope('', use_resource=resource):
                    out = build(name, inp, scope='layer')
                gradients = tf.gradients(out, tf.trainable_variables())
                if resource is not None:
                    kinds = {variable.op.type for variable in tf.trainable_variables()}
                    self.assertEqual({'VarHandleOp' if resource else 'VariableV2'}, kinds)
                values = {key: value for key, value in random_values().items()
                          if key not in STATISTICS}
                with session(values) as opened:
                    outputs[resource] = opened.run([out] + gradients, {inp: images(name)})
        for actual, expected in zip(outputs[use_resource], outputs[None]):
            np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)

    @parameterized.expand(EACH_BATCH_NORMALIZATION)
    def test_scale_and_shift_can_be_left_out(self, name):
        for use_scale in (False, True):
            for use_shift in (False, True):
                with tf.Graph().as_default():
                    build(name, placeholder(name), use_scale=use_scale, use_shift=use_shift,
                          scope='layer')
                    expected = (['layer/weights'] * use_scale + ['layer/biases'] * use_shift)
                    self.assertEqual(expected, [variable.op.name for variable
                                                in tf.trainable_variables()])


if __name__ == '__main__':
    unittest.main()
