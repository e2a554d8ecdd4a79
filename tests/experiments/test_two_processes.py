"""Two trainings in one folder, and signals while one saves, as a user meets them."""
import os
import signal
import unittest

from tests.folder_contents import folder_contents
from tests.script_runner import ScriptTest

RUN = ['--dataset=digits', '--ranks=2', '--log_dir=run']


@unittest.skipIf(os.name == 'nt', 'there are no such locks')
class TwoProcessesTest(ScriptTest):
    script = 'experiments/mnist/train.py'

    def test_the_second_stops_before_it_touches_anything_and_a_killed_first_is_no_obstacle(self):
        first = self.start('--epochs=500', *RUN)
        for line in first.stdout:
            if line.startswith('epoch 1/500'):
                break
        first.send_signal(signal.SIGSTOP)
        before = folder_contents(os.path.join(self.folder, 'run'))
        for restart in ([], ['--restart']):
            status, _, err = self.run_script('--epochs=1', *RUN, *restart)
            self.assertEqual(1, status)
            self.assertRegex(err, rf'^error: --log_dir=run: another process is at work there '
                             rf'\(process {first.pid} on .+\); wait until it ends, .*\n$')
            self.assertEqual(before, folder_contents(os.path.join(self.folder, 'run')))
        first.kill()
        first.communicate()
        status, out, err = self.run_script('--epochs=1', '--restart', *RUN)
        self.assertEqual((0, ''), (status, err), out)
        self.assertIn('epoch 1/1', out)

    def test_an_interrupt_is_answered_before_the_checkpoint_is_saved(self):
        out = self.interrupt(self.start('--epochs=500', *RUN), 'epoch 1/500')
        self.assertRegex(out, r'saving, step \d+ of 7000: this may take a moment\n'
                         r'(epoch .*\n)?interrupted after step \d+ of 7000; a checkpoint is in run')
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'run', 'results.json')))
