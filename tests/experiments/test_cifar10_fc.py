"""Runs experiments/cifar10_fc/train.py as a user does, on a few random images."""
import os

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.experiments.bfloat16 import require_bfloat16
from tests.experiments.cifar10_conv_networks import images, write_cifar
from tests.experiments.earlier_runs import copy_at
from tests.script_runner import ScriptTest

SMALL_RUN = ['--data_dir=data', '--hidden_modes=2,2,2,2,2,2', '--ranks=3', '--batch_size=8',
             '--eval_steps=50', '--max_steps=400']


class Cifar10FcTest(ScriptTest):
    script = 'experiments/cifar10_fc/train.py'

    def write_data(self):
        os.makedirs(os.path.join(self.folder, 'data'))
        write_cifar(os.path.join(self.folder, 'data'), images(40, 20))

    def read(self, log_dir, name='results.json'):
        return self.read_json(log_dir, name)


class TrainTest(Cifar10FcTest):

    def test_a_resumed_run_ends_as_a_whole_one(self):
        self.write_data()
        arguments = SMALL_RUN + ['--max_steps=20', '--eval_steps=8', '--checkpoint_seconds=0']
        status, out, err = self.run_script('--log_dir=whole', *arguments)
        self.assertEqual((status, err), (0, ''), out)
        whole = self.read('whole')
        lines = out.splitlines()
        self.assertRegex(lines[0], '^CIFAR-10 with wide and shallow tt layers, log in whole')
        self.assertEqual(lines[-1], f'test accuracy: {whole["test_accuracy"]:.2f}%')
        self.assertEqual((whole['layer'], whole['ranks'], whole['steps']),
                         ('tt', [1, 3, 3, 3, 3, 3, 1], 20))
        # Cores 4*2*3 + 4 * 4*2*9 + 3*2*3 = 330 for 3072 x 64, and 6 more weights in the last core
        # for 64 x 4096.
        self.assertEqual([layer['weights'] for layer in whole['tt_layers']], [330, 336])
        self.assertEqual([layer['compression'] for layer in whole['tt_layers']],
                         [round(3072 * 64 / 330, 2), round(64 * 4096 / 336, 2)])
        self.assertGreater(whole['steps_per_second'], 20 / whole['seconds'])
        history = self.read('whole', 'run.json')['history']
        self.assertEqual([entry['step'] for entry in history], [8, 16, 20])
        self.assert_picture('whole', 'learning_curve.png')

        copy_at(os.path.join(self.folder, 'whole'), 17, os.path.join(self.folder, 'parts'))
        status, out, err = self.run_script('--log_dir=parts', *arguments)
        self.assertEqual((status, err), (0, ''), out)
        self.assertIn('resuming after step 17 of 20 from parts', out)
        times = dict.fromkeys(['seconds', 'steps_per_second'])
        self.assertEqual(dict(self.read('parts'), **times), dict(whole, **times))

    @parameterized.expand([('chain', 'float32'), ('full', 'bfloat16')])
    def test_plan_and_precision(self, plan, precision):
        if precision == 'bfloat16':
            require_bfloat16()
        self.write_data()
        arguments = SMALL_RUN + [f'--plan={plan}', f'--precision={precision}', '--log_dir=run']
        status, out, err = self.run_script(*arguments, '--max_steps=50')
        self.assertEqual((status, err), (0, ''), out)
        status, out, err = self.run_script(*arguments)
        self.assertEqual((status, err), (0, ''), out)
        self.assertIn('resuming after step 50 of 400 from run', out)
        results = self.read('run')
        self.assertEqual((results['plan'], results['precision'], results['steps']),
                         (plan, precision, 400))
        # Forty images are learnt by heart. What is evaluated are averages of float32 weights, in
        # the same precision.
        self.assertGreater(results['train_accuracy'], 90)

    def test_a_time_limit_ends_a_run_that_more_time_continues(self):
        self.write_data()
        arguments = SMALL_RUN + ['--log_dir=run', '--max_steps=1000000']
        status, out, err = self.run_script('--minutes=0.05', *arguments)
        self.assertEqual(status, 0, err)
        first = self.read('run')
        self.assertLess(first['steps'], 1000000)
        self.assertGreaterEqual(first['seconds'], 3)
        self.assertEqual(self.read('run', 'run.json')['history'][-1]['step'], first['steps'])

        status, out, err = self.run_script('--minutes=0.05', *arguments)
        self.assertEqual(status, 0, err)
        self.assertEqual(self.read('run')['steps'], first['steps'])
        self.assertEqual(self.read('run')['test_accuracy'], first['test_accuracy'])

        longer = f'--max_steps={first["steps"] + 5}'
        status, out, err = self.run_script(*(arguments + [longer]))
        self.assertEqual(status, 0, err)
        self.assertEqual(self.read('run')['steps'], first['steps'] + 5)

        status, out, err = self.run_script(*(arguments + ['--max_steps=1']))
        self.assertEqual(status, 1)
        self.assertRegex(err, r'^error: --log_dir=run holds a run of \d+ steps already, more than '
                         'the 1 asked for.*--restart')

    def test_divergence_keeps_the_last_good_checkpoint(self):
        self.write_data()
        status, _, err = self.run_script('--log_dir=run', '--learning_rate=1e30', *SMALL_RUN)
        self.assertEqual(status, 1)
        self.assertRegex(err, r'^error: the (loss is|weights are not).* checkpoint of step \d+ in '
                         'run is the last good one. A lower learning rate may help')
        self.assertEqual(len(err.splitlines()), 1)
        checkpoint = tf.train.load_checkpoint(os.path.join(self.folder, 'run'))
        for name in checkpoint.get_variable_to_shape_map():
            self.assertTrue(np.isfinite(checkpoint.get_tensor(name)).all(), name)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'run', 'results.json')))

    def test_damaged_data(self):
        os.makedirs(os.path.join(self.folder, 'data'))
        with open(os.path.join(self.folder, 'data', 'cifar.npz'), 'w') as file:
            file.write('<html>')
        status, _, err = self.run_script('--data_dir=data')
        self.assertEqual(status, 1)
        self.assertRegex(err, r'^error: data/cifar\.npz: expected an archive of NumPy arrays')
        self.assertEqual(len(err.splitlines()), 1)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))

    def test_missing_data(self):
        status, _, err = self.run_script('--data_dir=nowhere')
        self.assertEqual(status, 1)
        self.assertRegex(err.splitlines()[-1], '^error: cifar10: looked for cifar.npz in '
                         'nowhere/cifar-10 and nowhere, and .*pass --data_dir')
        self.assertNotIn('Traceback', err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))

    def test_a_batch_larger_than_the_training_set(self):
        self.write_data()
        status, _, err = self.run_script('--data_dir=data', '--batch_size=41')
        self.assertEqual(status, 1)
        self.assertRegex(err, '^error: flag --batch_size=41: expected at most 40')


