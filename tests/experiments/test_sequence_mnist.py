"""Runs the scripts of experiments/sequence_mnist as a user does."""
import os

from parameterized import parameterized

from tests.experiments.earlier_runs import copy_before_end
from tests.script_runner import ScriptTest

NETWORK = ['--hidden_modes=4,4', '--dataset=digits']
SMALL_RUN = NETWORK + ['--inp_ranks=2', '--state_ranks=3', '--epochs=20',
                       '--learning_rate=0.02', '--checkpoint_seconds=0.1']


class TrainTest(ScriptTest):
    script = 'experiments/sequence_mnist/train.py'

    def test_a_resumed_run_ends_as_a_whole_one(self):
        status, out, err = self.run_script('--log_dir=whole', *SMALL_RUN)
        self.assertEqual((0, ''), (status, err), out)
        whole = self.read_json('whole', 'results.json')
        self.assertEqual(f'test error: {whole["test_error"]:.2f}%', out.splitlines()[-1])
        # Chance is at 90 %.
        self.assertLess(whole['test_error'], 50)
        # Of rows of 4x8 pixels 4 * 16 * 2 + 8 * 4 * 2, of the state 4 * 16 * 3 + 4 * 4 * 3.
        self.assertEqual((192 + 240, 32 * 64 + 16 * 64),
                         (whole['cell_weights'], whole['dense_cell_weights']))
        self.assertEqual(([1, 2, 1], [1, 3, 1], 280, 'auto', 'float32'), tuple(
            whole[name] for name in ('inp_ranks', 'state_ranks', 'steps', 'plan', 'precision')))
        self.assertGreater(whole['steps_per_second'], 280 / whole['seconds'])
        self.assert_picture('whole', 'learning_curve.png')

        step = copy_before_end(os.path.join(self.folder, 'whole'),
                               os.path.join(self.folder, 'parts'))
        status, out, err = self.run_script('--log_dir=parts', *SMALL_RUN)
        self.assertEqual((0, ''), (status, err), out)
        self.assertIn(f'resuming after step {step} of 280 from parts', out)
        times = dict.fromkeys(['seconds', 'steps_per_second'])
        self.assertEqual(dict(whole, **times),
                         dict(self.read_json('parts', 'results.json'), **times))

    def test_a_missing_data_set_is_an_error(self):
        status, _, err = self.run_script('--dataset=mnist', '--data_dir=nowhere')
        self.assertEqual(1, status)
        self.assertRegex(err.splitlines()[-1], '^error: mnist: looked for .*pass --data_dir')
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))

    @parameterized.expand([
        ('--inp_ranks=-1', '--inp_ranks=-1'),
        ('--state_ranks=x', '--state_ranks=x'),
        ('--inp_modes=4,7', '--inp_modes=.*expected modes that multiply to 32 or more'),
        ('--hidden_modes=4,4,4', '--inp_modes with as many modes as --hidden_modes'),
        ('--dropout=1', '--dropout=.*expected a number from 0 to less than 1'),
        ('--epochs=0', '--epochs=0'),
        ('--ranks=4', "flag 'ranks'"),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_help_shows_the_flags_in_groups(self):
        self.assert_help(['Network:', 'Data:', 'Training:', 'Computation:'], [
            '--hidden_modes', '--inp_modes', '--inp_ranks', '--state_ranks', '--dataset',
            '--data_dir', '--epochs', '--batch_size', '--learning_rate', '--seed', '--log_dir',
            '--restart', '--checkpoint_seconds', '--dropout', '--plan', '--precision'])


class CompareTest(ScriptTest):
    script = 'experiments/sequence_mnist/compare.py'

    def test_more_ranks_keep_the_runs_there(self):
        arguments = NETWORK + ['--epochs=1', '--log_dir=log']
        status, out, err = self.run_script('--ranks=2', '--step_repetitions=0', *arguments)
        self.assertNotIn('timing', out)
        self.assertEqual((0, ''), (status, err), out)
        status, out, err = self.run_script('--ranks=2,3', '--step_repetitions=2', *arguments)
        self.assertEqual((0, ''), (status, err), out)
        self.assertEqual(2, out.count('is complete'))
        self.assertEqual(1, out.count('epoch 1/1'))
        comparison = self.read_json('log', 'comparison.json')
        results = comparison['networks']
        self.assertEqual(2, comparison['times']['repetitions'])
        self.assertEqual(3, len(comparison['times']['steps']))
        self.assertEqual([self.read_json('log', name, 'results.json')
                          for name in ('dense', 'rank_2', 'rank_3')], results)
        self.assertEqual([None, [1, 2, 1], [1, 3, 1]],
                         [result['inp_ranks'] for result in results])
        self.assertEqual([3072, 352, 528], [result['cell_weights'] for result in results])
        with open(os.path.join(self.folder, 'log', 'comparison.md')) as file:
            text = file.read()
        self.assertIn(text, out)
        self.assertIn('| TT, ranks 1,3,1 and 1,3,1 | 528 | 5.8 | 762 | '
                      f'{results[2]["test_error"]:.2f} |', text)
        self.assert_picture('log', 'comparison.png')

    @parameterized.expand([('--ranks=4,0', '--ranks=4,0: expected comma-separated positive'),
                           ('--ranks=4,4', '--ranks=.*expected different numbers')])
    def test_a_wrong_rank(self, argument, message):
        self.assert_flag_error(argument, message)
