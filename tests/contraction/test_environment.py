"""Where a layer will run, what its planner counts with, and what a measurement depends on."""

import io
import os
import platform
import sys
import unittest
from unittest import mock

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import cpu, environment, gpu
from tensornet.contraction.machine import ARITHMETIC, Machine
from tensornet.contraction.setting import ITEMSIZES

LISTED = 'list_physical_devices'


def _with_gpus(count):
    """Makes TensorFlow list so many GPUs."""
    return mock.patch.object(tf.config.experimental, LISTED,
                             return_value=[mock.sentinel.gpu] * count)


class TargetDeviceTest(unittest.TestCase):

    @parameterized.expand([
        (None, 0, '/cpu:0'), (None, 2, '/gpu:0'), ('/cpu:0', 2, '/cpu:0'),
        ('/device:GPU:1', 0, '/gpu:0'), ('/device:TPU:0', 0, '/cpu:0'),
        ('/job:ps', 0, '/cpu:0'), ('/job:ps', 1, '/gpu:0'),
    ])
    def test_device(self, name, gpus, expected):
        with tf.Graph().as_default() as graph, _with_gpus(gpus), tf.device(name):
            self.assertEqual(expected, environment.target_device())
            self.assertEqual([], graph.get_operations())

    def test_the_innermost_device_counts(self):
        with tf.Graph().as_default(), tf.device('/gpu:0'):
            with tf.device('/cpu:0'):
                self.assertEqual('/cpu:0', environment.target_device())
            with tf.device(lambda operation: '/cpu:0'), tf.device(None):
                self.assertEqual('/gpu:0', environment.target_device())

    @mock.patch.dict(os.environ, TF_NUM_INTRAOP_THREADS='')
    def test_layers_are_planned_for_where_they_are_built(self):
        for device, gpus, expected in ((None, 0, cpu('float32')), (None, 1, gpu('float32')),
                                       ('/cpu:0', 1, cpu('float32'))):
            with mock.patch.object(sys.modules['tensornet.layers.tt'], 'tt_matrix_plan',
                                   side_effect=ArithmeticError) as planned, \
                    mock.patch.object(environment, '_gpu', return_value='NVIDIA X'), \
                    _with_gpus(gpus), tf.Graph().as_default(), tf.device(device):
                with self.assertRaises(ArithmeticError):
                    layers.tt(tf.zeros([2, 4]), [2, 2], [2, 2], [1, 2, 1])
            setting = planned.call_args[0][3]
            self.assertEqual(expected, setting.machine)


class ThreadsTest(unittest.TestCase):

    def setUp(self):
        patch = mock.patch.object(environment, 'available_cores', return_value=8)
        patch.start()
        self.addCleanup(patch.stop)

    def test_all_cores_unless_told_otherwise(self):
        with mock.patch.dict(os.environ, TF_NUM_INTRAOP_THREADS=''):
            self.assertEqual(cpu('float32', threads=8), environment.target_machine('float32'))

    @parameterized.expand([(1, 1), (3, 3), (20, 8)])
    def test_the_default_session_tells(self, asked, used):
        config = tf.ConfigProto(intra_op_parallelism_threads=asked)
        with tf.Graph().as_default(), tf.Session(config=config):
            self.assertEqual(cpu('float32', threads=used), environment.target_machine('float32'))

    @parameterized.expand([('4', 4), (' 4 ', 4), ('', 8), ('many', 8), ('-3', 8), ('\u00b2', 8),
                           ('\u0664', 8)])
    def test_the_environment_tells(self, value, used):
        with mock.patch.dict(os.environ, TF_NUM_INTRAOP_THREADS=value):
            self.assertEqual(cpu('float32', threads=used), environment.target_machine('float32'))


