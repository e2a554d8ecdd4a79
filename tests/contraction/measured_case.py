"""What tests of measured plans begin with."""

import unittest
from unittest import mock

from tensornet.contraction import measured_plans, measuring, use_wisdom


class MeasuredTestCase(unittest.TestCase):
    """Begins with nothing remembered, and compares few plans, all of them to the end."""

    def setUp(self):
        use_wisdom(None)
        self.addCleanup(use_wisdom, None)
        for module, name, value in ((measured_plans, 'CANDIDATES', 2), (measuring, 'BUDGET', 600.0),
                                    (measuring, 'WORTH_A_LINE', 600.0)):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)
