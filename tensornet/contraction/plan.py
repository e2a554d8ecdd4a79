"""Choosing how to multiply a batch by a TT-matrix.

A plan says which neighbouring cores are merged and in which order the groups meet the batch, see
`steps`; or that the original library's chain of contractions is used. Nothing here knows of
TensorFlow.
"""

import numbers
from collections import namedtuple

import numpy as np

from tensornet.contraction import cost_model, plan_memory
from tensornet.contraction.plan_report import report
from tensornet.contraction.steps import (
    LEFT,
    RIGHT,
    make_join,
    make_step,
    make_steps,
    product,
)

DEFAULT_BATCH_SIZE = 100
# No tensor has more numbers.
LARGEST_SIZE = 2**63 - 1


def plan(inp_modes, out_modes, ranks, batch_size=DEFAULT_BATCH_SIZE, *, training=True,
         itemsize=4, groups=None, order=None, machine=cost_model.CPU):
    """Chooses the fastest way to multiply a batch by a TT-matrix, by the cost model.

    All ways to merge neighbouring cores are considered, with all orders of taking the groups from
    the left or from the right, the whole matrix among them, and the chain.

    Args:
        inp_modes, out_modes: d positive integers each.
        ranks: d+1 TT-ranks, of which the first and the last are 1.
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        itemsize: bytes of a number, 4 for float32.
        groups: numbers of cores to merge, from left to right, to ask for a certain plan;
            `[1] * d` merges nothing, `[d]` builds the matrix. Goes with `order`.
        order: for each group but the last to be contracted, 'left' or 'right'.
        machine: constants of the cost model, a `cost_model.Machine`; those of a CPU also serve for
            GPUs, on which nothing has been measured.

    Returns:
        `Plan`. Printing it shows its contractions and their cost.

    Raises:
        ValueError: the arguments do not describe a TT-matrix or a plan of one.

    Cost: at most O(d^3) evaluations of the cost model; most groups are passed over, since joining
    their cores alone takes longer than another way. 40 cores take some tenths of a second.
    """
    shape = _checked_shape(inp_modes, out_modes, ranks)
    setting = _checked_setting(batch_size, training, itemsize, machine)
    _check_states(shape, setting)
    if groups is not None or order is not None:
        return _requested(shape, setting, groups, order)
    best = _fastest_contraction(shape, setting)
    chain = Plan(shape, setting, None, None)
    return chain if chain.cost.seconds < best.cost.seconds else best


def chain_plan(inp_modes, out_modes, ranks, batch_size=DEFAULT_BATCH_SIZE, *, training=True,
               itemsize=4, machine=cost_model.CPU):
    """Returns the plan of the original library: core by core, with transposes.

    Args, Raises: as for `plan`.
    """
    shape = _checked_shape(inp_modes, out_modes, ranks)
    setting = _checked_setting(batch_size, training, itemsize, machine)
    _check_states(shape, setting)
    return Plan(shape, setting, None, None)


class TTMatrixShape(namedtuple('TTMatrixShape', ['inp_modes', 'out_modes', 'ranks'])):
    """Modes and TT-ranks of a TT-matrix, as tuples."""


class Setting(namedtuple('Setting', ['batch_size', 'training', 'itemsize', 'machine'])):
    """What is planned for.

    Attributes:
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        itemsize: bytes of a number.
        machine: constants of the cost model.
    """


