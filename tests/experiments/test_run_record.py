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
        ('text', 'x'), ('list', '[]'),
        ('no history', '{"settings": {}, "seconds": 1, "training_seconds": 1}'),
        ('no training_seconds', '{"settings": {}, "seconds": 1, "history": []}')])
    def test_a_damaged_record(self, _, content):
        self.write('run.json', content)
        with self.assertRaisesRegex(WrongLogDirError, r'run\.json is damaged .*--restart'):
            open_record(self.folder, SETTINGS)
        open_record(self.folder, SETTINGS, restart=True)


class RunRecordTest(unittest.TestCase):

    def test_history(self):
        record = RunRecord('', {}, history=[{'step': 3}, {'step': 6}, {'step': 9}])
        self.assertEqual(record.at(6), {'step': 6})
        self.assertIsNone(record.at(7))
        record.forget_after(6)
        self.assertEqual(record.history, [{'step': 3}, {'step': 6}])
