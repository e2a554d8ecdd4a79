"""Runs the scripts of experiments/language_model as a user does, on a few small modules."""
import os
import platform

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.experiments.earlier_runs import copy_before_end
from tests.experiments.python_sources import write_sources
from tests.script_runner import ScriptTest

TEXT = ['--data_dir=sources', '--vocabulary_size=30']
NETWORK = ['--voc_modes=2,4,4', '--emb_modes=2,2,2', '--batch_size=4', '--window=5']
SMALL_RUN = TEXT + NETWORK + ['--ranks=3', '--epochs=2', '--checkpoint_seconds=0.1']


class LanguageModelTest(ScriptTest):

    def setUp(self):
        super().setUp()
        write_sources(os.path.join(self.folder, 'sources'))

    def weights(self, log_dir):
        path = os.path.join(self.folder, log_dir)
        reader = tf.train.load_checkpoint(path)
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


class TrainTest(LanguageModelTest):
    script = 'experiments/language_model/train.py'

    @parameterized.expand(['tt', 'dense'])
    def test_a_resumed_run_ends_as_a_whole_one(self, embedding):
        arguments = SMALL_RUN + ['--epochs=10', f'--embedding={embedding}']
        status, out, err = self.run_script('--log_dir=whole', *arguments)
        self.assertEqual((0, ''), (status, err), out)
        whole = self.read_json('whole', 'results.json')
        self.assertEqual(f'perplexity: {whole["test_perplexity"]:.2f}', out.splitlines()[-1])
        # All modules are nearly the same.
        self.assertLess(whole['test_perplexity'], 4)
        first, *_, last = self.read_json('whole', 'run.json')['history']
        self.assertLess(last['test_perplexity'], first['test_perplexity'])
        self.assertEqual(
            (30, 34, 6, 0, platform.python_version(), 'sources', 'float32'), tuple(
                whole[name] for name in ('vocabulary', 'train_modules', 'test_modules',
                                         'unreadable_modules', 'python', 'dataset', 'precision')))
        # Cores 2 * 2 * 3 + 4 * 2 * 3 * 3 + 4 * 2 * 3.
        self.assertEqual((108 if embedding == 'tt' else 240, 240), (
            whole['embedding_parameters'], whole['dense_embedding_parameters']))
        self.assertEqual(embedding == 'tt', 'ranks' in whole)
        self.assert_picture('whole', 'learning_curve.png')

        step = copy_before_end(os.path.join(self.folder, 'whole'),
                               os.path.join(self.folder, 'parts'))
        status, out, err = self.run_script('--log_dir=parts', *arguments)
        self.assertEqual((0, ''), (status, err), out)
        self.assertIn(f'resuming after step {step} of {whole["steps"]} from parts', out)
        times = dict.fromkeys(['seconds', 'steps_per_second'])
        self.assertEqual(dict(whole, **times),
                         dict(self.read_json('parts', 'results.json'), **times))
        weights, resumed = self.weights('whole'), self.weights('parts')
        self.assertEqual(sorted(weights), sorted(resumed))
        for name, value in weights.items():
            np.testing.assert_array_equal(value, resumed[name], err_msg=name)

    def test_other_sources_are_another_run(self):
        arguments = SMALL_RUN + ['--log_dir=run']
        arguments[arguments.index('--epochs=2')] = '--epochs=1'
        status, out, err = self.run_script(*arguments)
        self.assertEqual((0, ''), (status, err), out)
        with open(os.path.join(self.folder, 'sources', 'part_0', 'module_0.py'), 'a') as file:
            file.write('more = 1\n')
        status, _, err = self.run_script(*arguments)
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: --log_dir=run holds a run with other settings: sha256 was')

    @parameterized.expand([
        (['--data_dir=nowhere'], '^error: nowhere: expected Python sources.*pass --data_dir'),
        (TEXT + ['--batch_size=1000'], '^error: a step of --batch_size=1000 rows of --window=20 '
         'words needs 20001 words, but the training modules have')])
    def test_too_little_text_is_an_error(self, arguments, message):
        status, _, err = self.run_script(*arguments)
        self.assertEqual(1, status)
        self.assertRegex(err, message)
        self.assertEqual(1, len(err.splitlines()))
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'logs')))


class FlagsTest(ScriptTest):
    script = 'experiments/language_model/train.py'

    @parameterized.expand([
        ('--embedding=sparse', r'--embedding=sparse: value should be one of <tt\|dense>'),
        ('--ranks=0', '--ranks=0'),
        ('--vocabulary_size=2', '--vocabulary_size=2'),
        ('--vocabulary_size=20000', '--voc_modes that multiply to --vocabulary_size or more'),
        ('--voc_modes=100,100', '--emb_modes with as many modes as --voc_modes'),
        ('--emb_modes=x', '--emb_modes=x: expected comma-separated positive integers'),
        ('--window=0', '--window=0'),
        ('--dropout=1', '--dropout=.*expected a number from 0 to less than 1'),
        ('--epochs=0', '--epochs=0'),
        ('--rank=8', "flag 'rank'"),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_help_shows_the_flags_in_groups(self):
        self.assert_help(['Network:', 'Data:', 'Training:', 'Computation:'], [
            '--embedding', '--voc_modes', '--emb_modes', '--ranks', '--data_dir',
            '--vocabulary_size', '--epochs', '--batch_size', '--learning_rate', '--seed',
            '--log_dir', '--restart', '--checkpoint_seconds', '--window', '--dropout', '--plan',
            '--precision'])


class CompareFlagsTest(ScriptTest):
    script = 'experiments/language_model/compare.py'

    def test_a_rank_that_is_there_twice(self):
        self.assert_flag_error('--ranks=1,2,1', '--ranks=.*expected different numbers')


class CompareTest(LanguageModelTest):
    script = 'experiments/language_model/compare.py'

    def test_more_ranks_keep_the_runs_there(self):
        arguments = TEXT + NETWORK + ['--epochs=1', '--log_dir=log']
        status, out, err = self.run_script('--ranks=1', '--step_repetitions=0', *arguments)
        self.assertNotIn('timing', out)
        self.assertEqual((0, ''), (status, err), out)
        status, out, err = self.run_script('--ranks=1,2', '--step_repetitions=2', *arguments)
        self.assertEqual((0, ''), (status, err), out)
        self.assertEqual(2, out.count('is complete'))
        self.assertEqual(1, out.count('epoch 1/1'))
        comparison = self.read_json('log', 'comparison.json')
        results = comparison['networks']
        self.assertEqual(2, comparison['times']['repetitions'])
        self.assertEqual(3, len(comparison['times']['steps']))
        self.assertEqual([self.read_json('log', name, 'results.json')
                          for name in ('dense', 'rank_1', 'rank_2')], results)
        self.assertEqual([240, 20, 56], [result['embedding_parameters'] for result in results])
        with open(os.path.join(self.folder, 'log', 'comparison.md')) as file:
            text = file.read()
        self.assertIn(text, out)
        dense, last = results[0]['test_perplexity'], results[2]['test_perplexity']
        self.assertIn(f'| TT, ranks 1,2,2,1 | 56 | 4.29 | {results[2]["parameters"]} | {last:.2f} '
                      f'| {100 * (last / dense - 1):+.1f} |', text)
        self.assert_picture('log', 'comparison.png')
