"""Choosing how to make rows of an embedding's table. Nothing here knows of TensorFlow.

A plan says which neighbouring cores are merged beforehand, for all ids: worth it where they have
fewer slices than there are ids. Then it says in which order the slices of an id are joined, see
`row_joins`, and whether equal ids are looked up once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Sequence, Tuple

from tensornet.annotations import Modes, Ranks
from tensornet.contraction import row_memory
from tensornet.contraction.cost_model import NOTHING, choose_joins, joining_costs
from tensornet.contraction.plan_arguments import (
    check_elements,
    checked_bonds,
    checked_setting,
    checked_shape,
    checked_unique,
)
from tensornet.contraction.plan_report import row_report
from tensornet.contraction.row_cost import (
    expected_distinct,
    row_join_cost,
    row_join_kind,
    slices_cost,
    unique_cost,
)
from tensornet.contraction.row_joins import (
    group_ranges,
    right_groups,
    row_joins,
    slice_shape,
)
from tensornet.contraction.row_search import cheapest_rows
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.steps import make_joins
from tensornet.contraction.tt_matrix_shape import TTMatrixShape

if TYPE_CHECKING:
    from tensornet.contraction.machine import Machine
    from tensornet.contraction.measurement import Measurement

# Up to this many cores all ways to merge them are measured, 2^(d - 1) without the whole table.
MOST_CORES = 5


def row_plan(voc_modes: Modes, emb_modes: Modes, ranks: Ranks, batch_size: int = DEFAULT_BATCH_SIZE,
             *, training: bool = True, dtype: str = 'float32',
             groups: Optional[Sequence[int]] = None, order: Optional[Sequence[int]] = None,
             unique: Optional[bool] = None, machine: Optional[Machine] = None,
             constant_bytes: Optional[int] = None) -> RowPlan:
    """Chooses the fastest way to look up rows of a table in the TT format, by the cost model.

    All ways to merge neighbouring cores are considered with all orders of joining the groups, but
    never the whole table.

    Args:
        voc_modes, emb_modes: d positive integers each, of the table
            `[prod(voc_modes), prod(emb_modes)]`.
        ranks: d+1 TT-ranks, of which the first and the last are 1; or one rank for all bonds,
            capped at the largest useful rank of each bond.
        batch_size: number of ids.
        training: whether the gradients of the cores are computed as well.
        dtype: type of the elements, 'float16', 'bfloat16', 'float32' or 'float64', as a name or as
            NumPy or TensorFlow call it.
        groups: numbers of cores to merge, from left to right, to ask for a certain plan; `[1] * d`
            merges nothing, `[d]` builds the table. Goes with `order`.
        order: the bonds between these groups, numbered from 1, in the order in which they are
            summed over; `[1, 2, ...]` goes from left to right.
        unique: whether equal ids are looked up once; None decides by the estimate for ids that are
            all equally likely. The words of a text repeat much more often.
        machine: constants of the cost model for elements of this type, a `Machine` such as
            `tensornet.contraction.gpu(dtype)`; None means those of a CPU.
        constant_bytes: None for cores that are variables. For a graph that is to be exported, how
            many bytes the merged cores may take together, each group no more than its share of
            those of the cores; merging then takes no time. Goes with `training=False`.

    Returns:
        `RowPlan`. Printing it shows its products and their cost.

    Raises:
        ValueError, TypeError: the arguments do not describe a table or a plan of one.
    """
    shape, setting = checked_table('row_plan', voc_modes, emb_modes, ranks, Setting(
        batch_size, training, dtype, machine, constant_bytes))
    unique = checked_unique('row_plan', unique)
    if groups is None and order is None:
        return fastest_row_plan(shape, setting, unique)
    groups, order = checked_bonds('row_plan', groups, order, shape.d)
    return min((_chosen(shape, setting, groups, order, is_unique)
                for is_unique in _choices(unique)), key=_seconds)


def checked_table(function, voc_modes, emb_modes, ranks, setting):
    """Returns `TTMatrixShape` and `Setting` of a lookup in a table, or raises ValueError.

    Args:
        function: name of the public function, for the messages.
        voc_modes, emb_modes, ranks: its arguments.
        setting: `Setting` of its other arguments as they are.
    """
    # The layer that multiplies by the transposed table has the same cores.
    shape = checked_shape(function, emb_modes, voc_modes, ranks,
                          names=('emb_modes', 'voc_modes', 'ranks'))
    setting = checked_setting(function, setting)
    check_elements(function, 'emb_modes', setting.batch_size, shape.inp_modes)
    check_elements(function, 'voc_modes', 1, shape.out_modes)
    return shape, setting


def fastest_row_plan(shape, setting, unique=None):
    """Returns the `RowPlan` of least estimated time.

    Args:
        shape, setting: as `checked_table` returns them.
        unique: whether equal ids are looked up once; None decides by the estimate.
    """
    return min((_cheapest(shape, setting, is_unique) for is_unique in _choices(unique)),
               key=_seconds)


def ranked_row_plans(shape, setting):
    """Returns the plan of each way to merge cores, and of looking equal ids up once or not.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.

    Returns:
        List of `RowPlan`, the fastest by estimate first. Of more than `MOST_CORES` cores only the
        fastest ways to merge them are among them.
    """
    d = shape.d
    plans = [_cheapest(shape, setting, is_unique) for is_unique in (False, True)]
    for cuts in range(1, 2**(d - 1)) if d <= MOST_CORES else ():
        ends = [k for k in range(1, d) if cuts >> (k - 1) & 1] + [d]
        groups = set(zip([0] + ends, ends))
        for is_unique in (False, True):
            plans.append(_cheapest(shape, setting, is_unique,
                                   lambda *cores, groups=groups: cores in groups))
    return sorted(set(plans), key=_seconds)


class RowPlan(NamedTuple):
    """A way to look up rows; made by `row_plan`.

    Attributes:
        shape: `TTMatrixShape` of the transposed table: `inp_modes` are those of a row, `out_modes`
            those of the vocabulary.
        setting: what it was planned for: `batch_size`, which is the number of ids, `training`,
            `dtype`, `machine`.
        groups: numbers of merged cores, from left to right.
        order: the bonds between groups, numbered from 1, in the order of the products.
        unique: whether equal ids are looked up once.
        kinds: for each product, BATCHED or SMALL.
        merges: for each group, the kinds of the products that merge its cores, see `merge`.
        measurement: `Measurement` of a measured plan; None for one that was estimated.
    """

    shape: TTMatrixShape
    setting: Setting
    groups: Tuple[int, ...]
    order: Tuple[int, ...]
    unique: bool
    kinds: Tuple[str, ...]
    merges: Tuple[Tuple[str, ...], ...]
    measurement: Optional[Measurement]

    @property
    def joins(self):
        """Tuple of the `RowJoin`s, in their order."""
        return row_joins(self.shape, self.groups, self.order)

    @property
    def slices(self):
        """List of the `SliceShape` of each group."""
        return [slice_shape(self.shape, *cores) for cores in group_ranges(self.groups)]

    @property
    def count(self):
        """How many rows are expected to be made."""
        batch_size = self.setting.batch_size
        if not self.unique:
            return batch_size
        return expected_distinct(batch_size, self.shape.out_size)

    @property
    def cost(self):
        """Estimated `Cost` of one run, with the gradients if planned for training."""
        made = self.setting._replace(batch_size=self.count)
        merging = joining_costs(self.shape, made)
        rights = right_groups(self.groups, self.joins)
        cost = NOTHING
        for group, cores in enumerate(group_ranges(self.groups)):
            cost += merging[cores] + slices_cost(self.shape, *cores, group in rights, made)
        for join in self.joins:
            cost += row_join_cost(join, made)
        if self.unique:
            cost += unique_cost(self.shape.inp_size, self.setting)
        return cost

    @property
    def parts(self):
        """How many parts of the ids are gone through one after another, see `row_memory`."""
        return row_memory.parts(self)

    @property
    def gradient_parts(self):
        """The same for the backward pass."""
        return row_memory.gradient_parts(self)

    @property
    def core_bytes(self):
        """Bytes of the cores in a file."""
        return self.setting.stored_itemsize * sum(self.shape.core_sizes)

    def fits(self, voc_modes, emb_modes, ranks):
        """Whether the plan is one for a table of these modes and ranks, given as to `row_plan`."""
        return self.shape == checked_shape(
            'RowPlan.fits', emb_modes, voc_modes, ranks,
            names=('emb_modes', 'voc_modes', 'ranks'))

    @property
    def way(self):
        """The groups and their order in a few words."""
        ids = 'unique ids, ' if self.unique else ''
        return f'{ids}groups {list(self.groups)}, order {list(self.order)}'

    def __repr__(self):
        emb_modes, voc_modes, ranks = map(list, self.shape)
        return f'<RowPlan of a table {voc_modes} x {emb_modes} with ranks {ranks}: {self.way}>'

    def __str__(self):
        return row_report(self)


def _choices(unique):
    return (False, True) if unique is None else (unique,)


def _seconds(plan):
    return plan.cost.seconds


def _chosen(shape, setting, groups, order, unique):
    """Returns the plan of these groups and order, with the fastest operations."""
    plan = RowPlan(shape, setting, groups, order, bool(unique), (), (), None)
    kinds = tuple(map(row_join_kind, plan.joins))
    merges = tuple(choose_joins(make_joins(shape, *cores), setting)
                   for cores in group_ranges(groups))
    return plan._replace(kinds=kinds, merges=merges)


def _cheapest(shape, setting, unique, is_group=None):
    """Returns the fastest plan of those that look equal ids up once, or of the others.

    Args:
        shape, setting: of the plan.
        unique: which of them.
        is_group: function that says which cores first..last-1 may be a group; None allows all but
            the table and, for constant cores, what takes too many bytes.
    """
    made = setting
    if unique:
        made = setting._replace(
            batch_size=expected_distinct(setting.batch_size, shape.out_size))
    groups, order = cheapest_rows(shape, made, is_group or _groups(shape, setting))
    return _chosen(shape, setting, groups, order, unique)


def _groups(shape, setting):
    """Returns a function that says whether a range of cores may be a group."""
    stored = shape.core_sizes
    share = None
    if setting.has_constant_cores:
        share = setting.constant_bytes / sum(stored)

    def is_group(first, last):
        if last == first + 1:
            return True
        merged = slice_shape(shape, first, last)
        return (last - first < shape.d and (
            share is None
            or setting.itemsize * merged.count * merged.entries <= share * sum(stored[first:last])))
    return is_group
