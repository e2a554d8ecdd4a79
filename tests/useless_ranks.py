"""Tests that have TT-ranks larger than useful on purpose."""
import warnings


class WithUselessRanks:
    """A class of such tests, beside `unittest.TestCase`: what the layers warn of is not printed."""

    def run(self, result=None):
        with warnings.catch_warnings():
            warnings.filterwarnings('ignore', '.*some TT-ranks are larger than useful', UserWarning)
            return super().run(result)
