"""Whether experiments can compute in bfloat16 where the tests run."""
import unittest

from experiments.common.computation import UnavailablePrecisionError, check_precision


def unless_bfloat16():
    """Why not, or None."""
    try:
        check_precision('bfloat16')
    except UnavailablePrecisionError as error:
        return str(error)
    return None


def require_bfloat16():
    """Skips the test where TensorFlow or the processor cannot."""
    reason = unless_bfloat16()
    if reason:
        raise unittest.SkipTest(reason)
