"""Ranks of all bonds at once: the least size for an error.

`cuts[k][r]` is the squared relative error of cutting bond k + 1 to rank r + 1. The squared error of
a tensor train is at most the sum of the cuts of its bonds (Oseledets 2011, theorem 2.2); its size
is `sum of r_{k-1} n_k r_k`. The sum `cuts + multiplier * size` couples only neighbouring bonds, so
its minimum over all ranks is found exactly by dynamic programming. Such a minimum is optimal for
the size it has (Everett, Operations Research 11, 1963). Bisection finds the multiplier that just
keeps to the error; what it leaves unused, less than the step to the next such optimum, is given up
one rank at a time.
"""
import numpy as np

from tensornet.tt.balanced_ranks import lowered, raised, tt_size

# Ranks tried at each bond; all of them up to this number, then evenly spaced logarithms.
_CANDIDATES = 384
_BISECTIONS = 60
# From ranks as the data have them to rank 1 everywhere; cuts are at most 1, sizes at least 1.
_MULTIPLIERS = (1e-60, 10.0)
# Less than any cut that is not zero.
_SMALLEST_CUT = 1e-40


def ranks_for_error(cuts, modes, tolerance):
    """Ranks of the smallest tensor train whose sum of cuts is at most `tolerance`.

    Args:
        cuts: list of d - 1 descending arrays, see above; each ends with 0.
        modes: modes, [d].
        tolerance: squared relative error.

    Returns:
        List of int, [d + 1].
    """
    def keeps(ranks):
        return total_cut(cuts, ranks) <= tolerance

    least, most = _MULTIPLIERS
    above, below = _optimal_ranks(cuts, modes, least), _optimal_ranks(cuts, modes, most)
    if keeps(below):
        return below
    if not keeps(above):
        return [1] + [len(cut) for cut in cuts] + [1]
    for _ in range(_BISECTIONS):
        multiplier = np.sqrt(least * most)
        trial = _optimal_ranks(cuts, modes, multiplier)
        if keeps(trial):
            above, least = trial, multiplier
        else:
            below, most = trial, multiplier
    found = [_lower(above, cuts, modes, keeps)]
    climbed = _raise(below, cuts, modes, keeps)
    # Where single ranks gain nothing the climb ends short of the tolerance.
    if keeps(climbed):
        found.append(_lower(climbed, cuts, modes, keeps))
    return min(found, key=lambda ranks: tt_size(modes, ranks))


def total_cut(cuts, ranks):
    """Sum of the cuts of the bonds, the bound on the squared relative error."""
    return float(sum(cut[rank - 1] for cut, rank in zip(cuts, ranks[1:-1])))


def _optimal_ranks(cuts, modes, multiplier):
    """Ranks that minimise `cuts + multiplier * size`, by dynamic programming over the bonds."""
    candidates = [np.ones(1, dtype=np.int64)] + [_candidates(len(cut)) for cut in cuts]
    value, choices = np.zeros(1), []
    for k, cut in enumerate(cuts):
        before, after = candidates[k][:, np.newaxis], candidates[k + 1]
        total = value[:, np.newaxis] + multiplier * modes[k] * (before * after)
        # A bond never needs more than its neighbour and the mode between them can carry.
        total[(after > before * modes[k]) | (before > after * modes[k])] = np.inf
        choices.append(total.argmin(axis=0))
        value = total.min(axis=0) + cut[after - 1]
    last = candidates[-1]
    value = value + multiplier * modes[-1] * last
    value[last > modes[-1]] = np.inf
    index = int(value.argmin())
    ranks = [1]
    for k in range(len(cuts), 0, -1):
        ranks.insert(0, int(candidates[k][index]))
        index = int(choices[k - 1][index])
    return [1] + ranks


def _candidates(largest):
    if largest <= _CANDIDATES:
        return np.arange(1, largest + 1)
    return np.unique(np.rint(np.geomspace(1, largest, _CANDIDATES)).astype(np.int64))


def _raise(ranks, cuts, modes, until):
    """Raises single ranks, the most rewarding first, until `until` holds."""
    return _climb(ranks, cuts, modes, 1, lambda ranks: True, until)


def _lower(ranks, cuts, modes, allowed):
    """Lowers single ranks, the most rewarding first, while `allowed` holds."""
    return _climb(ranks, cuts, modes, -1, allowed, lambda ranks: False)


def _climb(ranks, cuts, modes, step, allowed, until):
    adapted = raised if step > 0 else lowered
    while not until(ranks):
        best, best_reward = None, 0.0
        for bond in range(1, len(modes)):
            trial = list(ranks)
            trial[bond] += step
            if not 1 <= trial[bond] <= len(cuts[bond - 1]):
                continue
            trial = adapted(modes, trial)
            if not allowed(trial):
                continue
            cut = abs(total_cut(cuts, trial) - total_cut(cuts, ranks))
            size = abs(tt_size(modes, trial) - tt_size(modes, ranks))
            reward = cut / size if step > 0 else size / max(cut, _SMALLEST_CUT)
            # A rank that cuts nothing more is not worth a parameter.
            if reward > best_reward and (step < 0 or cut > _SMALLEST_CUT):
                best, best_reward = trial, reward
        if best is None:
            break
        ranks = best
    return ranks
