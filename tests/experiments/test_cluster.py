"""Training in a cluster: real processes, which come, go and are killed."""
import contextlib
import os
import re
import signal
import socket
import sys
import unittest

import numpy as np
from parameterized import parameterized

from experiments.cluster.addresses import free_ports
from experiments.cluster.local_processes import LocalProcesses
from experiments.cluster.specification import PS
from experiments.cluster.specification import WORKER as WORKER_JOB
from experiments.common.run_folder import checkpoint_steps
from tests import prepared_python
from tests.experiments.cifar10_conv_networks import SMALL_FILE, images, write, write_cifar
from tests.experiments.clusters import SECONDS, ClusterTest, Killer
from tests.experiments.earlier_runs import copy_at
from tests.script_runner import ROOT, ScriptTest

CIFAR = ['--net_module=net.py', '--epochs=2', '--batch_size=20', '--log_dir=run', '--synchronous']
MNIST = ['mnist/train.py', '--dataset=digits', '--ranks=2', '--log_dir=run']
# Ends by a signal where it is to restart, as if it were killed.
RESTARTED = '''
import os
import signal
import sys

from absl import flags

flags.DEFINE_boolean('restart', False, '')
flags.FLAGS(sys.argv)
if flags.FLAGS.restart and '"worker"' in os.environ['TF_CONFIG'].split('"task"')[1]:
    os.kill(os.getpid(), signal.SIGKILL)
'''
CHIEF, WORKER, SERVER = 'worker 0, the chief', 'worker 1', 'parameter server 0'


def write_images(folder, changed=0):
    """Writes a file of random images, some of which can be changed, in the form of CIFAR-10."""
    data = images()
    data.train_images[:changed] = 0
    write_cifar(folder, data)


