"""Runs experiments/mnist/compress.py as a user does, on a few digits' epochs."""
import os
import unittest

from parameterized import parameterized

from experiments.mnist import compression_report
from tests.script_runner import ScriptTest

SMALL_RUN = ['--dataset=digits', '--epochs=2', '--fine_tuning_epochs=3', '--ranks=4', '--eps=0.98',
             '--fit_steps=20', '--first_pull=0.1', '--last_pull=0.3', '--pull_steps=5',
             '--log_dir=run']


class CompressTest(ScriptTest):
    script = 'experiments/mnist/compress.py'

    def test_a_run_and_the_same_command_again(self):
        status, out, err = self.run_script(*SMALL_RUN)
        self.assertEqual(0, status, err)
        results = self.results()
        self.check_targets(results)
        self.check_report(results, out)

        status, out, err = self.run_script(*SMALL_RUN)
        self.assertEqual(0, status, err)
        self.assertNotIn('epoch 1/', out)
        self.assertEqual(results, self.results())

        # Another fit is another start: what was trained from the one before does not count.
        status, out, err = self.run_script(*SMALL_RUN, '--fit_steps=10')
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: --log_dir=run/rank_4/fitted_tuned holds a run with other '
                              'settings: start was {.*"steps": 20.*} and is now {.*"steps": 10.*}. '
                              'Pass --restart')
        self.assertEqual(results, self.results())

    def check_targets(self, results):
        """Asserts that every target is converted, fine-tuned and trained from scratch."""
        rank, eps = results['compressed']
        self.assertEqual(['rank 4', 'eps 0.98'], [rank['name'], eps['name']])
        self.assertEqual([1, 4, 4, 4, 1], rank['ranks'])
        self.assertEqual(64 + 64 * 16 * 2 + 64, rank['parameters'])
        self.assertEqual(1024**2 / rank['parameters'], rank['compression'])
        self.assertLessEqual(eps['relative_error'], 0.98)
        self.assertLess(rank['prepared_error'], rank['converted_error'])
        for entry in (rank, eps):
            # A fifth of the digits are tests; a classifier that guesses errs on 90 %.
            self.assertLess(entry['fine_tuned_error'], 40)
            self.assertLess(entry['from_scratch_error'], 40)
            self.assertLess(entry['fine_tuned_error'], entry['converted_error'])
            self.assertLess(entry['output_errors']['after'], entry['output_errors']['before'])
            self.assertLess(entry['fitted_error'], entry['converted_error'])
            self.assertLess(entry['fitted_tuned_error'], 40)
            # Where the weights end near a TT-matrix, less is lost than of those that were free.
            self.assertLess(entry['prepared_relative_error'], 0.5 * entry['relative_error'])
            self.assertLess(entry['prepared_error'] - entry['prepared_dense_error'],
                            entry['converted_error'] - results['dense']['test_error'])
            self.assertLess(entry['prepared_error'], 40)
            self.assertLess(entry['prepared_tuned_error'], 40)
            self.assertLess(entry['prepared_fitted_tuned_error'], 40)
            self.assertAlmostEqual(
                entry['fitted_tuned_error'] - results['dense']['test_error'],
                entry['above_dense'], places=3)
        self.assertLess(results['dense']['test_error'], 20)

    def check_report(self, results, out):
        """Asserts that the table is printed and written, and the plot drawn."""
        with open(os.path.join(self.folder, 'run', 'compression.md')) as file:
            text = file.read()
        self.assertIn(text, out)
        self.assertEqual(compression_report.table(results), text)
        rows = [line.split(' | ') for line in text.splitlines() if line.startswith('| ')]
        self.assertEqual(4, len(rows))
        first = results['compressed'][0]
        self.assertEqual([f'{first[name]:.2f}' for name in (
            'converted_error', 'fine_tuned_error', 'fitted_error', 'fitted_tuned_error',
            'prepared_error', 'prepared_tuned_error', 'prepared_fitted_error',
            'prepared_fitted_tuned_error', 'short_scratch_error')], rows[2][4:13])
        self.assert_picture('run', 'compression.png')

    def results(self):
        return self.read_json('run', 'compression.json')

    @parameterized.expand([
        ('--eps=1', '--eps=.*expected different comma-separated numbers from 0 to less than 1'),
        ('--eps=x', '--eps=.*expected different comma-separated numbers'),
        ('--eps=0.9,0.90', '--eps=.*expected different comma-separated numbers'),
        ('--ranks=4,2,4', '--ranks=.*expected different numbers'),
        ('--ranks=0', '--ranks=0: expected comma-separated positive integers'),
        ('--inp_modes=4,8,8', '--inp_modes=.*expected modes that multiply to 1024'),
        ('--fine_tuning_epochs=0', '--fine_tuning_epochs=0'),
        ('--last_pull=1.5', '--last_pull=1.5.*expected a number above 0, at most 1'),
        ('--pull_steps=0', '--pull_steps=0'),
        ('--dense_learning_rate=nan', '--dense_learning_rate=nan.*expected a positive number'),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)


if __name__ == '__main__':
    unittest.main()
