"""The plan and the precision of the experiments: what they decide, where, and what they leave."""
import contextlib
import io
import os
import re
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common import computation
from experiments.common.computation import (
    UnavailablePrecisionError,
    building,
    check_precision,
    session_config,
)
from experiments.common.computation_flags import EARLIER, PLANS
from experiments.common.digits import load_digits
from experiments.common.image_set import image_set
from experiments.common.run import RunOptions
from experiments.common.run_folder import WrongLogDirError
from experiments.mnist import fine_tuning, recipe
from experiments.mnist.network_flags import EARLIER as EARLIER_OF_MNIST
from tensornet import contraction, layers
from tensornet.contraction import measuring
from tensornet.contraction.measured_convolution_plans import TT_CONVOLUTION
from tensornet.contraction.measured_plans import TT_MATRIX
from tensornet.layers.default_plan import PLAN_NAMES
from tests.experiments.bfloat16 import require_bfloat16

IS_TENSORFLOW_1 = tf.__version__.startswith('1.')
OPTIONS = recipe.Options(layer='tt', inp_modes=[4, 8, 8, 4], out_modes=[4, 8, 8, 4],
                         ranks=[1, 2, 2, 2, 1], epochs=2, batch_size=100, learning_rate=0.01,
                         seed=1)


class PrecisionTest(unittest.TestCase):

    def test_float32_is_always_there(self):
        check_precision('float32')
        self.assertEqual(tf.ConfigProto(), session_config('float32'))

    def test_tensorflow_1_has_no_rewrite(self):
        if not IS_TENSORFLOW_1:
            raise unittest.SkipTest('this is TensorFlow 2')
        with self.assertRaisesRegex(
                UnavailablePrecisionError, r'^--precision=bfloat16: TensorFlow 1\.15\.5 cannot '
                'rewrite a graph to it; pass --precision=float32, or use TensorFlow 2$'):
            check_precision('bfloat16')

    def test_a_gpu_would_compute_in_float32(self):
        if IS_TENSORFLOW_1:
            raise unittest.SkipTest('there is no rewrite to begin with')
        with mock.patch.object(tf.config.experimental, 'list_physical_devices',
                               return_value=[mock.sentinel.gpu]):
            with self.assertRaisesRegex(UnavailablePrecisionError, 'hide the GPUs by an empty '
                                        'CUDA_VISIBLE_DEVICES$'):
                check_precision('bfloat16')

    def test_the_process_does_not_end_where_onednn_is_kept_from_avx512(self):
        if IS_TENSORFLOW_1:
            raise unittest.SkipTest('there is no rewrite to begin with')
        for name in ('ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'):
            limits = {'ONEDNN_MAX_CPU_ISA': '', 'TF_ENABLE_ONEDNN_OPTS': '1', name: 'AVX2'}
            with mock.patch.dict(os.environ, limits):
                with self.assertRaisesRegex(
                        UnavailablePrecisionError, '^--precision=bfloat16: oneDNN is kept from '
                        'AVX-512, .* unset ONEDNN_MAX_CPU_ISA and DNNL_MAX_CPU_ISA$'):
                    check_precision('bfloat16')

    def test_a_graph_that_stays_in_float32_is_found_out(self):
        if IS_TENSORFLOW_1:
            raise unittest.SkipTest('there is no rewrite to begin with')
        limits = {'ONEDNN_MAX_CPU_ISA': '', 'DNNL_MAX_CPU_ISA': ''}
        with mock.patch.dict(os.environ, limits), \
                mock.patch.object(computation, '_ON', 2):  # Off
            with self.assertRaisesRegex(UnavailablePrecisionError, 'leaves the graph in float32'):
                check_precision('bfloat16')

    def test_other_settings_of_a_session_are_kept(self):
        require_bfloat16()
        config = tf.ConfigProto(intra_op_parallelism_threads=3)
        both = session_config('bfloat16', config)
        self.assertEqual(3, both.intra_op_parallelism_threads)
        self.assertNotEqual(config, both)
        self.assertEqual(config, session_config('float32', config))
        both.graph_options.ClearField('rewrite_options')
        self.assertEqual(tf.ConfigProto(intra_op_parallelism_threads=3, graph_options={}), both)

    @parameterized.expand(['auto', 'chain', 'full'])
    def test_logits_in_bfloat16(self, plan):
        require_bfloat16()
        data = load_digits()
        logits = {}
        for precision in ('float32', 'bfloat16'):
            config = session_config(precision)
            with tf.Graph().as_default(), tf.Session(config=config) as session:
                tf.set_random_seed(1)
                with building(plan, config):
                    images, out = recipe.build_inference(data, OPTIONS)
                out = tf.negative(out)  # What is fetched stays in float32.
                session.run(tf.global_variables_initializer())
                self.assertEqual({tf.float32}, {variable.dtype.base_dtype
                                                for variable in tf.global_variables()})
                logits[precision] = session.run(out, {images: data.test_images})
        scale = np.abs(logits['float32']).max()
        difference = np.abs(logits['bfloat16'] - logits['float32']).max() / scale
        # bfloat16 has 8 bits, float32 24.
        self.assertGreater(difference, 1e-4)
        self.assertLess(difference, 3e-2)


