"""Folders that one process at a time changes."""

import os
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

from tensornet import folder_lock
from tensornet.folder_lock import locked_folder

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Says when it has the folder, and keeps it until its input ends.
HOLDER = """
import sys
from tensornet.folder_lock import locked_folder
with locked_folder(sys.argv[1]):
    print('locked', flush=True)
    sys.stdin.read()
"""


class LockedFolderTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.entered = threading.Event()

    def other_thread(self):
        def enter():
            with locked_folder(self.folder):
                self.entered.set()

        thread = threading.Thread(target=enter)
        self.addCleanup(thread.join)
        thread.start()

    def test_another_thread_waits(self):
        with locked_folder(self.folder):
            self.other_thread()
            self.assertFalse(self.entered.wait(0.2))
        self.assertTrue(self.entered.wait(60))

    def test_another_process_waits_until_this_one_is_killed(self):
        with subprocess.Popen([sys.executable, '-c', HOLDER, self.folder], cwd=ROOT,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            self.assertEqual(b'locked\n', holder.stdout.readline())
            self.other_thread()
            self.assertFalse(self.entered.wait(0.2))
            holder.kill()
            self.assertTrue(self.entered.wait(60))

    def test_it_is_free_after_an_error_and_nothing_is_left(self):
        with self.assertRaises(KeyError), locked_folder(self.folder):
            raise KeyError
        self.other_thread()
        self.assertTrue(self.entered.wait(60))
        self.assertEqual([], os.listdir(self.folder))

    def test_an_error_within_is_not_swallowed(self):
        with self.assertRaises(OSError), locked_folder(self.folder):
            raise OSError

    def test_the_block_runs_where_nothing_can_be_locked(self):
        refusing = mock.Mock(flock=mock.Mock(side_effect=OSError('not here')))
        for module in (None, refusing):
            with mock.patch.object(folder_lock, 'fcntl', module), locked_folder(self.folder):
                self.other_thread()
                self.assertTrue(self.entered.wait(60))
                self.entered.clear()
        with locked_folder(os.path.join(self.folder, 'missing')):
            pass

    def test_the_present_folder(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        with locked_folder(''):
            self.other_thread()
            self.assertFalse(self.entered.wait(0.2))


if __name__ == '__main__':
    unittest.main()
