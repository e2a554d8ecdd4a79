"""`Interrupts`: what signals do while a run makes its steps."""
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import unittest
from unittest import mock

from parameterized import parameterized

from experiments.common import interrupts as interrupts_module
from experiments.common.interrupts import Interrupts, answered_after
from tests.script_runner import ROOT

# A call that, like a save in TensorFlow, returns to Python only when it is done.
SCRIPT = '''
import ctypes
import time
from experiments.common.interrupts import Interrupts

with Interrupts(lambda: 'saving, step 5') as interrupts:
    print('started', flush=True)
    with interrupts.held():
        start = time.monotonic()
        ctypes.CDLL(None).usleep({microseconds})
        while time.monotonic() < start + {microseconds} * 1e-6:
            ctypes.CDLL(None).usleep(10000)
    print('saved', interrupts.received, flush=True)
print('ended')
'''


class InterruptsTest(unittest.TestCase):

    def setUp(self):
        out = contextlib.redirect_stdout(io.StringIO())
        self.out = out.__enter__()
        self.addCleanup(out.__exit__, None, None, None)

    def notice(self):
        return 'notice'

    @parameterized.expand([(signal.SIGINT,), (signal.SIGTERM,)])
    def test_the_first_is_noted_and_the_handlers_come_back(self, signum):
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        with Interrupts(self.notice) as interrupts:
            self.assertIsNone(interrupts.received)
            os.kill(os.getpid(), signum)
            self.assertEqual(signum, interrupts.received)
        self.assertEqual(handlers, [signal.getsignal(number)
                                    for number in (signal.SIGINT, signal.SIGTERM)])
        self.assertEqual('notice\n', self.out.getvalue())

    @parameterized.expand([(False,), (True,)])
    def test_one_that_comes_while_the_watch_begins_is_noted_and_answered(self, has_begun):
        class SlowWatch(interrupts_module._Watch):
            def __init__(self, notice):
                if has_begun:
                    super().__init__(notice)
                os.kill(os.getpid(), signal.SIGINT)
                if not has_begun:
                    super().__init__(notice)

        threads = threading.active_count()
        with mock.patch.object(interrupts_module, '_Watch', SlowWatch):
            with Interrupts(self.notice) as interrupts:
                self.assertEqual(signal.SIGINT, interrupts.received)
        self.assertIn('notice\n', self.out.getvalue())
        self.assertEqual(threads, threading.active_count())

    @parameterized.expand([(signal.SIGINT,), (signal.SIGTERM,)])
    def test_one_that_the_process_ignores_stays_ignored(self, signum):
        self.addCleanup(signal.signal, signum, signal.signal(signum, signal.SIG_IGN))
        with Interrupts(self.notice) as interrupts:
            os.kill(os.getpid(), signum)
            self.assertIsNone(interrupts.received)
            self.assertEqual(signal.SIG_IGN, signal.getsignal(signum))
        os.kill(os.getpid(), signum)
        self.assertEqual('', self.out.getvalue())

    def test_the_second_acts_as_usual(self):
        with self.assertRaises(KeyboardInterrupt), Interrupts(self.notice):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    def test_what_it_is_answered_after_is_done_before(self):
        done = []
        with self.assertRaises(KeyboardInterrupt):
            with answered_after('the first'):
                os.kill(os.getpid(), signal.SIGINT)
                done.append('first')
            done.append('second')
        self.assertEqual(['first'], done)
        self.assertEqual('stopping after the first\n', self.out.getvalue())

    def test_the_second_is_not_kept_back_by_what_the_first_is_answered_after(self):
        with self.assertRaises(KeyboardInterrupt), answered_after('both'):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            self.fail('the second signal was kept back')

    def test_without_a_signal_nothing_is_answered(self):
        with answered_after('nothing'):
            pass
        self.assertEqual('', self.out.getvalue())

    def test_none_cuts_short_what_is_held(self):
        done = []
        with Interrupts(self.notice) as interrupts:
            with interrupts.held():
                for _ in range(3):
                    os.kill(os.getpid(), signal.SIGINT)
                done.append('save')
            with self.assertRaises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
        with Interrupts(self.notice) as interrupts:
            interrupts.hold()
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGTERM)
            done.append('end')
        self.assertEqual(['save', 'end'], done)

    @parameterized.expand([(signal.SIGINT,), (signal.SIGTERM,)])
    def test_the_answer_does_not_wait_for_the_save(self, signum):
        microseconds = 3 * 10 ** 6
        process = subprocess.Popen(
            [sys.executable, '-c', SCRIPT.format(microseconds=microseconds)], cwd=ROOT,
            stdout=subprocess.PIPE, universal_newlines=True)
        self.assertEqual('started\n', process.stdout.readline())
        process.send_signal(signum)
        self.assertEqual('saving, step 5\n', process.stdout.readline())
        process.send_signal(signum)
        out, _ = process.communicate(timeout=1200)
        self.assertEqual(f'saving, step 5\nsaved {int(signum)}\nended\n', out)
        self.assertEqual(0, process.returncode)
