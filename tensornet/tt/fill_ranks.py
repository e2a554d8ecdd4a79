"""Larger TT-ranks for the same tensor."""
import numpy as np


def fill_ranks(cores, ranks):
    """Fills the cores of a train up with zeros, which changes nothing that they stand for.

    Args:
        cores: list of d arrays `[r_{k-1}, ..., r_k]`.
        ranks: TT-ranks, [d + 1]; a bond that has a larger one keeps it.

    Returns:
        List of d arrays; those that have nothing to be filled are the given ones.
    """
    return [_filled(core, left, right) for core, left, right in zip(cores, ranks, ranks[1:])]


def _filled(core, left, right):
    left, right = max(left, core.shape[0]), max(right, core.shape[-1])
    if (left, right) == (core.shape[0], core.shape[-1]):
        return core
    filled = np.zeros((left,) + core.shape[1:-1] + (right,), core.dtype)
    filled[:core.shape[0], ..., :core.shape[-1]] = core
    return filled
