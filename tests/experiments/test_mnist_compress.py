"""Runs experiments/mnist/compress.py as a user does, on a few digits' epochs."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from parameterized import parameterized

from experiments.mnist import compression_report

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, 'experiments', 'mnist', 'compress.py')
SMALL_RUN = ['--dataset=digits', '--epochs=2', '--fine_tuning_epochs=3', '--ranks=4', '--eps=0.95',
             '--log_dir=run']


class CompressTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.remove_folder = folder.cleanup
        cls.folder = folder.name
        cls.status, cls.out, cls.err = cls.run_script(*SMALL_RUN)
        if cls.status == 0:
            with open(os.path.join(cls.folder, 'run', 'compression.json')) as file:
                cls.results = json.load(file)

    @classmethod
    def tearDownClass(cls):
        cls.remove_folder()

    @classmethod
    def run_script(cls, *arguments):
        """Returns the exit status and what was printed to stdout and stderr."""
        process = subprocess.Popen(
            [sys.executable, SCRIPT] + list(arguments), cwd=cls.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def test_every_target_is_converted_fine_tuned_and_trained_from_scratch(self):
        self.assertEqual(0, self.status, self.err)
        rank, eps = self.results['compressed']
        self.assertEqual(['rank 4', 'eps 0.95'], [rank['name'], eps['name']])
        self.assertEqual([1, 4, 4, 4, 1], rank['ranks'])
        self.assertEqual(64 + 64 * 16 * 2 + 64, rank['parameters'])
        self.assertEqual(1024**2 / rank['parameters'], rank['compression'])
        self.assertLessEqual(eps['relative_error'], 0.95)
        for entry in (rank, eps):
            # A fifth of the digits are tests; a classifier that guesses errs on 90 %.
            self.assertLess(entry['fine_tuned_error'], 40)
            self.assertLess(entry['from_scratch_error'], 40)
            self.assertLess(entry['fine_tuned_error'], entry['converted_error'])
            self.assertAlmostEqual(
                entry['fine_tuned_error'] - self.results['dense']['test_error'],
                entry['above_dense'], places=3)
        self.assertLess(self.results['dense']['test_error'], 20)

    def test_table_and_plot(self):
        with open(os.path.join(self.folder, 'run', 'compression.md')) as file:
            text = file.read()
        self.assertIn(text, self.out)
        self.assertEqual(compression_report.table(self.results), text)
        rows = [line.split(' | ') for line in text.splitlines() if line.startswith('| ')]
        self.assertEqual(4, len(rows))
        self.assertEqual('%.2f' % self.results['compressed'][0]['fine_tuned_error'], rows[2][6])
        with open(os.path.join(self.folder, 'run', 'compression.png'), 'rb') as file:
            self.assertEqual(b'\x89PNG', file.read(4))

    def test_the_same_command_repeats_nothing(self):
        status, out, err = self.run_script(*SMALL_RUN)
        self.assertEqual(0, status, err)
        self.assertNotIn('epoch 1/', out)
        with open(os.path.join(self.folder, 'run', 'compression.json')) as file:
            self.assertEqual(self.results, json.load(file))

    @parameterized.expand([
        ('--eps=1', '--eps=.*expected comma-separated numbers from 0 to less than 1'),
        ('--eps=x', '--eps=.*expected comma-separated numbers'),
        ('--ranks=0', '--ranks=0: expected comma-separated positive integers'),
        ('--inp_modes=4,8,8', '--inp_modes=.*expected modes that multiply to 1024'),
        ('--fine_tuning_epochs=0', '--fine_tuning_epochs=0'),
        ('--dense_learning_rate=nan', '--dense_learning_rate=nan.*expected a positive number'),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        status, _, err = self.run_script(argument)
        self.assertEqual(2, status)
        self.assertRegex(err, '^error: .*' + message)


if __name__ == '__main__':
    unittest.main()
