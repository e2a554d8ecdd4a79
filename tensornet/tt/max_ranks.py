"""Largest useful TT-ranks of a full tensor."""
import numpy as np

from tensornet.tt.arguments import admitted_ranks, check_modes


def max_ranks(modes):
    """Returns the largest TT-ranks that a tensor with the given modes can have.

    Bond k separates the first k modes from the rest, so its rank is at most the smaller side of
    that unfolding: `min(n_1 ... n_k, n_{k+1} ... n_d)` (Oseledets 2011, theorem 2.1).

    Args:
        modes: mode sizes, [d].

    Returns:
        int32 array [d + 1]; the first and the last entry are 1.

    Raises:
        ValueError, TypeError: `modes` are not d positive integers.
    """
    bounds = admitted_ranks(check_modes('max_ranks', 'modes', modes))
    # A bound beyond int32 belongs to a tensor of more than 2^62 elements, which cannot exist.
    return np.array([min(bound, np.iinfo(np.int32).max) for bound in bounds], dtype=np.int32)
