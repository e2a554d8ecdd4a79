"""Ranks of the least error for a size, by the errors that decompositions have.

The squared errors that a sweep cuts add up exactly, but what one bond cuts depends on the ranks of
those cut before it, little where the data are of low rank and much where they are noise. So there
is no formula to minimise: candidates are judged by their errors, which `CutTree` tells. They are
one rank for all bonds; equal shares of the error for all bonds, as `decompose` with `eps` cuts;
and exchanges of ranks between bonds, from the better of these two on. Each is fitted to the size
by the bond that is cut last, whose errors are known for all ranks at once.
"""
import math

from tensornet.tt.balanced_ranks import is_balanced, largest, lowered, raised, tt_size

# No other candidates are tried when all of them took this many times the work of a decomposition.
_WORK = 1.7
# Small tensors are decomposed in no time; this much work is always done where it helps.
_LEAST_WORK = 3e7
_SHARE_STEPS = 6
_LEAST_SHARE_STEPS = 2
# Sizes that differ by no more are as good as equal: the last bond takes up the difference.
_CLOSE = 0.02
# The first exchanges are of this part of a rank, the last of single ranks.
_FIRST_PART = 4
# Errors that differ by a smaller part are equal.
_RESOLUTION = 1e-6
_LEAST_ERROR = 1e-30


def least_error_ranks(tree):
    """Chooses ranks of a small error, at least as small as that of the simple choices.

    Args:
        tree: the `CutTree` of the tensor for a size of at least `sum(modes)`, the largest number
            of parameters.

    Returns:
        ranks: list of int, [d + 1].
        error: squared relative error of the decomposition with these ranks.
    """
    search = _Search(tree)
    search.try_common_rank()
    common = search.ranks
    if search.error:
        search.try_equal_shares()
        search.cross(common)
        search.exchange()
        search.use_what_is_left()
    return search.ranks, search.error


