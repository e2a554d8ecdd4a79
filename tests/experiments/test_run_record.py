"""The record of a run, `run.json`: continued, damaged, and of earlier versions."""
import contextlib
import io
import json
import os
import tempfile
import unittest

from parameterized import parameterized

from experiments.common.run_folder import WrongLogDirError
from experiments.common.run_record import RunRecord, open_record

SETTINGS = {'layer': 'tt', 'ranks': (1, 8, 1), 'seed': 1}


class OpenRecordTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, 'logs [1]', 'run')
        os.makedirs(self.folder)

    def write(self, name, content=''):
        with open(os.path.join(self.folder, name), 'w') as file:
            file.write(content)

    def test_a_run_is_continued(self):
        record = open_record(self.folder, SETTINGS)
        self.assertEqual((record.seconds, record.history), (0, []))
        record.seconds = 2.5
        record.training_seconds = 1.5
        record.history = [{'step': step, 'epoch': step / 3, 'seconds': 1.0, 'error': 1.5}
                          for step in (3, 6)]
        record.save()
        again = open_record(self.folder, SETTINGS)
        self.assertEqual((again.seconds, again.training_seconds), (2.5, 1.5))
        self.assertEqual(again.history, record.history)

    def test_other_settings_are_all_named(self):
        open_record(self.folder, SETTINGS)
        with self.assertRaisesRegex(
                WrongLogDirError,
                r'run holds a run with other settings: layer was "tt" and is now "dense"; '
                r'ranks was \[1, 8, 1\] and is now not set\. Pass --restart .* another --log_dir'):
            open_record(self.folder, {'layer': 'dense', 'seed': 1})

    def test_a_run_of_another_experiment_is_not_called_damaged(self):
        record = open_record(self.folder, SETTINGS)
        record.training_seconds = 1.0
        record.history = [{'step': 3, 'epoch': 1.0, 'seconds': 1.0, 'test_error': 1.5}]
        record.save()
        with self.assertRaisesRegex(WrongLogDirError, 'run holds a run with other settings: '):
            open_record(self.folder, dict(SETTINGS, words=3), ['test_perplexity'])
        with self.assertRaisesRegex(WrongLogDirError, "'test_perplexity' of measurement 1 of the "
                                    'history is missing or no number'):
            open_record(self.folder, SETTINGS, ['test_perplexity'])

    def test_restart_removes_the_run_and_nothing_else(self):
        open_record(self.folder, SETTINGS)
        written = ['checkpoint', 'model.ckpt-5.index', 'events.out.tfevents.1.host',
                   'results.json', 'learning_curve.png', 'graph.pbtxt']
        for name in written + ['notes.txt', 'my_model.ckpt-5.index']:
            self.write(name)
        record = open_record(self.folder, {'layer': 'dense'}, restart=True)
        self.assertEqual(record.history, [])
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ['my_model.ckpt-5.index', 'notes.txt', 'run.copy.json', 'run.json'])
        self.assertEqual(open_record(self.folder, {'layer': 'dense'}).settings, {'layer': 'dense'})

    @parameterized.expand([(False,), (True,)])
    def test_a_checkpoint_of_another_program_is_left_alone(self, restart):
        self.write('checkpoint', 'theirs')
        with self.assertRaisesRegex(WrongLogDirError, 'a checkpoint but no run.json'):
            open_record(self.folder, SETTINGS, restart)
        self.assertEqual(os.listdir(self.folder), ['checkpoint'])

    @parameterized.expand([
        ('text', 'x', ''), ('list', '[]', 'it is no JSON object'), ('deep', '[' * 100000, ''),
        ('no history', '{"settings": {}, "seconds": 1, "training_seconds": 1}',
         "'history' is missing or of another type"),
        ('no training_seconds', '{"settings": {}, "seconds": 1, "history": []}',
         "'training_seconds' is missing or no number")])
    def test_a_damaged_record(self, _, content, reason):
        self.write('run.json', content)
        with self.assertRaisesRegex(
                WrongLogDirError, rf'run\.json is damaged \({reason}.*, and its copy .*/run\.copy'
                r'\.json is missing; mend it .*--restart to start over'):
            open_record(self.folder, SETTINGS)
        open_record(self.folder, SETTINGS, restart=True)

    def record_of_two_measurements(self):
        record = open_record(self.folder, SETTINGS)
        record.seconds = record.training_seconds = 2.0
        record.step = 6
        record.history = [{'step': step, 'epoch': step / 3, 'seconds': 1.0, 'error': 1.5}
                          for step in (3, 6)]
        record.save()
        return record.content()

    @parameterized.expand([
        ('renamed', '"error"', '"errro"', "'error' of measurement 1 of the history is missing"),
        ('a string', '"seconds": 2.0', '"seconds": "x"', "'seconds' is missing or no number"),
        ('negative', '"epoch": 1.0', '"epoch": -1', "'epoch' of measurement 1 .* no number"),
        ('not a number', '1.5', 'NaN', "'error' of measurement 1"),
        ('too large', '"step": 3', '"step": 9', 'step of measurement 2 .* not larger'),
        ('a bool', '"step": 3', '"step": true', 'step of measurement 1 .* no number of steps'),
        ('half a step', '"step": 6,\n  "h', '"step": 6.5,\n  "h', 'step is missing or no number'),
        ('no object', '"history": [', '"history": [3,', 'measurement 1 .* no JSON object'),
        ('no time', '"training_seconds": 2.0', '"training_seconds": 0', "is 0, but there are"),
        ('no version', '"tensorflow": null', '"tensorflow": 2', "'tensorflow' is no text"),
        ('settings', '"settings": {', '"settings": [], "x": {', "'settings' is missing or of"),
    ])
    def test_the_copy_takes_the_place_of_a_record_that_is_damaged(self, _, old, new, reason):
        content = self.record_of_two_measurements()
        path = os.path.join(self.folder, 'run.json')
        with open(path) as file:
            text = file.read()
        self.assertIn(old, text)
        self.write('run.json', text.replace(old, new))
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            record = open_record(self.folder, SETTINGS, ['error'])
        self.assertEqual(content, record.content())
        self.assertRegex(err.getvalue(), rf'^warning: .*/run\.json is damaged \(.*{reason}.*\); '
                         r'its copy .*/run\.copy\.json is used\n$')

    def test_the_copy_takes_the_place_of_a_record_that_is_missing(self):
        content = self.record_of_two_measurements()
        os.remove(os.path.join(self.folder, 'run.json'))
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            record = open_record(self.folder, SETTINGS, ['error'])
        self.assertEqual(content, record.content())
        self.assertRegex(err.getvalue(), r'^warning: .*/run\.json is missing; its copy ')

    def test_a_record_of_an_earlier_version(self):
        self.write('run.json', json.dumps({
            'settings': json.loads(json.dumps(SETTINGS)), 'seconds': 1.0, 'training_seconds': 0.5,
            'history': []}))
        self.assertIsNone(open_record(self.folder, SETTINGS).step)

    def test_a_record_of_before_there_were_plan_and_precision(self):
        open_record(self.folder, SETTINGS)
        now = dict(SETTINGS, plan='auto', precision='float32')
        record = open_record(self.folder, now)
        self.assertEqual(json.loads(json.dumps(now)), record.settings)
        with self.assertRaisesRegex(
                WrongLogDirError, 'other settings: plan was "auto" and is now "measure"; precision '
                'was "float32" and is now "bfloat16"'):
            open_record(self.folder, dict(SETTINGS, plan='measure', precision='bfloat16'))
        # Not every script has them.
        self.assertNotIn('plan', open_record(self.folder, SETTINGS).settings)

    def test_a_record_of_before_there_were_other_settings(self):
        open_record(self.folder, SETTINGS)
        earlier = {'decay': 0.5, 'depth': 3}
        record = open_record(self.folder, dict(SETTINGS, decay=0.5), earlier=earlier)
        self.assertEqual(json.loads(json.dumps(dict(SETTINGS, decay=0.5))), record.settings)
        with self.assertRaisesRegex(WrongLogDirError, 'settings: decay was 0.5 and is now 0.1'):
            open_record(self.folder, dict(SETTINGS, decay=0.1), earlier=earlier)

    def test_checkpoints_without_their_file_of_names_are_left_alone_too(self):
        self.write('model.ckpt-5.index')
        with self.assertRaisesRegex(WrongLogDirError, 'a checkpoint but no run.json'):
            open_record(self.folder, SETTINGS, restart=True)


class RunRecordTest(unittest.TestCase):

    def test_history(self):
        record = RunRecord('', {}, history=[{'step': 3}, {'step': 6}, {'step': 9}])
        self.assertEqual(record.at(6), {'step': 6})
        self.assertIsNone(record.at(7))
        record.forget_after(6)
        self.assertEqual(record.history, [{'step': 3}, {'step': 6}])