class FlagsTest(Cifar10FcTest):

    @parameterized.expand([
        ('--layer=conv', r'--layer=conv: value should be one of <tt\|dense>'),
        ('--hidden_modes=8,8', '--hidden_modes=.*expected 6 modes'),
        ('--hidden_modes=8,8,8,8,8,0', '--hidden_modes=.*expected comma-separated positive'),
        ('--ranks=0', '--ranks=0'),
        ('--max_steps=0', '--max_steps=0'),
        ('--eval_steps=0', '--eval_steps=0'),
        ('--minutes=0', '--minutes=0.*expected a positive number'),
        ('--minutes=nan', '--minutes=nan.*expected a positive number'),
        ('--learning_rate=-1', '--learning_rate=-1.*expected a positive number'),
        ('--log_dir=', '--log_dir=.*expected the name of a folder'),
        ('--epochs=3', "flag 'epochs'"),
        ('8', "unexpected argument '8'"),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_help_shows_the_flags_in_groups(self):
        self.assert_help(['Network:', 'Data:', 'Training:', 'Computation:',
                          'Several machines:'], [
            '--layer', '--hidden_modes', '--ranks', '--data_dir', '--max_steps', '--eval_steps',
            '--minutes', '--batch_size', '--learning_rate', '--seed', '--log_dir', '--restart',
            '--checkpoint_seconds',
            '--plan', '--precision', '--ps_hosts', '--worker_hosts', '--job_name',
            '--task_index', '--synchronous', '--wait_seconds'])
