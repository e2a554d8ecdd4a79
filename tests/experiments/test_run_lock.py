"""`run_lock`: one process at a time in a folder."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from experiments.common import run_lock
from experiments.common.run_folder import WrongLogDirError
from experiments.common.run_lock import check_free, locked
from tests.script_runner import ROOT

HOLD = '''
import sys
from experiments.common.run_lock import locked

with locked(sys.argv[1]):
    print('locked', flush=True)
    sys.stdin.read()
'''


class LockedTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log_dir = os.path.join(folder.name, 'new', 'run')

    def hold(self):
        """Starts a process that holds the lock until it is killed or its input ends."""
        process = subprocess.Popen(
            [sys.executable, '-c', HOLD, self.log_dir], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, universal_newlines=True)
        self.addCleanup(process.communicate)
        self.assertEqual('locked\n', process.stdout.readline())
        return process

    def assert_in_use(self, process):
        message = (rf'^--log_dir={self.log_dir}: another process is at work there \(process '
                   rf'{process.pid} on .+\); wait until it ends, or pass another --log_dir$')
        for enter in (check_free, lambda log_dir: locked(log_dir).__enter__()):
            with self.assertRaisesRegex(WrongLogDirError, message):
                enter(self.log_dir)

    def test_a_second_process_is_refused_until_the_first_is_gone_even_by_kill_9(self):
        process = self.hold()
        self.assert_in_use(process)
        process.kill()
        process.wait()
        check_free(self.log_dir)
        with locked(self.log_dir):
            pass
        self.assert_in_use(self.hold())

    def test_a_copied_folder_is_free(self):
        self.hold()
        shutil.copytree(self.log_dir, self.log_dir + '-copy')
        with locked(self.log_dir + '-copy'):
            pass

    def test_to_check_makes_nothing(self):
        check_free(self.log_dir)
        self.assertFalse(os.path.exists(os.path.dirname(self.log_dir)))

    def test_a_folder_that_cannot_be_made(self):
        with tempfile.NamedTemporaryFile() as file:
            for path in (file.name, os.path.join(file.name, 'run')):
                with self.assertRaisesRegex(WrongLogDirError,
                                            f'^--log_dir={path}: cannot be written to: '):
                    locked(path).__enter__()

    def test_where_there_are_no_locks_that_is_said(self):
        # No such file system or system is at hand: the calls are replaced where they would fail.
        flock = mock.Mock(side_effect=OSError(95, 'Operation not supported'))
        for replaced, reason in ((mock.patch.object(run_lock.fcntl, 'flock', flock),
                                  'Operation not supported'),
                                 (mock.patch.object(run_lock, 'fcntl', None),
                                  'this system has no file locks')):
            with replaced, mock.patch.object(run_lock, 'warn') as warn, locked(self.log_dir):
                check_free(self.log_dir)
            (line,), _ = warn.call_args
            self.assertRegex(line, f'^--log_dir={self.log_dir} cannot be locked .*{reason}.*see')
            warn.assert_called_once()