class Plan(namedtuple('Plan', ['shape', 'setting', 'groups', 'order'])):
    """A way to multiply a batch by a TT-matrix; made by `plan`.

    Attributes:
        shape: `TTMatrixShape`.
        setting: what it was planned for: `batch_size`, `training`, `itemsize`, `machine`.
        groups: numbers of merged cores, from left to right; None for the chain.
        order: for each group but the last, LEFT or RIGHT; None for the chain.
    """

    __slots__ = ()

    @property
    def is_chain(self):
        """Whether this is the original library's chain of contractions."""
        return self.groups is None

    @property
    def steps(self):
        """Tuple of the contractions, in their order; empty for the chain."""
        return () if self.is_chain else make_steps(*self.shape, self.groups, self.order)

    @property
    def cost(self):
        """Estimated `Cost` of one run, with the gradients if planned for training."""
        arguments = (self.setting.batch_size, self.setting.itemsize, self.setting.training,
                     self.setting.machine)
        if self.is_chain:
            return cost_model.chain_cost(*self.shape, *arguments)
        return sum((cost_model.step_cost(step, *self.shape, *arguments) for step in self.steps),
                   cost_model.NOTHING)

    @property
    def kept_bytes(self):
        """Bytes of what the backward pass reads, without input, cores and output."""
        return self.setting.itemsize * sum(plan_memory.kept(self))

    @property
    def largest_intermediate_bytes(self):
        """Bytes of the largest tensor between input and output, gradients among them."""
        return self.setting.itemsize * max(plan_memory.made(self))

    def fits(self, inp_modes, out_modes, ranks):
        """Whether the plan is one for a TT-matrix of these modes and ranks."""
        return self.shape == (tuple(inp_modes), tuple(out_modes), tuple(ranks))

    def __repr__(self):
        way = 'chain' if self.is_chain else 'groups %s, order %s' % (list(self.groups),
                                                                     list(self.order))
        return '<Plan of modes %s -> %s with ranks %s: %s>' % (
            tuple(list(part) for part in self.shape) + (way,))

    def __str__(self):
        return report(self, chain_plan(*self.shape, **self.setting._asdict()))


def _fastest_contraction(shape, setting):
    """Dynamic programming over the ranges of cores that are still to contract."""
    inp_modes, out_modes, ranks = shape
    d = len(inp_modes)

    joining = _joining_costs(shape, setting)
    arguments = (setting.batch_size, setting.itemsize, setting.training, setting.machine)
    best = {}
    for length in range(1, d + 1):
        for left in range(d - length + 1):
            right = left + length
            least = (float('inf'), (), ())
            for first, last, rest in _first_groups(left, right):
                rest_seconds, groups, order = best.get(rest, (0.0, (), ()))
                # Most groups are too slow at first sight, for what joining alone takes, or with
                # the arithmetic.
                known = joining[first, last].seconds + rest_seconds
                if known > least[0]:
                    continue
                step = make_step(inp_modes, out_modes, ranks, left, right, first, last)
                if known + cost_model.least_step_seconds(step, *arguments) > least[0]:
                    continue
                total = rest_seconds + cost_model.step_cost(
                    step, inp_modes, out_modes, ranks, *arguments, joining[first, last]).seconds
                size = (last - first,)
                if (first, last) == (left, right):
                    least = min(least, (total, size, ()))
                elif first == left:
                    least = min(least, (total, size + groups, (LEFT,) + order))
                else:
                    least = min(least, (total, groups + size, (RIGHT,) + order))
            best[left, right] = least
    _, groups, order = best[0, d]
    return Plan(shape, setting, groups, order)


def _first_groups(left, right):
    """Groups that the cores left..right-1 can begin with, small ones first, and what they leave.
    """
    for size in range(1, right - left):
        yield left, left + size, (left + size, right)
        yield right - size, right, (left, right - size)
    yield left, right, None


def _joining_costs(shape, setting):
    """Costs of joining the cores first..last-1, for all such ranges."""
    costs = {}
    for last in range(1, len(shape.inp_modes) + 1):
        cost = costs[last - 1, last] = cost_model.NOTHING
        for first in reversed(range(last - 1)):
            # One join more than for the range that begins after it.
            cost += cost_model.join_cost(make_join(*shape, first, last), setting.itemsize,
                                         setting.training, setting.machine)
            costs[first, last] = cost
    return costs


def _requested(shape, setting, groups, order):
    if groups is None or order is None:
        raise ValueError('plan: `groups` and `order` go together, but only one of them is given; '
                         'pass both or neither')
    d = len(shape.inp_modes)
    groups = _integers('groups', groups)
    if sum(groups) != d:
        raise ValueError('plan: `groups` must add up to the number of cores, %d, but they are %s; '
                         'every core belongs to one group' % (d, list(groups)))
    sides = _listed(order)
    sides = None if sides is None else [str(side) for side in sides]
    if sides is None or len(sides) != len(groups) - 1 or not set(sides) <= {LEFT, RIGHT}:
        raise ValueError("plan: `order` must be %d of 'left' and 'right', one for each "
                         'group but the last to be contracted, but it is %.100r; list them in the '
                         'order of the contractions'
                         % (len(groups) - 1, order))
    return Plan(shape, setting, groups, tuple(sides))


