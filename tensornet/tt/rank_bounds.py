"""The largest useful TT-ranks of a tensor, and a warning about larger ones."""

from __future__ import annotations

import sys
import warnings

import numpy as np

from tensornet.annotations import Modes
from tensornet.tt.arguments import admitted_ranks, check_modes

_PACKAGE = __name__.split('.')[0] + '.'


def max_ranks(modes: Modes) -> np.ndarray:
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


def useless_ranks(where, name, ranks, modes, first_bond=0):
    """Says which ranks exceed the largest useful one of their bond.

    Args:
        where: what the text begins with, the name of a function or of a layer's scope.
        name: name of the argument that holds the ranks.
        ranks: checked TT-ranks of all bonds, [d + 1].
        modes: checked modes of the tensor train, [d].
        first_bond: 1 where the argument begins behind the first mode.

    Returns:
        The text; None where there are no such ranks.
    """
    ranks, maxima = ranks[first_bond:], admitted_ranks(modes)[first_bond:]
    useless = [f'{name}[{k}] is {rank}, but the maximum of that bond is {most}'
               for k, (rank, most) in enumerate(zip(ranks, maxima)) if rank > most]
    if not useless:
        return None
    lowered = [min(rank, most) for rank, most in zip(ranks, maxima)]
    return (f'{where}: some TT-ranks are larger than useful: {", ".join(useless)}; '
            f'{name}={lowered} can do the same with fewer parameters')


def warn(text, category=UserWarning):
    """Warns the caller of the package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals.get('__name__', '').startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)