@unittest.skipIf(os.name == 'nt', 'there are no such signals')
class ClusterRunTest(ClusterTest):

    def test_two_synchronous_workers_end_with_the_numbers_of_one(self):
        flags = ['--epochs=1', '--batch_size=180', '--checkpoint_seconds=0']
        whole = prepared_python.Popen(
            [sys.executable, os.path.join(ROOT, 'experiments', *MNIST[0].split('/'))] + MNIST[1:]
            + flags + ['--log_dir=whole'], cwd=self.folder, stdout=prepared_python.PIPE,
            universal_newlines=True)
        out, _ = whole.communicate(timeout=SECONDS)
        self.assertEqual(0, whole.returncode, out)
        # Initial values would differ: with TensorFlow 1 they go with the operations before.
        copy_at(os.path.join(self.folder, 'whole'), 4, os.path.join(self.folder, 'run'), workers=2,
                synchronous=True)
        status, out, err = self.run_cluster('--workers=2', '--ps=2', '--', *MNIST, *flags,
                                            '--synchronous')
        self.assertEqual((0, ''), (status, err), out)
        self.assertIn('resuming after step 4 of 7', out)
        self.assertIn('worker 1 joins at step 4 of 7', out)
        self.assertEqual(['epoch 1/1'], re.findall('^epoch ./.', out, re.MULTILINE))
        shared, whole = self.variables('run'), self.variables('whole')
        self.assertEqual(sorted(whole), sorted(shared))
        self.assertEqual(7, shared['global_step'])
        for name, value in whole.items():
            np.testing.assert_allclose(shared[name], value, rtol=0, err_msg=name,
                                       atol=1e-3 * np.abs(value).max())

    def test_killed_processes_come_back_and_the_job_ends(self):
        process = self.start_cluster(
            '--workers=2', '--', *MNIST, '--epochs=10', '--batch_size=200', '--synchronous',
            '--checkpoint_seconds=0')
        killer = Killer(process)
        for epoch, name in ((1, WORKER), (3, SERVER), (5, CHIEF), (7, SERVER)):
            killer.read_until(f'^epoch {epoch}/10 ')
            killer.kill(name)
        killer.read_until('^epoch 10/10 ')
        out, err = process.communicate()
        self.assertEqual((0, ''), (process.returncode, err), ''.join(killer.lines) + out)
        self.assertRegex(out, r'test error: \d+\.\d\d%')
        record = self.record('run')
        self.assertEqual([7 * epoch for epoch in range(1, 11)],
                         [entry['step'] for entry in record['history']])
        self.assertEqual(70, checkpoint_steps(os.path.join(self.folder, 'run'))[-1])

    def test_convolutions_with_statistics_that_only_the_chief_moves(self):
        write_images(self.folder)
        write(self.folder, 'net.py', SMALL_FILE)
        status, out, err = self.run_cluster(
            '--workers=2', '--', 'cifar10_conv/train.py', '--data_dir=.', *CIFAR)
        self.assertEqual((0, ''), (status, err), out)
        self.assertRegex(out, r'test accuracy: \d+\.\d\d%')
        self.assertEqual(6, self.record('run')['history'][-1]['step'])
        variables = self.variables('run')
        self.assertEqual(6, variables['global_step'])
        # Two workers that moved them would have made twelve updates.
        self.assertEqual(6, variables['inference/bn1.1/local_step'])
        self.assertGreater(np.abs(variables['inference/bn1.1/moving_mean']).min(), 0)

    def test_an_interrupted_cluster_has_saved(self):
        process = self.start_cluster('--workers=2', '--', *MNIST, '--batch_size=200',
                                     '--synchronous', '--epochs=1000')
        reader = Killer(process)
        reader.read_until('^epoch 1/1000 ')
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        self.assertEqual((128 + signal.SIGINT, ''), (process.returncode, err), out)
        step, = re.findall(r'interrupted after step (\d+) of 7000; a checkpoint is in run', out)
        self.assertEqual(int(step), self.variables('run')['global_step'])
        self.assert_ended(reader.pids)

    def test_an_interrupt_that_the_process_ignores_stays_ignored(self):
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.SIG_IGN))
        with LocalProcesses({PS: [], WORKER_JOB: ['127.0.0.1:1']},
                            ['-c', 'import time; time.sleep(600)'], 0, False, lambda line: None):
            self.assertEqual(signal.SIG_IGN, signal.getsignal(signal.SIGINT))
        self.assertEqual(signal.SIG_IGN, signal.getsignal(signal.SIGINT))

    def test_an_interrupted_worker_ends_at_once(self):
        process = self.start_cluster('--workers=2', '--', *MNIST, '--batch_size=200',
                                     '--synchronous', '--epochs=1000')
        reader = Killer(process)
        reader.read_until('^epoch 1/1000 ')
        os.kill(reader.pids[WORKER], signal.SIGINT)
        reader.read_until('^interrupted$')
        out, err = process.communicate()
        self.assertEqual((128 + signal.SIGINT, ''), (process.returncode, err), out)
        self.assert_ended(reader.pids)

    def assert_ended(self, pids):
        for name, pid in pids.items():
            with self.assertRaises(ProcessLookupError, msg=name):
                os.kill(pid, 0)


@unittest.skipIf(os.name == 'nt', 'there are no such signals')
class StartedAgainTest(ClusterTest):

    @parameterized.expand(['--restart', '--restart=1', '--restart=True', '-restart'])
    def test_a_process_that_is_started_again_goes_on(self, argument):
        write(self.folder, 'restarted.py', RESTARTED)
        status, out, err = self.run_cluster('--workers=1', '--restarts=1', '--', 'restarted.py',
                                            argument)
        self.assertEqual((0, ''), (status, err), out)
        self.assertEqual(1, out.count(f'{CHIEF} was ended by signal 9 and is started again'), out)


class ScriptToRunTest(ScriptTest):
    script = 'experiments/local_cluster.py'

    @parameterized.expand([
        ('no_script.py', 'there is no script no_script.py, neither here nor in .*experiments'),
        ('mnist', 'there is no script mnist'),
        # Each process would do all of the work, and write the same files.
        ('vgg/tables.py', 'vgg/tables.py does not run in a cluster; these scripts do: '
         '.*cifar10_fc/train.py, mnist/train.py'),
    ])
    def test_one_that_has_no_part_is_refused(self, name, message):
        status, out, err = self.run_script('--', name)
        self.assertEqual((2, ''), (status, out))
        self.assertRegex(err, f'^error: {message}.*\n$')


