"""The argument `ranks`: a list of TT-ranks, or one rank for all bonds."""
import numbers

import numpy as np

from tensornet.tt.arguments import admitted_ranks, check_integer, check_list


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


def check_ranks(function, ranks, modes, first_bond=0):
    """Returns TT-ranks as a list of int, [d + 1], with ones at both ends.

    Args:
        function: name of the public function, for the messages.
        ranks: the argument, a list or one number.
        modes: checked modes of the tensor train, [d].
        first_bond: 1 where the list begins behind the first mode, as that of a convolution does,
            whose first mode is the window.
    """
    if is_one_rank(ranks):
        return common_ranks(check_integer(function, 'ranks', ranks), modes)
    listed = check_list(function, 'ranks', ranks, 'TT-ranks, or one rank for all bonds',
                        '[1, 8, 8, 1]')
    listed = [check_integer(function, f'ranks[{k}]', rank) for k, rank in enumerate(listed)]
    expected = len(modes) + 1 - first_bond
    if first_bond and (len(listed) != expected or listed[-1] != 1):
        raise ValueError(
            f'{function}: `ranks` must be r_0..r_{expected - 1}, of which the last is 1, but they '
            f'are {listed}; r_0 is that of the filters, and one number stands for all')
    if len(listed) != expected:
        raise ValueError(
            f'{function}: `ranks` must have one entry more than there are modes, {expected}, but '
            f'{listed} has {len(listed)}; list them with the ones at both ends, or pass one rank '
            f'for all bonds')
    for end in (0, -1) if not first_bond else ():
        if listed[end] != 1:
            raise ValueError(
                f'{function}: `ranks[{end}]` must be 1, but it is {listed[end]} in {listed}; '
                f'a tensor train starts and ends with rank 1')
    return [1] * first_bond + listed
