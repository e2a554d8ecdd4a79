"""Runs experiments/mnist/train.py as a user does."""
import json
import os
import re
from unittest import mock

from parameterized import parameterized

from experiments.common.mnist_files import FILES
from tests.experiments.earlier_runs import copy_at
from tests.experiments.mnist_data import write_mnist
from tests.script_runner import ScriptTest

SMALL_RUN = ['--epochs=10', '--ranks=2', '--checkpoint_seconds=0']


class MnistTest(ScriptTest):
    script = 'experiments/mnist/train.py'


class TrainTest(MnistTest):

    def results(self, log_dir):
        return self.read_json(log_dir, 'results.json')

    def test_auto_falls_back_to_the_digits_and_a_resumed_run_ends_the_same(self):
        status, out, err = self.run_script('--data_dir=nowhere', '--log_dir=whole', *SMALL_RUN)
        self.assertEqual(status, 0, err)
        lines = out.splitlines()
        self.assertRegex(lines[0], '^MNIST network with a TT-layer 1024')
        self.assertEqual(
            len([line for line in lines if 'EMBEDDED DIGITS INSTEAD OF MNIST' in line]), 1)
        whole = self.results('whole')
        self.assertEqual(lines[-1], f'test error: {whole["test_error"]:.2f}%')
        self.assertEqual(whole['dataset'], 'digits')
        self.assertEqual((whole['epochs'], whole['steps']), (10, 140))
        self.assertEqual((whole['parameters'], whole['dense_parameters']), (11850, 1059850))
        self.assertEqual((whole['plan'], whole['precision']), ('auto', 'float32'))
        # Chance is at 90 %.
        self.assertLess(whole['test_error'], 40)
        self.assert_picture('whole', 'learning_curve.png')

        copy_at(os.path.join(self.folder, 'whole'), 137, os.path.join(self.folder, 'parts'))
        status, out, err = self.run_script('--dataset=digits', '--log_dir=parts', *SMALL_RUN)
        self.assertEqual((status, err), (0, ''), out)
        self.assertIn('resuming after step 137 of 140 from parts', out)
        self.assertEqual(dict(self.results('parts'), seconds=0), dict(whole, seconds=0))

        # Whoever only looks at a complete run has not trained it.
        record = dict(self.read_json('parts', 'run.json'), tensorflow='1.0')
        with open(os.path.join(self.folder, 'parts', 'run.json'), 'w') as file:
            json.dump(record, file)
        status, out, err = self.run_script('--dataset=digits', '--log_dir=parts', *SMALL_RUN)
        self.assertEqual((status, err), (0, ''), out)
        self.assertEqual('1.0', self.results('parts')['tensorflow'])

    def test_restart_trains_again(self):
        arguments = ['--dataset=digits', '--log_dir=run', '--epochs=1', '--ranks=2']
        status, out, err = self.run_script(*arguments)
        self.assertEqual(status, 0, err)
        first = self.results('run')
        with open(os.path.join(self.folder, 'run', 'notes.txt'), 'w') as file:
            file.write('mine')

        status, out, err = self.run_script('--restart', *arguments)
        self.assertEqual(status, 0, err)
        self.assertNotRegex(out, 'resuming|is complete')
        self.assertEqual(out.count('epoch 1/1'), 1)
        self.assertEqual(dict(self.results('run'), seconds=0), dict(first, seconds=0))
        self.assertEqual([entry['step'] for entry in self.read_json('run', 'run.json')['history']],
                         [14])
        self.assertIn('notes.txt', os.listdir(os.path.join(self.folder, 'run')))

    def test_measured_plans_are_remembered_where_the_environment_says(self):
        with mock.patch.dict(os.environ, TENSORNET_WISDOM='wisdom.json'):
            for log_dir in ('first', 'second'):
                status, out, err = self.run_script(
                    '--dataset=digits', '--plan=measure', '--epochs=1', '--ranks=2',
                    f'--log_dir={log_dir}')
                self.assertEqual(status, 0, err)
                self.assertEqual(len(re.findall('the network was built in .* s, the measuring of '
                                                'plans included\n', out)), 1)
                layers, = self.read_json('wisdom.json')['machines'].values()
                # The networks that are trained and evaluated have the same layer.
                self.assertEqual(len(layers), 1)
        self.assertEqual(self.results('second')['plan'], 'measure')
        # The times are remembered, so nothing is measured any more and the plan is the same.
        self.assertNotIn('tensornet: measured', err)
        self.assertEqual(dict(self.results('first'), seconds=0),
                         dict(self.results('second'), seconds=0))

    def test_bfloat16_where_there_is_none(self):
        with mock.patch.dict(os.environ, TF_ENABLE_ONEDNN_OPTS='0'):
            status, _, err = self.run_script('--dataset=digits', '--precision=bfloat16')
        self.assertEqual(status, 1)
        self.assertRegex(err, '^error: --precision=bfloat16: TensorFlow .*--precision=float32')
        self.assertEqual(len(err.splitlines()), 1)
        # Keras writes it when it is loaded.
        self.assertLessEqual(set(os.listdir(self.folder)), {'keras.json'})

    def test_a_damaged_file_is_an_error(self):
        write_mnist(os.path.join(self.folder, 'data'))
        with open(os.path.join(self.folder, 'data', FILES[1]), 'wb') as file:
            file.write(b'<html>')
        status, _, err = self.run_script('--data_dir=data')
        self.assertEqual(status, 1)
        self.assertRegex(err, f'^error: data/{FILES[1]}: expected an IDX file of unsigned bytes')
        self.assertEqual(len(err.splitlines()), 1)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))

    def test_a_missing_data_set_is_an_error(self):
        status, out, err = self.run_script('--dataset=fashion_mnist', '--data_dir=nowhere')
        self.assertEqual(status, 1)
        self.assertRegex(
            err.splitlines()[-1],
            'error: fashion_mnist: looked for train-images-idx3-ubyte, .* in '
            'nowhere/fashion_mnist and nowhere, and tf.keras.datasets could not provide it '
            '.*pass --data_dir')
        self.assertNotIn('Traceback', err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))


