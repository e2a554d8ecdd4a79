"""Ranks of the least error for a size, by the errors that decompositions have.

The squared errors that a sweep cuts add up exactly, but what one bond cuts depends on the ranks of
those cut before it, little where the data are of low rank and much where they are noise. So there
is no formula to minimise: candidates are judged by their errors, which `CutTree` tells. They are
one rank for all bonds; equal shares of the error for all bonds, as `decompose` with `eps` cuts;
and exchanges of ranks between bonds, from the better of these two on. Each is fitted to the size
by the bond that is cut last, whose errors are known for all ranks at once.
"""
import math

from tensornet.tt.balanced_ranks import capped, is_balanced, largest, lowered, raised, tt_size

# No exchanges are tried when all took this many times the work of a decomposition, and no further
# equal shares when these did.
_WORK, _SHARE_WORK = 1.7, 3.0
# Small tensors are decomposed in no time; this much work is always done where it helps.
_LEAST_WORK = 3e7
_SHARE_STEPS = 30
# By how much more the logarithm of a shared error changes than that of the size, at first.
_STRIDE = 1.5
# Errors to share whose logarithms differ by no more are as good as equal.
_CLOSE = 1e-3
# Halvings of the range of such logarithms.
_BISECTIONS = 40
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
        self._shares = [1] * (len(tree.modes) + 1)
        self.ranks = None
        self.error = math.inf

    def try_common_rank(self):
        """Tries the largest rank for all bonds that the size admits."""
        self._try(self._capped(self._tree.common_rank))

    def try_equal_shares(self):
        """Tries equal shares of the least error that a tensor train so cut has at this size.

        The cuts made so far tell which error that is about, and those then made tell it better.
        """
        low, high, margin, stride = math.log(_LEAST_ERROR), 0.0, _CLOSE, _STRIDE
        # Cuts that leave out next to nothing tell most about others.
        cuts = self._tree.path(self._without_nothing(self._capped(max(self._tree.limits))))
        exponent = min(self._shared_error(cuts), math.log(self.error))
        begin = self._tree.work
        for _ in range(_SHARE_STEPS):
            shares = _EqualShares(math.exp(exponent))
            ranks = self._tree.walk(shares)
            self._try(ranks)
            fits = shares.are_kept and self._fits(ranks)
            if fits:
                high, self._shares = exponent, ranks
            else:
                low = exponent
            most = max(_SHARE_WORK * self._tree.decomposition_work(ranks), _LEAST_WORK)
            if high - low <= _CLOSE or high < 0 and self._tree.work - begin >= most:
                break
            exponent = max(self._shared_error(self._tree.path(ranks)), low + _CLOSE)
            if fits and exponent > high - margin:
                # These cuts tell of nothing better. Those to slightly larger ranks may.
                exponent, margin = max(high - margin, (low + high) / 2), 4 * margin
            elif fits:
                # Of much larger ranks they tell little.
                left = math.log(self._size / tt_size(self._modes, ranks))
                exponent, stride = max(exponent, high - stride * left), 2 * stride
            elif exponent >= high:
                exponent = (low + high) / 2

    def _shared_error(self, cuts):
        """Logarithm of the least error whose equal shares fit the size, by the errors of cuts."""
        def fits(exponent):
            ranks, shares = [1] * (len(cuts) + 2), _EqualShares(math.exp(exponent))
            for cut in cuts:
                ranks[cut.bond] = shares(cut)
            return shares.are_kept and self._fits(ranks)

        low, high = math.log(_LEAST_ERROR), 0.0
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if fits(middle) else (middle, high)
        return high

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
        """The ranks, lowered at each bond to the numerical rank of its unfolding."""
        return self._tree.walk(lambda cut: min(ranks[cut.bond], cut.rank))

    def _is_tired(self):
        """Whether other candidates would take too long, compared with a decomposition."""
        return self._tree.work >= max(_WORK * self._tree.decomposition_work(self.ranks),
                                      _LEAST_WORK)

    def _capped(self, rank):
        return capped(self._modes, self._tree.limits, rank)

    def _fits(self, ranks):
        return tt_size(self._modes, ranks) <= self._size


class _EqualShares:
    """Chooses ranks cut by cut, as `decompose` with `eps` does.

    Args:
        error: squared relative error that is shared.

    Attributes:
        are_kept: whether no rank was limited below what its share demands.
    """

    def __init__(self, error):
        self.are_kept = True
        self._left = error

    def __call__(self, cut):
        rank = int((cut.tails > self._left / cut.bonds).sum()) + 1
        if rank > len(cut.tails):
            rank, self.are_kept = len(cut.tails), False
        self._left -= cut.tails[rank - 1]
        return rank