def _checked_shape(inp_modes, out_modes, ranks):
    """Returns the `TTMatrixShape`, or raises ValueError unless modes and ranks fit."""
    shape = TTMatrixShape(_integers('inp_modes', inp_modes), _integers('out_modes', out_modes),
                          _integers('ranks', ranks))
    d = len(shape.inp_modes)
    if len(shape.out_modes) != d:
        raise ValueError(
            'plan: `inp_modes` and `out_modes` must have the same length, but they are %s and %s; '
            'pad the shorter one with ones' % (list(shape.inp_modes), list(shape.out_modes)))
    if len(shape.ranks) != d + 1 or shape.ranks[0] != 1 or shape.ranks[-1] != 1:
        raise ValueError(
            'plan: `ranks` must be %d TT-ranks that begin and end with 1, but they are %s; pass '
            'one rank for each bond and 1 for either end' % (d + 1, list(shape.ranks)))
    return shape


def _check_states(shape, setting):
    """Raises ValueError where input or output has more numbers than a tensor can."""
    for name, modes in (('inp_modes', shape.inp_modes), ('out_modes', shape.out_modes)):
        size = setting.batch_size * product(modes)
        if size > LARGEST_SIZE:
            raise ValueError(
                'plan: `batch_size` times the product of `%s` must be at most %d, the numbers of '
                'a tensor, but %d samples of modes %s make %d; lower them'
                % (name, LARGEST_SIZE, setting.batch_size, list(modes), size))


def _checked_setting(batch_size, training, itemsize, machine):
    """Returns the `Setting`, or raises ValueError."""
    if not isinstance(training, (bool, np.bool_)):
        raise ValueError('plan: `training` must be True or False, but it is %.100r; pass one of '
                         'the two' % (training,))
    for name, value in (('batch_size', batch_size), ('itemsize', itemsize)):
        if not is_size(value):
            raise ValueError('plan: `%s` must be a positive integer, but it is %.100r; pass for '
                             'example 4' % (name, value))
        if value > LARGEST_SIZE:
            raise ValueError(_too_large(name, value))
    if not isinstance(machine, cost_model.Machine):
        raise ValueError('plan: `machine` must be a `tensornet.contraction.cost_model.Machine`, '
                         'but it is %.100r; change constants of `cost_model.CPU` with `_replace`'
                         % (machine,))
    return Setting(int(batch_size), bool(training), int(itemsize), machine)


def is_size(value):
    """Whether a value is a positive whole number."""
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        return False
    # An integer may be beyond what NumPy can tell finite.
    if not isinstance(value, numbers.Integral) and not np.isfinite(value):
        return False
    return value == int(value) and value >= 1


def _listed(values):
    """A flat sequence as a list; None for anything else, such as a tensor in a graph."""
    if hasattr(values, 'dtype'):
        # Going through a variable of a graph would add operations; as an array it has no axis.
        try:
            values = np.asarray(values)
        except Exception:
            return None
        return list(values) if values.ndim == 1 else None
    if isinstance(values, (str, bytes, dict)) or not np.iterable(values):
        return None
    return list(values)


def _integers(name, values):
    listed = _listed(values)
    if not listed:
        raise ValueError('plan: `%s` must be made of positive integers, in a flat list, but it is '
                         '%.100r; pass for example [4, 8, 8, 4]' % (name, values))
    for value in listed:
        if not is_size(value):
            raise ValueError('plan: `%s` must be made of positive integers, but there is %.100r; '
                             'replace it' % (name, value))
        if value > LARGEST_SIZE:
            raise ValueError(_too_large(name, value))
    return tuple(int(value) for value in listed)


def _too_large(name, value):
    return 'plan: `%s` must be at most %d, but there is %.100r; pass a smaller number' % (
        name, LARGEST_SIZE, value)
