"""Training in a cluster: real processes, which come, go and are killed."""
import os
import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.run_folder import checkpoint_steps
from tests.experiments.clusters import ClusterTest, Killer

MNIST = ['mnist/train.py', '--dataset=digits', '--ranks=2', '--log_dir=run']
CHIEF, WORKER, SERVER = 'worker 0, the chief', 'worker 1', 'parameter server 0'


@unittest.skipIf(os.name == 'nt', 'there are no such signals')
class ClusterRunTest(ClusterTest):

    def test_two_synchronous_workers_end_with_the_numbers_of_one(self):
        # With TensorFlow 1 initial values go with the number of operations before.
        flags = ['--epochs=1', '--batch_size=358', '--plan=chain']
        if tf.__version__.startswith('1'):
            flags += ['--dropout=0', '--shift=0']
        status, out, err = self.run_cluster('--workers=2', '--ps=2', '--', *MNIST, *flags,
                                            '--synchronous')
        self.assertEqual((0, ''), (status, err), out)
        self.assertEqual(['epoch 1/1'], re.findall('^epoch ./.', out, re.MULTILINE))
        self.assertIn('worker 1 joins at step 0 of 4', out)
        status, out, err = self.run_cluster(
            '--workers=1', '--', *MNIST, *flags, '--log_dir=whole')
        self.assertEqual((0, ''), (status, err), out)
        shared, whole = self.variables('run'), self.variables('whole')
        self.assertEqual(sorted(whole), sorted(shared))
        self.assertEqual(4, shared['global_step'])
        for name, value in whole.items():
            if 'Adam' not in name:
                np.testing.assert_allclose(shared[name], value, rtol=0, err_msg=name,
                                           atol=1e-4 * np.abs(value).max())

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
