"""What tests of measured plans begin with."""

import unittest
from unittest import mock

from tensornet.contraction import measured_plans, measuring, trial, use_wisdom


def measure_little(test):
    """Until a test ends, few plans are compared, all of them to the end, and no line is printed.

    They are timed a few times and roughly: which one wins is no matter. Nothing is remembered from
    before.
    """
    use_wisdom(None)
    test.addCleanup(use_wisdom, None)
    for module, name, value in ((measured_plans, 'CANDIDATES', 2), (measuring, 'BUDGET', 600.0),
                                (measuring, 'SESSIONS', 2), (measuring, 'WORTH_A_LINE', 600.0),
                                (trial, 'SHORTEST', 4e-4)):
        patch = mock.patch.object(module, name, value)
        patch.start()
        test.addCleanup(patch.stop)


class MeasuredTestCase(unittest.TestCase):
    """Measures little in each test."""

    def setUp(self):
        measure_little(self)
