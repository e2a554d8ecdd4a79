"""Layers in the replicas of `tf.distribute.MirroredStrategy`, on two logical CPU devices."""

import logging
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EACH, EACH_BATCH_NORMALIZATION, build, channels_axis, images
from tests.sessions import assert_close, session

DEVICES = ['/cpu:0', '/cpu:1']
CONFIG = tf.ConfigProto(device_count={'CPU': 2})
RATE = 0.5


def inputs(name):
    """What the replicas are given, one after the other."""
    return [images(name, seed).astype(np.float32) for seed in range(len(DEVICES))]


def loss_of(name, inp):
    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
        return tf.reduce_sum(tf.sin(build(name, inp, scope='layer')))


def mirrored(strategy, function):
    """Builds a function of the number of a replica in each; returns the list of its results."""
    def in_replica():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        return function(int(tf.get_static_value(replica) if tf.is_tensor(replica) else replica))

    run = getattr(strategy, 'run', None) or strategy.experimental_run_v2
    return strategy.experimental_local_results(run(in_replica))


class ReplicasTest(unittest.TestCase):

    def setUp(self):
        graph = tf.Graph().as_default()
        graph.__enter__()
        self.addCleanup(graph.__exit__, None, None, None)
        tf.set_random_seed(2)

    # A strategy leaves variables whole, whatever partitioner there is.
    @parameterized.expand([(name, partitioner) for name, in EACH
                           for partitioner in (None, tf.fixed_size_partitioner(2))])
    def test_a_step_is_that_of_the_summed_gradients(self, name, partitioner):
        strategy = tf.distribute.MirroredStrategy(DEVICES)

        def step(replica):
            with tf.variable_scope('', partitioner=partitioner):
                loss = loss_of(name, tf.constant(inputs(name)[replica]))
            optimizer = tf.train.GradientDescentOptimizer(RATE)
            with tf.control_dependencies([optimizer.minimize(loss)]):
                return tf.identity(loss)

        with strategy.scope():
            losses = mirrored(strategy, step)
            trained = tf.trainable_variables()
        with session(config=CONFIG) as opened:
            before = [opened.run(variable) for variable in trained]
            got_losses = opened.run(losses)
            after = [opened.run(variable) for variable in trained]
        names = [variable.op.name for variable in trained]
        used = {operation.device[-5:] for operation in tf.get_default_graph().get_operations()
                if operation.type in ('Sin', 'Cos')}
        self.assertEqual({'CPU:0', 'CPU:1'}, used)

        with tf.Graph().as_default():
            losses = [loss_of(name, tf.constant(inp)) for inp in inputs(name)]
            variables = tf.trainable_variables()
            self.assertEqual(names, [variable.op.name for variable in variables])
            gradients = tf.gradients(tf.add_n(losses), variables)
            with session(dict(zip(names, before))) as opened:
                expected_losses, slopes = opened.run([losses, gradients])
        assert_close(got_losses, expected_losses, 1e-5)
        for old, new, slope, what in zip(before, after, slopes, names):
            assert_close(new, old - RATE * slope, 1e-5, what)

    @parameterized.expand(EACH_BATCH_NORMALIZATION)
    def test_the_statistics_are_the_mean_of_the_replicas(self, name):
        strategy = tf.distribute.MirroredStrategy(DEVICES)
        with strategy.scope():
            losses = mirrored(
                strategy, lambda replica: loss_of(name, tf.constant(inputs(name)[replica])))
            mean, = [variable for variable in tf.global_variables()
                     if 'moving_mean' in variable.name]
            read = tf.identity(mean)
        with session(config=CONFIG) as opened:
            opened.run(losses)
            moments = [np.moveaxis(inp, channels_axis(name), -1).mean(
                axis=tuple(range(inp.ndim - 1))) for inp in inputs(name)]
            expected = 0 * moments[0] if 'eval' in name else np.mean(moments, axis=0)
            assert_close(opened.run(read), expected, 1e-5)

    @parameterized.expand(EACH_BATCH_NORMALIZATION)
    def test_an_export_warns_of_nothing(self, name):
        strategy = tf.distribute.MirroredStrategy(DEVICES)
        with strategy.scope():
            mirrored(strategy, lambda replica: loss_of(name, tf.constant(inputs(name)[replica])))
        logger = logging.getLogger('tensorflow')
        with self.assertLogs(logger) as logs:
            logger.warning('only this')
            tf.train.export_meta_graph()
        self.assertEqual(['WARNING:tensorflow:only this'], logs.output)