class BuildingTest(unittest.TestCase):

    def setUp(self):
        contraction.use_wisdom(None)
        self.addCleanup(contraction.use_wisdom, None)

    def test_the_plans_are_those_of_the_library(self):
        self.assertEqual(PLAN_NAMES, PLANS + ('inference',))

    @parameterized.expand(PLANS)
    def test_layers_take_the_plan(self, plan):
        with mock.patch('tensornet.layers.plan_argument.chosen_plan',
                        side_effect=ArithmeticError) as chosen:
            with tf.Graph().as_default(), self.assertRaises(ArithmeticError):
                with building(plan, tf.ConfigProto()):
                    chosen.side_effect = _the_default_plan_is(self, plan)
                    layers.tt(tf.zeros([2, 4]), [2, 2], [2, 2], [1, 2, 1])
        self.assertEqual(1, chosen.call_count)

    def test_measured_under_the_configuration_of_the_run(self):
        lines, config = [], tf.ConfigProto(intra_op_parallelism_threads=1)
        with tf.Graph().as_default() as graph, mock.patch.object(measuring, 'BUDGET', 0.1), \
                mock.patch.object(measuring, 'environment_key',
                                  side_effect=measuring.environment_key) as key:
            with building('measure', config, lines.append):
                self.assertIs(graph, tf.get_default_graph())
                layers.tt(tf.zeros([2, 4]), [2, 2], [2, 2], [1, 2, 1])
            self.assertIsNone(tf.get_default_session())
        self.assertEqual(1, key.call_args[0][1].intra_op_parallelism_threads)
        self.assertEqual(1, len(lines))
        self.assertRegex(lines[0], r'^the network was built in \d+\.\d s, the measuring of plans '
                         'included$')

    @parameterized.expand([(training, convolution) for training in (False, True)
                           for convolution in (False, True)])
    def test_what_is_measured_is_rewritten_too(self, training, convolution):
        require_bfloat16()
        modes, ranks = (4, 4, 4), (1, 4, 4, 1)
        if convolution:
            kind = TT_CONVOLUTION
            plan = contraction.conv_plan(
                contraction.ConvShape(contraction.TTMatrixShape(modes, modes, ranks), (3, 3),
                                      (1, 1), 'SAME', (8, 8)),
                contraction.Setting(10, training, 'float32', contraction.cpu('float32')), 'full')
        else:
            kind = TT_MATRIX
            plan = contraction.chain_plan(modes, modes, ranks, 10, training=training)
        metadata = tf.RunMetadata()
        with tf.Graph().as_default(), \
                tf.Session(config=session_config('bfloat16')) as session:
            operations = kind.operations(plan, *kind.prepare(plan))
            session.run(tf.global_variables_initializer())
            session.run(operations, options=tf.RunOptions(output_partition_graphs=True),
                        run_metadata=metadata)
        types = [tf.as_dtype(node.attr['T'].type) for graph in metadata.partition_graphs
                 for node in graph.node
                 if re.search('MatMul$|Conv2D(Backprop.*)?$', node.op)]
        self.assertEqual({tf.bfloat16}, set(types))

    def test_nothing_is_said_of_plans_that_are_not_measured(self):
        with building('full', tf.ConfigProto(), self.fail):
            self.assertIsNone(tf.get_default_session())


