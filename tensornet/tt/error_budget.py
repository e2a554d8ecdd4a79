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
        At most `eps`, but at least four units in the last place of `dtype`, for float64 four for
        each core: below that the data are noise, and a tensor of exactly low rank would seem to
        have full rank. In float64 it is the noise of every step, since all are done in it.
    """
    unit = float(np.finfo(dtype).eps)
    rounding = (2 + cores / 2) * unit
    noise = 4 * unit * (cores if dtype == np.float64 else 1)
    return max(math.sqrt(max(eps**2 - rounding**2, 0.0)), noise)
