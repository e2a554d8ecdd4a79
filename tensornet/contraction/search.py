"""Finding the groups and orders of least estimated cost. Nothing here knows of TensorFlow."""

import heapq

from tensornet.contraction import cost_model
from tensornet.contraction.steps import LEFT, RIGHT, make_step
from tensornet.tt.arguments import product


def cheapest_contractions(shape, setting, count=1):
    """Finds the cheapest ways to contract the cores, by the cost model.

    All ways to merge neighbouring cores are considered, with all orders of taking the groups from
    the left or from the right, by dynamic programming over the ranges of cores that are still to
    contract. Where the cores are constants, `setting.constant_bytes` bounds the bytes of the
    matrices of all groups together; unmerged cores are always allowed.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.
        count: how many are wanted.

    Returns:
        List of at most `count` pairs `(groups, order)` as in `Plan`, the cheapest first.

    Cost: at most O(d^3) evaluations of the cost model; most groups are passed over, since joining
    their cores alone takes longer than another way.
    """
    d = shape.d
    joining = cost_model.joining_costs(shape, setting)
    best = {}
    for length in range(1, d + 1):
        for left in range(d - length + 1):
            right = left + length
            kept = (_WithinBytes(shape, setting, left, count) if setting.has_constant_cores
                    else _Cheapest(count))
            for first, last, rest in _first_groups(left, right):
                rests = best.get(rest, [(0.0, (), ())])
                # Most groups can be passed over at once: joining alone takes too long, or the
                # arithmetic does, or the matrix is too large.
                known = joining[first, last].seconds + rests[0][0]
                if known > kept.limit or not kept.has_room_for(first, last):
                    continue
                step = make_step(shape, left, right, first, last)
                if known + cost_model.least_step_seconds(step, setting) > kept.limit:
                    continue
                seconds = cost_model.step_cost(step, cost_model.choose_products(step, setting),
                                               shape, setting, joining[first, last]).seconds
                kept.add([(seconds + rest_seconds,) + _joined(first - left, last - first, rest,
                                                              groups, order)
                          for rest_seconds, groups, order in rests])
            best[left, right] = kept.choices
    return [(groups, order) for _, groups, order in best[0, d][:count]]


def _first_groups(left, right):
    """Groups that the cores left..right-1 can begin with, small ones first, and what they leave."""
    for size in range(1, right - left):
        yield left, left + size, (left + size, right)
        yield right - size, right, (left, right - size)
    yield left, right, None


def _joined(offset, size, rest, groups, order):
    """Groups and order that begin with a group at the left end, or `offset` cores from it."""
    if rest is None:
        return (size,), ()
    if offset == 0:
        return (size,) + groups, (LEFT,) + order
    return groups + (size,), (RIGHT,) + order


class _Cheapest:
    """The cheapest choices `(seconds, groups, order)` for a range of cores.

    Attributes:
        choices: list of them, the cheapest first.
        limit: seconds above which another choice is of no use.
    """

    def __init__(self, count):
        self._count = count
        self.choices = []
        self.limit = float('inf')

    def has_room_for(self, first, last):
        """Whether the matrix of the cores first..last-1 is small enough."""
        return True

    def add(self, choices):
        self.choices = heapq.nsmallest(self._count, self.choices + choices)
        if len(self.choices) == self._count:
            self.limit = self.choices[-1][0]


class _WithinBytes:
    """The cheapest choices whose matrices are small enough, and smaller ones that cost more."""

    limit = float('inf')

    def __init__(self, shape, setting, left, count):
        self._shape, self._left, self._count = shape, left, count
        unmerged = sum(self._size(k, k + 1) for k in range(shape.d))
        self._bound = max(setting.constant_bytes // setting.itemsize, unmerged)
        self.choices = []

    def has_room_for(self, first, last):
        return self._size(first, last) <= self._bound

    def add(self, choices):
        kept, sizes = [], []
        for choice in sorted(self.choices + choices):
            size = self._size_of(choice[1])
            if size <= self._bound and sum(other <= size for other in sizes) < self._count:
                kept.append(choice)
                sizes.append(size)
        self.choices = kept

    def _size_of(self, groups):
        size, first = 0, self._left
        for group in groups:
            size += self._size(first, first + group)
            first += group
        return size

    def _size(self, first, last):
        """Elements of the matrix of the merged cores first..last-1."""
        inp_modes, out_modes, ranks = self._shape
        return product(inp_modes[first:last]) * product(out_modes[first:last]) \
            * ranks[first] * ranks[last]
