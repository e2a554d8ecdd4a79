"""A few damages of `damaged_runs`, which makes as many as one likes."""
import os
import sys
import unittest

from tests import prepared_python
from tests.script_runner import ROOT


@unittest.skipUnless(hasattr(os, 'fork'), 'each damage has a fork of its own')
class DamagedRunsTest(unittest.TestCase):

    def test_no_damage_ends_in_a_traceback_or_a_silent_start_over(self):
        # A process of its own: one that has run sessions must not be forked.
        done = prepared_python.run(
            [sys.executable, '-m', 'tests.experiments.damaged_runs', '--seed=5', '--cases=8',
             '--families', 'conv', 'eval'], cwd=ROOT, capture_output=True, text=True,
            env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL='3'), timeout=1200)
        self.assertEqual((0, 'seed 5: 8 damages, 0 failed\n'), (done.returncode, done.stdout),
                         done.stderr)
