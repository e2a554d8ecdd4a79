"""What is a run's own in its folder, and what `--restart` leaves wherever it is killed."""
import itertools
import os
import tempfile
import unittest
from unittest import mock

from parameterized import parameterized

from experiments.common import run_folder
from experiments.common.run_folder import WrongLogDirError
from experiments.common.run_record import open_record

OWN = ['checkpoint', 'graph.pbtxt', 'events.out.tfevents.1.host', 'results.json',
       'learning_curve.png', 'model.ckpt-5.index', 'model.ckpt-5.meta',
       'model.ckpt-5.data-00000-of-00001', 'model.ckpt-15.data-00001-of-00002']
# As TensorFlow 1.15 and 2 and `whole_file` leave them when they are killed.
LEFT = [f'.tensornet-{"0a" * 16}.json', f'.tensornet-{"1b" * 16}.png', 'checkpoint.tmp0a1b2c',
        'graph.pbtxt.tmp0123456789abcdef', 'model.ckpt-6.index.tempstate123456',
        'model.ckpt-6.data-00000-of-00001.tempstate123456',
        'model.ckpt-7_temp/part-00000-of-00001.data-00000-of-00001',
        'model.ckpt-7_temp_0123456789abcdef/part-00000-of-00001.index.tempstate5']
THEIRS = ['notes.txt', 'checkpoint.bak', 'checkpoints', 'my_model.ckpt-5.index',
          'model.ckpt-best.index', 'model.ckpt-5.index.bak', 'model.ckpt-5.notes', 'old-run.json',
          'run.json.orig', 'model.ckpt-8_temp/mine', 'model.ckpt-9.index_temp/a', '.run.json',
          '.tensornet-notes.json',
          'folder/model.ckpt-5.index']
SETTINGS, OTHER_SETTINGS = {'layer': 'tt'}, {'layer': 'dense'}


class KilledError(BaseException):
    """Takes the place of the end of the process."""


class RunFolderTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, *names):
        for name in names:
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w') as file:
                file.write('content')

    def found(self):
        return sorted(os.path.relpath(os.path.join(root, name), self.folder)
                      for root, _, names in os.walk(self.folder) for name in names)

    def test_leftovers_are_removed_when_a_run_goes_on(self):
        open_record(self.folder, SETTINGS)
        self.write(*OWN + LEFT + THEIRS)
        open_record(self.folder, SETTINGS)
        self.assertEqual(sorted(OWN + THEIRS + ['run.json', 'run.copy.json']), self.found())
        self.assertNotIn('model.ckpt-7_temp', os.listdir(self.folder))

    def test_restart_removes_the_own_files_and_no_others(self):
        open_record(self.folder, SETTINGS)
        self.write(*OWN + LEFT + THEIRS)
        os.symlink('notes.txt', os.path.join(self.folder, 'model.ckpt-25.index'))
        open_record(self.folder, OTHER_SETTINGS, restart=True)
        self.assertEqual(sorted(THEIRS + ['run.json', 'run.copy.json']), self.found())

    @parameterized.expand([(False,), (True,)])
    def test_a_restart_that_is_killed_anywhere_is_finished_by_the_next_command(self, restart):
        names = ('remove', 'replace', 'rmdir')
        for steps in itertools.count():
            open_record(self.folder, SETTINGS, restart=True)
            self.write(*OWN + LEFT + THEIRS)
            left = iter(range(steps))

            def killed_in_time(call, left=left):
                def made(*arguments, **options):
                    if next(left, None) is None:
                        raise KilledError
                    return call(*arguments, **options)
                return made

            with mock.patch.multiple(run_folder.os, **{
                    name: killed_in_time(getattr(os, name)) for name in names}):
                try:
                    open_record(self.folder, OTHER_SETTINGS, restart=True)
                    break
                except KilledError:
                    pass
            if not restart and not steps:
                # The old run is whole: other settings are refused.
                with self.assertRaisesRegex(WrongLogDirError, 'other settings'):
                    open_record(self.folder, OTHER_SETTINGS)
                self.assertLessEqual(set(OWN), set(self.found()))
                continue
            record = open_record(self.folder, OTHER_SETTINGS, restart=restart)
            self.assertEqual((OTHER_SETTINGS, []), (record.settings, record.history))
            self.assertEqual(sorted(THEIRS + ['run.json', 'run.copy.json']), self.found(), steps)
        self.assertGreater(steps, len(OWN) + len(LEFT))

    @parameterized.expand(['run.json', 'run.copy.json', 'checkpoint', 'model.ckpt-5.index',
                           'results.json', 'graph.pbtxt'])
    def test_a_folder_in_the_place_of_a_file(self, name):
        for make_run in (False, True):
            if make_run and name.startswith('run.'):
                continue
            if make_run:
                os.rmdir(os.path.join(self.folder, name))
                open_record(self.folder, SETTINGS)
            os.mkdir(os.path.join(self.folder, name))
            for restart in (False, True):
                with self.assertRaisesRegex(WrongLogDirError, f'/{name} is a folder, but a run has '
                                            'a file of that name; move it away'):
                    open_record(self.folder, SETTINGS, restart=restart)

    def test_steps_of_checkpoints(self):
        self.write(*OWN + LEFT + THEIRS)
        self.assertEqual([5, 15], run_folder.checkpoint_steps(self.folder))