class MessagesTest(ScriptTest):
    """What a process says, in one line, of a cluster in which it cannot do its part."""
    script = 'experiments/mnist/train.py'

    def setUp(self):
        super().setUp()
        self.hosts = [f'127.0.0.1:{port}' for port in free_ports(3)]

    def place(self, job, index, script=tuple(MNIST[1:]), **flags):
        """The flags of a process of one server and two workers, behind those of the script."""
        flags = dict({'ps_hosts': self.hosts[0], 'worker_hosts': ','.join(self.hosts[1:]),
                      'job_name': job, 'task_index': index, 'wait_seconds': 1}, **flags)
        return [*script] + [f'--{name}={value}' for name, value in flags.items()]

    def assert_fails(self, message, arguments, status=1):
        got, _, err = self.run_script(*arguments)
        self.assertEqual(status, got, err)
        self.assertRegex(err, f'^error: .*{message}.*\n$')
        self.assertEqual(1, len(err.splitlines()), err)

    def test_a_port_in_use(self):
        with contextlib.closing(socket.socket()) as taken:
            host, port = self.hosts[1].split(':')
            taken.bind((host, int(port)))
            taken.listen(1)
            self.assert_fails(f'worker 0, the chief: port {port} cannot be used .*; end the '
                              'process that has it, or choose another', self.place('worker', 0))

    def test_an_unknown_host(self):
        self.assert_fails('no.such.host.invalid is not known here', self.place(
            'worker', 1, ps_hosts='no.such.host.invalid:7'))

    def test_flags_that_do_not_go_together(self):
        self.assert_fails('expected all of --ps_hosts, --worker_hosts and --job_name, or none',
                          MNIST[1:] + ['--job_name=ps'], status=2)
        self.assert_fails('worker 2, but the cluster has 2 of them', self.place('worker', 2))
        self.assert_fails('--batch_size=7: expected a multiple of 2, the number of workers',
                          self.place('worker', 0, batch_size=7, synchronous='true'))

    def test_a_folder_that_cannot_be_written_to(self):
        with open(os.path.join(self.folder, 'file'), 'w'):
            pass
        self.assert_fails('flag --log_dir=file/run.*is a file', self.place(
            'worker', 0, log_dir='file/run'), status=2)

    def test_a_server_that_never_comes(self):
        self.assert_fails(f'parameter server 0 has been out of reach at {self.hosts[0]} for 1 s; '
                          'see that it runs there', self.place('worker', 1))

    def test_a_worker_that_never_comes(self):
        server = self.start(*self.place('ps', 0, wait_seconds=SECONDS))
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        self.assertRegex(server.stdout.readline(), '^parameter server 0 serves at ')
        self.assert_fails(f'worker 1 has been out of reach at {self.hosts[2]} for 1 s',
                          self.place('worker', 0, synchronous='true'))

    def test_a_worker_of_other_settings_or_data(self):
        self.script = 'experiments/cifar10_conv/train.py'
        write(self.folder, 'net.py', SMALL_FILE)
        for name, changed in (('same', 0), ('other', 1)):
            os.mkdir(os.path.join(self.folder, name))
            write_images(os.path.join(self.folder, name), changed)
        for job in ('ps', 'worker'):
            process = self.start(*self.place(job, 0, CIFAR, data_dir='same', wait_seconds=SECONDS))
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
        self.assert_fails(
            r'worker 1 was started with other settings than the chief: data_checksum is \d+ here '
            r'and \d+ there; epochs is 3 here and 2 there. Pass the same flags to all processes, '
            'and the same data', self.place('worker', 1, CIFAR, data_dir='other', epochs=3,
                                            wait_seconds=SECONDS))

    def test_another_server_than_the_order_says(self):
        first, second = self.hosts[0], f'127.0.0.1:{free_ports(1)[0]}'
        server = self.start(*self.place('ps', 1, ps_hosts=f'{first},{second}',
                                        wait_seconds=SECONDS))
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        self.assertRegex(server.stdout.readline(), '^parameter server 1 serves at ')
        self.assert_fails(f'worker 1: at one of the addresses {second} is another parameter server '
                          'than their order says; pass the same ones in the same order',
                          self.place('worker', 1, ps_hosts=second, wait_seconds=SECONDS))
