"""What tests of measured plans begin with."""

import unittest
from unittest import mock

from tensornet.contraction import measured_plans, measuring, trial, use_wisdom


class MeasuredTestCase(unittest.TestCase):
    """Begins with nothing remembered, and compares few plans, all of them to the end.

    They are timed a few times and roughly: which one wins is no matter.
    """

    def setUp(self):
        use_wisdom(None)
        self.addCleanup(use_wisdom, None)
        for module, name, value in ((measured_plans, 'CANDIDATES', 2), (measuring, 'BUDGET', 600.0),
                                    (measuring, 'SESSIONS', 2), (measuring, 'WORTH_A_LINE', 600.0),
                                    (trial, 'SHORTEST', 4e-4)):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)