class _Search:
    """The best ranks so far, and steps to better ones."""

    def __init__(self, tree):
        self._tree = tree
        self._modes = tree.modes
        self._size = tree.size
        self._tried = set()
        self.ranks = None
        self.error = math.inf

    def try_common_rank(self):
        """Tries the largest rank for all bonds that the size admits."""
        common = largest(max(self._tree.limits), lambda rank: self._fits(self._capped(rank)))
        self._try(self._capped(common))

    def try_equal_shares(self):
        """Tries equal shares of the error that a tensor train so cut has at this size."""
        # The logarithm of the odds of the error changes about evenly with that of the size.
        odds, low, high = _log_odds(self.error), None, None
        for step in range(_SHARE_STEPS):
            ranks = self._tree.walk(_equal_shares(1 / (1 + math.exp(-odds))))
            self._shares = ranks
            excess = math.log(tt_size(self._modes, ranks) / self._size)
            self._try(ranks)
            tired = step + 1 >= _LEAST_SHARE_STEPS and self._is_tired()
            if abs(excess) <= _CLOSE or tired:
                break
            if excess > 0:
                low = odds, excess
            else:
                high = odds, excess
            if low is None or high is None:
                odds += 1.5 * excess
            else:
                part = low[1] / (low[1] - high[1])
                odds = low[0] + min(max(part, 0.2), 0.8) * (high[0] - low[0])

    def cross(self, common):
        """Tries the common rank for some bonds and the equal shares for others."""
        for bond in self._tree.order(self.ranks)[-2::-1]:
            for others in (common, self._shares):
                if not self._is_tired():
                    self._try(self.ranks[:bond] + [others[bond]] + self.ranks[bond + 1:])

    def exchange(self):
        """Moves ranks between bonds while that helps and not too much work is done."""
        part = _FIRST_PART
        while not self._is_tired():
            if not self._exchange_each(part):
                if all(rank <= part for rank in self.ranks):
                    break
                part *= 2

    def use_what_is_left(self):
        """Raises single ranks as long as the size allows it and the error falls."""
        ranks, cuts = self.ranks, self._tree.path(self.ranks)
        rises = self._rises(ranks, cuts)
        while rises:
            ranks = rises[0]
            rises = self._rises(ranks, cuts)
        # The cuts after a raised rank are others and may lose more than what it gains.
        if not self._improves(ranks):
            while any(map(self._improves, self._rises(self.ranks, self._tree.path(self.ranks)))):
                pass

    def _rises(self, ranks, cuts):
        """Ranks of which one is raised, with those that must be; what gains the most first.

        Args:
            ranks: those to raise.
            cuts: path by whose errors gains are judged.
        """
        rises = []
        for cut in cuts:
            trial = list(ranks)
            trial[cut.bond] += 1
            gain = cut.tail(ranks[cut.bond]) - cut.tail(trial[cut.bond])
            trial = raised(self._modes, trial)
            if gain > 0 and self._fits(trial):
                more = tt_size(self._modes, trial) - tt_size(self._modes, ranks)
                rises.append((gain / more, trial))
        return [trial for _, trial in sorted(rises, key=lambda rise: rise[0], reverse=True)]

    def _exchange_each(self, part):
        """Raises and lowers each bond but the last by a part; whether that ever helped."""
        helped = False
        for bond in self._tree.order(self.ranks)[-2::-1]:
            for sign in (1, -1):
                while not self._is_tired() and self._try(self._shifted(bond, sign, part)):
                    helped = True
        return helped

    def _shifted(self, bond, sign, part):
        ranks = list(self.ranks)
        ranks[bond] = max(ranks[bond] + sign * max(ranks[bond] // part, 1), 1)
        return (raised if sign > 0 else lowered)(self._modes, ranks)

    def _try(self, ranks):
        """Whether ranks are the best so far, once they are fitted to the size."""
        ranks = self._fitted(ranks)
        if ranks is None or tuple(ranks) in self._tried:
            return False
        self._tried.add(tuple(ranks))
        return self._improves(ranks)

    def _improves(self, ranks):
        """Whether ranks have a smaller error than the best so far, which they then are."""
        ranks = self._without_nothing(ranks)
        error = self._tree.error(ranks)
        better = error < self.error * (1 - _RESOLUTION)
        if better:
            self.ranks, self.error = ranks, error
        return better

    def _fitted(self, ranks):
        """The ranks with the largest of the last bond that fits; None if none does."""
        ranks = [min(rank, limit) for rank, limit in zip(ranks, self._tree.limits)]
        last = self._tree.order(ranks)[-1]

        def with_last(rank):
            return raised(self._modes, ranks[:last] + [rank] + ranks[last + 1:])

        ranks = lowered(self._modes, with_last(largest(
            self._tree.limits[last], lambda rank: self._fits(with_last(rank)))))
        return ranks if self._fits(ranks) and is_balanced(self._modes, ranks) else None

    def _without_nothing(self, ranks):
        """The ranks without those that a bond loses nothing without."""
        return self._tree.walk(lambda cut: min(ranks[cut.bond], cut.rank))

    def _is_tired(self):
        """Whether other candidates would take too long, compared with a decomposition."""
        return self._tree.work >= max(_WORK * self._tree.decomposition_work(self.ranks),
                                      _LEAST_WORK)

    def _capped(self, rank):
        return lowered(self._modes, [min(rank, limit) for limit in self._tree.limits])

    def _fits(self, ranks):
        return tt_size(self._modes, ranks) <= self._size


def _equal_shares(error):
    """Function that chooses ranks cut by cut, as `decompose` with `eps` does."""
    left = [error]

    def choose(cut):
        rank = min(int((cut.tails > left[0] / cut.bonds).sum()) + 1, len(cut.tails))
        left[0] -= cut.tails[rank - 1]
        return rank

    return choose


def _log_odds(error):
    error = min(max(error, _LEAST_ERROR), 1 - 1e-12)
    return math.log(error) - math.log1p(-error)