class MachineTest(unittest.TestCase):

    @parameterized.expand(list(ITEMSIZES))
    def test_every_machine_knows_every_type(self, dtype):
        for machine in (cpu(dtype), gpu(dtype), gpu(dtype, 'NVIDIA GeForce RTX 4090')):
            self.assertIsInstance(machine, Machine)
            for name in ARITHMETIC + ('bandwidth', 'transpose_bandwidth', 'op'):
                self.assertGreater(getattr(machine, name), 0, name)

    def test_which_gpu(self):
        self.assertEqual(gpu('float32'), gpu('float32', 'NVIDIA H100 80GB HBM3'))
        self.assertNotEqual(gpu('float32'), gpu('float32', 'NVIDIA GeForce RTX 3060'))


class EnvironmentKeyTest(unittest.TestCase):

    @mock.patch.dict(os.environ, dict.fromkeys(environment.SWITCHES, ''))
    def test_what_decides_a_time_is_in_the_key(self):
        base = environment.environment_key('/cpu:0', tf.ConfigProto())
        threads = tf.ConfigProto(intra_op_parallelism_threads=3)
        compiled = tf.ConfigProto()
        compiled.graph_options.optimizer_options.global_jit_level = tf.OptimizerOptions.ON_1
        rewritten = tf.ConfigProto()
        rewritten.graph_options.rewrite_options.auto_mixed_precision = 1
        keys = {base} | {environment.environment_key('/cpu:0', config)
                         for config in (threads, compiled, rewritten)}
        for switch in ({'TF_ENABLE_ONEDNN_OPTS': '0'}, {'DNNL_MAX_CPU_ISA': 'AVX2'}):
            with mock.patch.dict(os.environ, switch):
                keys.add(environment.environment_key('/cpu:0', tf.ConfigProto()))
        with mock.patch.object(os, 'cpu_count', return_value=77):
            keys.add(environment.environment_key('/cpu:0', tf.ConfigProto()))
        with mock.patch.object(environment, 'available_cores', return_value=66):
            keys.add(environment.environment_key('/cpu:0', tf.ConfigProto()))
        with mock.patch.object(tf.config.threading, 'get_intra_op_parallelism_threads',
                               return_value=5):
            keys.add(environment.environment_key('/cpu:0', tf.ConfigProto()))
        with _with_gpus(1), mock.patch.object(environment, '_gpu', return_value='NVIDIA X'):
            keys.add(environment.environment_key('/gpu:0', tf.ConfigProto()))
        self.assertEqual(10, len(keys))
        self.assertEqual([], [key for key in keys if '\n' in key])
        self.assertIn('tensorflow ' + tf.__version__, base)

    @parameterized.expand([
        ('x86', b'model name\t: \xae CPU\ncpu family\t: 6\nmodel\t: 85\nstepping\t: 7\n',
         '\ufffd CPU (6/85/7)'),
        ('arm', b'processor\t: 0\nFeatures\t: fp asimd\n', platform.machine() + ' (?/?/?)'),
        ('empty', b'', platform.machine() + ' (?/?/?)'),
    ])
    def test_any_processor_is_in_the_key(self, _, cpuinfo, expected):
        with mock.patch.object(environment, 'open', create=True, side_effect=lambda _, **how:
                               io.TextIOWrapper(io.BytesIO(cpuinfo), **how)):
            key = environment.environment_key('/cpu:0', tf.ConfigProto())
        self.assertEqual(expected, key.split(', ')[0])

    def test_the_configuration_is_that_of_the_default_session(self):
        config = tf.ConfigProto(intra_op_parallelism_threads=1)
        with tf.Graph().as_default(), tf.Session(config=config):
            found = environment.session_config(None, '/cpu:0')
        self.assertEqual(1, found.intra_op_parallelism_threads)
        self.assertEqual(0, found.device_count['GPU'])
        self.assertNotIn('GPU', config.device_count)
        self.assertTrue(environment.session_config(config, '/gpu:0').gpu_options.allow_growth)
        self.assertFalse(config.gpu_options.allow_growth)


if __name__ == '__main__':
    unittest.main()
