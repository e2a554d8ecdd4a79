"""How much a decomposition may cut to keep within a relative error."""
import math

import numpy as np


def attainable_eps(eps, cores, dtype):
    """Relative error to aim at, so that rounding does not lift the result above `eps`.

    Args:
        eps: relative error asked for, in [0, 1).
        cores: number of cores, d.
        dtype: float32 or float64, of the cores that are returned.

    Returns:
        At most `eps`, but at least four units in the last place of `dtype`, or half a unit for
        each core: below that the data are noise, and a tensor of exactly low rank would seem to
        have full rank.
    """
    unit = float(np.finfo(dtype).eps)
    rounding = (2 + cores / 2) * unit
    return max(math.sqrt(max(eps**2 - rounding**2, 0.0)), max(4, cores / 2) * unit)
