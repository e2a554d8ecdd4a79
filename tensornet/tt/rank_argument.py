"""TT-ranks as arguments: a list, or one rank for all bonds; and the largest useful ones."""

from __future__ import annotations

import numbers

import numpy as np

from tensornet.annotations import Modes
from tensornet.tt.arguments import admitted_ranks, check_integer, check_integers, check_list


def max_ranks(modes: Modes) -> np.ndarray:
    """Returns the largest TT-ranks that a tensor with the given modes can have.

    Bond k separates the first k modes from the rest, so its rank is at most the smaller side of
    that unfolding: `min(n_1 ... n_k, n_{k+1} ... n_d)` (Oseledets 2011, theorem 2.1).

    Args:
        modes: mode sizes, [d].

    Returns:
        int32 array [d + 1]; the first and the last entry are 1. A rank is at most `2^31 - 1`.

    Raises:
        ValueError, TypeError: `modes` are not d positive integers.
    """
    bounds = admitted_ranks(check_integers('max_ranks', 'modes', modes))
    # A bound beyond int32 belongs to a tensor of more than 2^62 elements, which cannot exist.
    return np.array([min(bound, np.iinfo(np.int32).max) for bound in bounds], dtype=np.int32)


def is_one_rank(ranks):
    """Returns whether the argument `ranks` is one number, which is then the rank of all bonds."""
    return isinstance(ranks, numbers.Real) and not isinstance(ranks, (bool, np.bool_))


def common_ranks(rank, modes):
    """Returns the TT-ranks of a tensor train with the same rank at all bonds, where it is of use.

    Args:
        rank: positive int.
        modes: checked modes of the tensor train, [d].

    Returns:
        List of int, [d + 1]: `rank`, or the largest useful rank of the bond where that is lower.
    """
    return [min(rank, most) for most in admitted_ranks(modes)]


def check_ranks(function, ranks, modes, first_bond=0, name='ranks'):
    """Returns TT-ranks as a list of int, [d + 1], with ones at both ends.

    Args:
        function: name of the public function, for the messages.
        ranks: the argument, a list or one number.
        modes: checked modes of the tensor train, [d].
        first_bond: 1 where the list begins behind the first mode, as that of a convolution does,
            whose first mode is the window.
        name: what the argument is called.
    """
    if is_one_rank(ranks):
        return common_ranks(check_integer(function, name, ranks), modes)
    listed = check_list(function, name, ranks, 'TT-ranks, or one rank for all bonds',
                        '[1, 8, 8, 1]')
    listed = [check_integer(function, f'{name}[{k}]', rank) for k, rank in enumerate(listed)]
    check_bonds(function, listed, len(modes) - first_bond, (-1,) if first_bond else (0, -1), name)
    return [1] * first_bond + listed


def check_bonds(function, ranks, cores, ends=(0, -1), name='ranks'):
    """Raises ValueError unless a list of ranks has one for each bond, and 1 at its ends.

    Args:
        function: name of the public function, for the messages.
        ranks: list of positive integers.
        cores: number of cores, d.
        ends: which of `ranks[0]` and `ranks[-1]` must be 1.
        name: what the list is called.
    """
    expected = remedy = None
    if len(ranks) != cores + 1:
        expected = f'a list of {cores + 1} TT-ranks, one more than there are cores'
        remedy = f'pass exactly {cores + 1} numbers, or one rank for all bonds'
    else:
        for end in ends:
            if ranks[end] != 1:
                expected = f"a list that {'ends' if end else 'begins'} with 1"
                remedy = f'set {name}[{end}] to 1'
                break
    if expected is not None:
        raise ValueError(f'{function}: `{name}` must be {expected}, but it is {list(ranks)}; '
                         f'{remedy}')


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
