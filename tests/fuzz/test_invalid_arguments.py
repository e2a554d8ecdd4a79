"""A short run of the sweep of invalid arguments."""

import unittest

from tests.fuzz.invalid_arguments import outcome


class InvalidArgumentsTest(unittest.TestCase):

    def test_calls(self):
        for seed in range(150):
            what, end = outcome(seed)
            with self.subTest(seed=seed, what=what):
                self.assertIn(end, ('built', 'built only', 'refused'))


if __name__ == '__main__':
    unittest.main()
