"""Errors of the TT-SVDs of one tensor to many different ranks.

A TT-SVD to given ranks is a path of cuts, see `tensornet.tt.sweep`. What a cut to some rank leaves
is the leading part of what a cut to a larger rank leaves. So each cut is made once, to the largest
rank in question, and serves all smaller ranks, and paths share the cuts that they begin with. Of
the last bond only the singular values are needed. Where nothing but its rank differs, an error
costs nothing.
"""
import numpy as np

from tensornet.tt.balanced_ranks import common_rank
from tensornet.tt.blocks import gram, squared_norm
from tensornet.tt.bond_spectra import unfolding_energies
from tensornet.tt.sweep import is_cut_from_left
from tensornet.tt.truncated_svd import (
    is_randomized,
    is_small_shape,
    largest_excess,
    project,
    truncated_svd,
)

# How much longer than one product methods take.
_DIRECT_WORK = 20
_RANDOMIZED_WORK = 16
# Halves of the largest rank that fits the size, or of the largest common rank if that is more, up
# to which the errors of the last cut are known.
_MARGIN = 3


class CutTree:
    """The cuts of a tensor, made when they are asked for.

    Args:
        tensor: C-contiguous float32 or float64 array with `prod(modes)` finite elements, of a
            magnitude whose squares neither overflow nor vanish.
        energy: squared Frobenius norm of `tensor`, not 0.
        modes: checked modes, [d], d at least 2.
        limits: largest ranks in question, [d + 1].
        size: largest number of parameters in question.
        noise: squared relative error of a cut that counts as none.

    Attributes:
        common_rank: the largest rank for all bonds that the size admits.
        work: about how many multiply-adds all cuts took.
    """

    def __init__(self, tensor, energy, modes, limits, size, noise=0.0):
        self.modes = modes
        self.limits = limits
        self.size = size
        self.energy = energy
        self.noise = noise
        self.common_rank = common_rank(modes, limits, size)
        self.work = 0.0
        self._root = _Cut(self, tensor, energy, (0, len(modes) - 1, 1, 1), 0)

    def path(self, ranks):
        """Returns the cuts to given ranks, d - 1 in the order in which a sweep makes them."""
        cuts, cut = [], self._root
        while cut is not None:
            cuts.append(cut)
            cut = cut.after(ranks[cut.bond])
        return cuts

    def walk(self, choose):
        """Makes a path of ranks that are chosen one after another.

        Args:
            choose: function of a cut that returns the rank to cut to.

        Returns:
            The ranks, [d + 1].
        """
        ranks, cut = [1] * (len(self.modes) + 1), self._root
        while cut is not None:
            ranks[cut.bond] = choose(cut)
            cut = cut.after(ranks[cut.bond])
        return ranks

    def order(self, ranks):
        """Returns the bonds in the order in which they are cut, [d - 1]."""
        return [cut.bond for cut in self.path(ranks)]

    def error(self, ranks):
        """Returns the squared relative error of the TT-SVD to given ranks."""
        return sum(cut.tail(ranks[cut.bond]) for cut in self.path(ranks))

    def decomposition_work(self, ranks):
        """Returns about how many multiply-adds a decomposition takes."""
        return sum(cut.work(ranks[cut.bond], with_vectors=True) for cut in self.path(ranks))


