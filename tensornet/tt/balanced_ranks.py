"""Ranks that the cores on both sides of each bond can carry.

A core `[r, n, r']` of a tensor train with orthonormal parts has `r' <= r n` and `r <= r' n`: more
would be of no use. Across a mode of size 1 the ranks are therefore equal.
"""


def tt_size(modes, ranks):
    """Number of parameters, `sum of r_{k-1} n_k r_k`."""
    return sum(left * mode * right for left, mode, right in zip(ranks, modes, ranks[1:]))


def is_balanced(modes, ranks):
    """Whether no rank is larger than its neighbours can carry."""
    return all(right <= left * mode and left <= right * mode
               for left, mode, right in zip(ranks, modes, ranks[1:]))


def lowered(modes, ranks):
    """The ranks with each that its neighbours cannot carry lowered to what they can."""
    ranks = list(ranks)
    for k in range(1, len(modes)):
        ranks[k] = min(ranks[k], ranks[k - 1] * modes[k - 1])
    for k in range(len(modes) - 1, 0, -1):
        ranks[k] = min(ranks[k], ranks[k + 1] * modes[k])
    return ranks


def raised(modes, ranks):
    """The ranks with the neighbours of each raised as far as they must be to carry it.

    No rank may exceed what the modes on either side of its bond multiply to.
    """
    ranks = list(ranks)
    for k in range(1, len(modes)):
        ranks[k] = max(ranks[k], -(-ranks[k - 1] // modes[k - 1]))
    for k in range(len(modes) - 1, 0, -1):
        ranks[k] = max(ranks[k], -(-ranks[k + 1] // modes[k]))
    return ranks


def affordable_ranks(modes, limits, size):
    """The largest rank of each bond in a tensor train of a given size.

    Args:
        modes: checked modes, [d].
        limits: what the modes admit, see `max_ranks`, [d + 1].
        size: largest number of parameters, at least `sum(modes)`.

    Returns:
        List of int, [d + 1].
    """
    def fits(bond, rank):
        ranks = [1] * len(limits)
        ranks[bond] = rank
        return tt_size(modes, raised(modes, ranks)) <= size

    return [largest(limit, lambda rank, bond=bond: fits(bond, rank))
            for bond, limit in enumerate(limits)]


def common_rank(modes, limits, size):
    """The largest rank for all bonds, capped at their limits, in a tensor train of a given size."""
    return largest(max(limits), lambda rank: tt_size(modes, capped(modes, limits, rank)) <= size)


def capped(modes, limits, rank):
    """One rank for all bonds, at most their limits, lowered where a neighbour carries less."""
    return lowered(modes, [min(rank, limit) for limit in limits])


def largest(most, allowed):
    """The largest number up to `most` that is allowed, if all smaller ones are; at least 1."""
    least = 1
    while least < most:
        middle = (least + most + 1) // 2
        if allowed(middle):
            least = middle
        else:
            most = middle - 1
    return least
