"""Singular values of all unfoldings of a tensor."""
import numpy as np

from tensornet.tt.blocks import gram, lower_factor
from tensornet.tt.truncated_svd import gram_suffices, is_small

_EPS64 = np.finfo(np.float64).eps


def bond_energies(tensor, modes, squared_norm, tolerance):
    """Squared singular values of the unfolding at each bond, relative to the squared norm.

    Cost: `m^2 n` multiply-adds for each unfolding of m by n, m <= n, and m^3 for its spectrum.

    Args:
        tensor: C-contiguous float32 or float64 array with `prod(modes)` elements.
        modes: checked modes, [d].
        squared_norm: squared Frobenius norm of `tensor`, which is not zero.
        tolerance: the least sum of energies that must be told from zero, relative to the squared
            norm.

    Returns:
        List of d - 1 float64 arrays, descending, each of sum 1 up to rounding.
    """
    spectra, rows = [], 1
    for mode in modes[:-1]:
        rows *= mode
        unfolding = tensor.reshape(rows, -1)
        if unfolding.shape[0] > unfolding.shape[1]:
            unfolding = unfolding.T
        energies = unfolding_energies(unfolding, tolerance * squared_norm, squared_norm)
        spectra.append(energies / squared_norm)
    return spectra


def unfolding_energies(unfolding, tolerance, squared_norm):
    """Squared singular values of one unfolding, descending.

    Args:
        unfolding: [m, n], with m <= n unless it is small.
        tolerance: the least sum of them that must be told from zero; None where rounding of
            float32 data is good enough.
        squared_norm: squared Frobenius norm of `unfolding`.
    """
    if is_small(unfolding):
        return np.linalg.svd(unfolding.astype(np.float64), compute_uv=False)**2
    if gram_suffices(unfolding, tolerance, squared_norm):
        energies = np.maximum(np.linalg.eigvalsh(gram(unfolding))[::-1], 0)
        # Where an error is to be kept it is the upper end of the rounding that counts.
        return energies if tolerance is None else energies + _EPS64 * squared_norm
    return np.linalg.svd(lower_factor(unfolding), compute_uv=False)**2