class _Cut:
    """The cut of one bond, after those of other bonds.

    Args:
        tree: the `CutTree`.
        state: what is left of the tensor, `[left_rank, n_first, ..., n_last, right_rank]`.
        energy: its squared Frobenius norm.
        ends: first, last, left_rank and right_rank.
        spent: number of parameters of the cores that are cut off already.

    Attributes:
        bond: index of the bond.
        bonds: number of bonds that are left to cut, this one included.
    """

    def __init__(self, tree, state, energy, ends, spent):
        first, last, left_rank, right_rank = ends
        rows, columns = left_rank * tree.modes[first], tree.modes[last] * right_rank
        self._tree = tree
        self._state = state
        self._energy = energy
        self._ends = ends
        self._spent = spent
        self._from_left = is_cut_from_left(state, rows, columns)
        side = rows if self._from_left else columns
        self._shape = side, state.size // side
        self.bond = first + 1 if self._from_left else last
        self.bonds = last - first
        self._limit = min(tree.limits[self.bond], *self._shape)
        if self.bonds == 1:
            affordable = max((tree.size - spent) // (rows + columns), tree.common_rank)
            self._limit = min(self._limit, _MARGIN * affordable // 2 + 1)
        self._rest = None
        self._tails = None
        self._after = {}

    @property
    def tails(self):
        """Squared relative error of cutting to rank 1, 2, ..., the limit; descending."""
        if self._tails is None:
            self._make()
        return self._tails

    @property
    def rank(self):
        """The rank from which on nothing is cut, or the limit."""
        return min(int(np.count_nonzero(self.tails)) + 1, len(self.tails))

    def tail(self, rank):
        """Squared relative error of cutting to a rank, which may exceed the limit."""
        return float(self.tails[min(rank, len(self.tails)) - 1])

    def after(self, rank):
        """The next cut if this one is to `rank`; None after the last one."""
        if self.bonds == 1:
            return None
        if rank not in self._after:
            self._after[rank] = self._next(rank)
        return self._after[rank]

    def work(self, rank, with_vectors):
        """About how many multiply-adds a cut to a rank takes, `truncated_svd` or values only."""
        rows, columns = sorted(self._shape)
        if is_randomized(rows, rank):
            return _RANDOMIZED_WORK * rows * columns * rank
        if is_small_shape(rows, columns) and with_vectors:
            return _DIRECT_WORK * rows**2 * columns
        return rows**2 * columns + (9 if with_vectors else 3) * rows**3

    def _make(self):
        side = self._shape[0]
        unfolding = self._state.reshape(side, -1) if self._from_left else \
            self._state.reshape(-1, side).T
        randomized = is_randomized(min(unfolding.shape), self._limit)
        self._tree.work += self.work(self._limit, randomized or self.bonds > 1)
        left_out = 0.0
        if self.bonds == 1 and not randomized:
            energies = unfolding_energies(unfolding, None, self._energy)
        else:
            rest, left_out = _leading_part(unfolding, self._limit, self._energy)
            energies = np.einsum('ij,ij->i', rest, rest, dtype=np.float64)
            self._rest = rest if self.bonds > 1 else None
        tails = np.append(np.cumsum(energies[:0:-1])[::-1], 0.0) + left_out
        excess = largest_excess(*unfolding.shape)[:self._limit]
        tails = tails[:self._limit] * (1 + excess)**2 / self._tree.energy
        self._tails = np.where(tails > self._tree.noise, tails, 0.0)
        self._state = None

    def _next(self, rank):
        if self._rest is None:
            self._make()
        first, last, left_rank, right_rank = self._ends
        rest = self._rest[:rank]
        energy, rank = squared_norm(rest), len(rest)
        spent = self._spent + self._shape[0] * rank
        if self._from_left:
            return _Cut(self._tree, rest, energy, (first + 1, last, rank, right_rank), spent)
        return _Cut(self._tree, np.ascontiguousarray(rest.T), energy,
                    (first, last - 1, left_rank, rank), spent)


def _leading_part(unfolding, rank, energy):
    """What a cut to a rank leaves, [rank, columns], and the squared error of the cut."""
    if unfolding.dtype == np.float32 and len(unfolding) <= unfolding.shape[1] \
            and not is_randomized(len(unfolding), rank):
        # To choose ranks for float32 data, the vectors need not be more accurate than that.
        energies, vectors = np.linalg.eigh(gram(unfolding))
        kept = vectors[:, ::-1][:, :rank].astype(np.float32)
        return project(kept, unfolding), float(np.maximum(energies[:-rank], 0).sum())
    _, rest, left_out = truncated_svd(unfolding, rank, None, energy)
    return rest, left_out
