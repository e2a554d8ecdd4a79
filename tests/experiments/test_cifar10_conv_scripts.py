"""Runs the scripts in experiments/cifar10_conv as a user does."""
import os
from unittest import mock

from parameterized import parameterized

from tests.experiments.bfloat16 import require_bfloat16
from tests.experiments.cifar10_conv_networks import OLD_FILE, images, write, write_cifar
from tests.script_runner import ScriptTest

TRAINING = ['--epochs', '--batch_size', '--learning_rate', '--seed', '--log_dir', '--restart',
            '--checkpoint_seconds', '--schedule', '--warm_up', '--first_factor', '--last_factor',
            '--momentum', '--initializer', '--weight_decay', '--num_gpus']
COMPUTATION = ['--plan', '--precision']
CLUSTER = ['--ps_hosts', '--worker_hosts', '--job_name', '--task_index', '--synchronous',
           '--wait_seconds']
NETS = ('TT-conv, TT-conv-TT-fc, TT-conv-TT-fc-10, TT-conv-TT-fc-balanced, '
        'TT-conv-TT-fc-two-cores, TT-conv-TT-fc-useful, TT-conv-fc, TT-conv-naive, conv, '
        'conv-TT-fc, conv-fc$')
NETWORK = ['--net_module', '--net_options', '--data_dir']