def _the_default_plan_is(test, plan):
    def check(given, own):
        from tensornet.layers.default_plan import chosen_plan
        test.assertEqual(plan, chosen_plan(given, own))
        raise ArithmeticError
    return check


class TrainingTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        digits = load_digits()
        self.data = image_set('digits', digits.train_images[:600], digits.train_labels[:600],
                              digits.test_images, digits.test_labels)
        contraction.use_wisdom(None)
        self.addCleanup(contraction.use_wisdom, None)

    def train(self, log_dir, **options):
        with contextlib.redirect_stdout(io.StringIO()):
            return recipe.train_network(
                self.data, OPTIONS._replace(**options),
                RunOptions(os.path.join(self.folder, log_dir), report=lambda line: None))

    def variables(self, log_dir):
        reader = tf.train.load_checkpoint(
            tf.train.latest_checkpoint(os.path.join(self.folder, log_dir)))
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}

    def test_plans_differ_by_rounding_and_are_recorded(self):
        with mock.patch.object(measuring, 'BUDGET', 0.1):
            results = {plan: self.train(plan, plan=plan, epochs=1) for plan in PLANS}
        auto = self.variables('auto')
        checkpoint = tf.train.latest_checkpoint(os.path.join(self.folder, 'auto'))
        for plan in PLANS:
            self.assertEqual((plan, 'float32'),
                             (results[plan]['plan'], results[plan]['precision']))
            measured = fine_tuning.measure(self.data, OPTIONS._replace(plan=plan), checkpoint)
            self.assertAlmostEqual(results['auto']['test_error'], measured, delta=0.3)
            if IS_TENSORFLOW_1:
                continue  # There the initial values depend on how many operations came before.
            variables = self.variables(plan)
            for name, value in auto.items():
                np.testing.assert_allclose(variables[name], value, rtol=1e-3, atol=1e-3,
                                           err_msg=name)

    def test_a_run_goes_on_with_its_plan_and_precision_alone(self):
        self.train('run', epochs=1)
        for options, message in (
                (dict(plan='full'), 'plan was "auto" and is now "full". Pass --restart'),
                (dict(precision='bfloat16'), 'precision was "float32" and is now "bfloat16"')):
            if IS_TENSORFLOW_1 and 'precision' in options:
                continue
            with self.assertRaisesRegex(WrongLogDirError, message):
                self.train('run', epochs=1, **options)

    def test_the_plan_says_nothing_of_a_dense_network(self):
        results = self.train('run', epochs=1, layer='dense', learning_rate=0.003)
        self.assertNotIn('plan', results)
        self.assertEqual('float32', results['precision'])
        again = self.train('run', epochs=1, layer='dense', learning_rate=0.003, plan='chain')
        self.assertEqual(dict(results, seconds=0), dict(again, seconds=0))

    def test_training_in_bfloat16(self):
        require_bfloat16()
        errors = {}
        for precision in ('float32', 'bfloat16'):
            results = self.train(precision, precision=precision, epochs=10)
            self.assertEqual(precision, results['precision'])
            errors[precision] = results['test_error']
        self.assertLess(errors['bfloat16'], errors['float32'] + 5)
        single, half = self.variables('float32'), self.variables('bfloat16')
        self.assertEqual({name: (value.dtype, value.shape) for name, value in single.items()},
                         {name: (value.dtype, value.shape) for name, value in half.items()})
        self.assertEqual(1, len({value.dtype for name, value in half.items()
                                 if name != 'global_step'}))
        self.assertTrue(any(np.abs(single[name] - half[name]).max() > 1e-4 for name in half))


class EarlierTest(unittest.TestCase):

    def test_what_earlier_runs_do_not_say(self):
        self.assertEqual({'plan': OPTIONS.plan, 'precision': OPTIONS.precision}, EARLIER)
        self.assertEqual({name: getattr(OPTIONS, name) for name in EARLIER_OF_MNIST},
                         EARLIER_OF_MNIST)