class FlagsTest(MnistTest):

    @parameterized.expand([
        ('--layer=conv', r'--layer=conv: value should be one of <tt\|dense>'),
        ('--plan=fast', r'--plan=fast: value should be one of <auto\|chain\|full\|measure>'),
        ('--precision=float16', r'--precision=float16: value should be one of <float32\|bfloat16>'),
        ('--dataset=cifar', '--dataset=cifar: value should be one of'),
        ('--epochs=0', '--epochs=0'),
        ('--epochs=many', '--epochs=many'),
        ('--batch_size=-1', '--batch_size=-1'),
        ('--learning_rate=0', '--learning_rate=0.*expected a positive number'),
        ('--learning_rate=nan', '--learning_rate=nan.*expected a positive number'),
        ('--seed=-1', '--seed=-1'),
        ('--dropout=1', '--dropout=.*expected a number from 0 to less than 1'),
        ('--label_smoothing=-0.1', '--label_smoothing=.*expected a number from 0 to less than 1'),
        ('--log_dir=', '--log_dir=.*expected the name of a folder'),
        ('--inp_modes=4,8,8', '--inp_modes=.*expected modes that multiply to 1024'),
        ('--out_modes=4,8,8,5', '--out_modes=.*expected modes that multiply to 1024'),
        ('--out_modes=32,32', '--out_modes with as many modes as --inp_modes'),
        ('--ranks=x', '--ranks=x: expected comma-separated positive integers'),
        ('--ranks=0', '--ranks=0: expected comma-separated positive integers'),
        ('--ranks=1,8,1', '--ranks to be one number, or one more than there are modes'),
        ('--ranks=2,8,8,8,1', '--ranks to be one number, .*the first and the last 1'),
        ('--rank=8', "flag 'rank'"),
        ('8', "unexpected argument '8'"),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_help_shows_the_flags_in_groups(self):
        self.assert_help(['Network:', 'Data:', 'Training:', 'Computation:',
                          'Several machines:'], [
            '--layer', '--inp_modes', '--out_modes', '--ranks', '--dataset', '--data_dir',
            '--epochs', '--batch_size', '--learning_rate', '--seed', '--log_dir', '--restart',
            '--checkpoint_seconds',
            '--initializer', '--dropout', '--label_smoothing', '--shift', '--plan',
            '--precision', '--ps_hosts', '--worker_hosts', '--job_name',
            '--task_index', '--synchronous', '--wait_seconds'])