class ScriptsTest(ScriptTest):

    def run_script(self, name, *arguments):
        self.script = os.path.join('experiments', 'cifar10_conv', name)
        return super().run_script(*arguments)

    def check_run(self, name, *arguments):
        """Returns the lines of a run that ends well."""
        status, out, err = self.run_script(name, *arguments)
        self.assertEqual((status, err), (0, ''), out)
        return out.splitlines()

    def test_training_evaluation_and_training_with_pretrained_convolutions(self):
        write_cifar(self.folder, images())
        network = write(self.folder, 'net.py', OLD_FILE)
        common = ['--net_module=net.py', '--data_dir=.']
        training = common + ['--epochs=2', '--batch_size=20']
        lines = self.check_run('train.py', '--log_dir=run', '--schedule=one_cycle', *training)
        self.assertRegex(lines[0], '^CIFAR-10, network net.py, 2 epochs, log in run; loading')
        self.assertRegex(lines[1], '^net: 682 parameters; 2 epochs of 3 steps, learning rate 0.05$')
        self.assertRegex(lines[-1], r'^test accuracy: \d+\.\d\d%$')
        for file in ('results.json', 'learning_curve.png', 'checkpoint'):
            self.assertIn(file, os.listdir(os.path.join(self.folder, 'run')))

        evaluated = self.check_run('eval.py', '--log_dir=run', *common)
        self.assertEqual(evaluated[-1], lines[-1])

        os.rename(network, os.path.join(self.folder, 'renamed.py'))
        training[0] = '--net_module=renamed.py'
        lines = self.check_run('train_with_pretrained_convs.py', '--log_dir=retrained',
                               '--convs_from=run', '--net_options={"ranks": [1, 2, 1]}', *training)
        self.assertRegex(lines[0], '^CIFAR-10, network renamed.py with the convolutions of run, ')
        self.assertRegex(lines[-1], r'^test accuracy: \d+\.\d\d%$')

    @parameterized.expand([('full', 'float32'), ('chain', 'bfloat16')])
    def test_plan_and_precision(self, plan, precision):
        if precision == 'bfloat16':
            require_bfloat16()
        write_cifar(self.folder, images())
        write(self.folder, 'net.py', OLD_FILE)
        common = ['--net_module=net.py', '--data_dir=.', f'--plan={plan}',
                  f'--precision={precision}']
        training = ['--epochs=2', '--batch_size=20', '--log_dir=run'] + common
        lines = self.check_run('train.py', *training)
        results = self.read_json('run', 'results.json')
        self.assertEqual((results['plan'], results['precision']), (plan, precision))
        self.assertEqual(lines[-1], self.check_run('eval.py', '--log_dir=run', *common)[-1])
        # The checkpoint is one of float32, whatever it was trained in.
        evaluated = self.check_run('eval.py', '--log_dir=run', *common[:2])
        self.assertRegex(evaluated[-1], r'^test accuracy: \d+\.\d\d%$')

    def test_bfloat16_where_there_is_none(self):
        write_cifar(self.folder, images())
        write(self.folder, 'net.py', OLD_FILE)
        for script, *more in (('train.py',), ('eval.py', '--checkpoint=x'),
                              ('train_with_pretrained_convs.py', '--convs_from=x')):
            with mock.patch.dict(os.environ, TF_ENABLE_ONEDNN_OPTS='0'):
                status, _, err = self.run_script(script, '--net_module=net.py', '--data_dir=.',
                                                 '--precision=bfloat16', *more)
            self.assertEqual(status, 1)
            self.assertRegex(err, '^error: --precision=bfloat16: TensorFlow .*')
            self.assertEqual(len(err.splitlines()), 1)
        # Keras writes the last when it is loaded.
        self.assertLessEqual(set(os.listdir(self.folder)), {'cifar.npz', 'net.py', 'keras.json'})

    @parameterized.expand([
        ('train.py', ['Network:', 'Data:', 'Training:', 'Computation:', 'Several machines:'],
         NETWORK + TRAINING + COMPUTATION + CLUSTER),
        ('train_with_pretrained_convs.py',
         ['Network:', 'Data:', 'Training:', 'Computation:', 'Several machines:',
          'Pretrained convolutions:'],
         NETWORK + TRAINING + COMPUTATION + CLUSTER + ['--convs_from', '--convs', '--train_convs']),
        ('eval.py', ['Network:', 'Data:', 'Checkpoint:', 'Computation:'],
         NETWORK + ['--log_dir', '--checkpoint', '--weights'] + COMPUTATION),
    ])
    def test_help_shows_the_flags_in_groups(self, script, titles, names):
        status, out, _ = self.run_script(script, '--help')
        self.assertEqual(status, 0)
        lines = out.splitlines()
        self.assertEqual([line for line in lines if line.endswith(':')], titles)
        self.assertEqual([line.split(':')[0].strip() for line in lines if line.startswith('  --')],
                         names)

    @parameterized.expand([
        ('train.py', [], 2, '--net_module=None: expected a network file, or one of ' + NETS),
        ('train.py', ['--net_module=conv-fcc'], 2,
         '--net_module=conv-fcc: no such file; pass the path of a network file, or one of ' + NETS),
        ('eval.py', ['--net_module=nets', '--checkpoint=x'], 2,
         '--net_module=nets: no such file; .* ' + NETS),
        ('train.py', ['--net_module=conv', '--net_options=3'], 2,
         '--net_options=3: expected a JSON object'),
        ('train.py', ['--net_module=conv', '--num_gpus=3'], 2,
         '--batch_size to be a multiple of --num_gpus'),
        ('train.py', ['--net_module=conv', '--learning_rate=0'], 2, 'expected a positive number'),
        ('train.py', ['--net_module=conv', '--schedule=flat'], 2, '--schedule=flat'),
        ('train.py', ['--net_module=conv', '--plan=fast'], 2, '--plan=fast'),
        ('train.py', ['--net_module=conv', '--initializer=lecun'], 2, '--initializer=lecun'),
        ('train.py', ['--net_module=conv', '--weight_decay=-1'], 2, '--weight_decay=-1'),
        ('train.py', ['--net_module=conv', '--weight_decay=inf'], 2, 'expected a finite number'),
        ('train.py', ['--net_module=conv', '--momentum=nan'], 2, '--momentum=nan: expected a '
         'number'),
        ('train.py', ['--net_module=conv', '--schedule=one_cycle', '--warm_up=1.5'], 2,
         '--warm_up=1.5'),
        ('train.py', ['--net_module=conv', '--warm_up=0.5', '--last_factor=0.1'], 2,
         '--warm_up, --last_factor: only with --schedule=one_cycle'),
        ('eval.py', ['--net_module=conv', '--checkpoint=x', '--precision=float16'], 2,
         '--precision=float16'),
        ('train.py', ['--net_module=conv', '--net_options={"rank": 3}'], 1,
         "conv.py: `opts` has no entry 'rank'; it has 'learning_rate'"),
        ('train.py', ['--net_module=conv', '--data_dir=.'], 1, 'cifar10: .*--data_dir'),
        ('train_with_pretrained_convs.py', ['--net_module=conv'], 2,
         '--convs_from is needed, see --help'),
        ('train_with_pretrained_convs.py',
         ['--net_module=conv', '--convs_from=x', '--convs=('], 2, 'expected a regular expression'),
        ('train_with_pretrained_convs.py', ['--net_module=conv', '--convs_from=x'], 1,
         'no checkpoint to start from: x: there is no checkpoint of that name'),
        ('eval.py', ['--net_module=conv', '--checkpoint=x', '--weights=best'], 2, '--weights=best'),
        ('eval.py', ['--net_module=conv', '--log_dir=x'], 2,
         '--log_dir=x: there is no such folder$'),
    ])
    def test_an_error_is_one_line(self, script, arguments, status, message):
        got, _, err = self.run_script(script, *arguments)
        self.assertEqual(got, status)
        self.assertRegex(err, '^error: .*' + message)
        self.assertEqual(len(err.splitlines()), 1)
        self.assertNotIn('logs', os.listdir(self.folder))
