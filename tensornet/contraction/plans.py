"""Choosing how to multiply a batch by a TT-matrix.

A plan says which neighbouring cores are merged and in which order the groups meet the batch, see
`steps`; or that the original library's chain of contractions is used. Nothing here knows of
TensorFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Sequence, Tuple

from tensornet.annotations import Modes, Ranks
from tensornet.contraction import cost_model, plan_memory
from tensornet.contraction.plan_arguments import checked_groups, checked_product, checked_shape
from tensornet.contraction.plan_report import report
from tensornet.contraction.search import cheapest_contractions
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.steps import make_steps
from tensornet.contraction.tt_matrix_shape import TTMatrixShape

if TYPE_CHECKING:
    from tensornet.contraction.machine import Machine
    from tensornet.contraction.measurement import Measurement
    from tensornet.contraction.step_operations import StepOperations


def plan(inp_modes: Modes, out_modes: Modes, ranks: Ranks, batch_size: int = DEFAULT_BATCH_SIZE, *,
         training: bool = True, dtype: str = 'float32', groups: Optional[Sequence[int]] = None,
         order: Optional[Sequence[str]] = None, machine: Optional[Machine] = None,
         constant_bytes: Optional[int] = None, held: bool = False) -> Plan:
    """Chooses the fastest way to multiply a batch by a TT-matrix, by the cost model.

    All ways to merge neighbouring cores are considered, with all orders of taking the groups from
    the left or from the right, the whole matrix among them, and the chain.

    Args:
        inp_modes, out_modes: d positive integers each.
        ranks: d+1 TT-ranks, of which the first and the last are 1; or one rank for all bonds,
            capped at the largest useful rank of each bond.
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: type of the elements, 'float16', 'bfloat16', 'float32' or 'float64', as a name or as
            NumPy or TensorFlow call it.
        groups: numbers of cores to merge, from left to right, to ask for a certain plan;
            `[1] * d` merges nothing, `[d]` builds the matrix. Goes with `order`.
        order: for each group but the last to be contracted, 'left' or 'right'.
        machine: constants of the cost model for elements of this type, a `Machine` such as
            `tensornet.contraction.gpu(dtype)`; None means those of a CPU. The layers take those of
            the device that they are built for.
        constant_bytes: None for cores that are variables. For a frozen graph, in which TensorFlow
            merges constant cores before the first run: how many bytes the merged ones may take
            together; merging then takes no time. Goes with `training=False`. The bytes of the
            unmerged cores are always allowed.
        held: whether the cores are kept from being merged ahead of a run, so that an exported file
            holds them as they are, whatever a converter computes with constants. Goes with
            `training=False`. `inference_plan` chooses between this and `constant_bytes`.

    Returns:
        `Plan`. Printing it shows its contractions and their cost.

    Raises:
        ValueError, TypeError: the arguments do not describe a TT-matrix or a plan of one.

    Cost: at most O(d^3) evaluations of the cost model; 40 cores take some tenths of a second.
    """
    shape, setting = checked_product('plan', inp_modes, out_modes, ranks, Setting(
        batch_size, training, dtype, machine, constant_bytes, held))
    if groups is None and order is None:
        return fastest_plan(shape, setting)
    return plan_of_groups(shape, setting, *checked_groups('plan', groups, order, shape.d))


def chain_plan(inp_modes: Modes, out_modes: Modes, ranks: Ranks,
               batch_size: int = DEFAULT_BATCH_SIZE, *, training: bool = True,
               dtype: str = 'float32', machine: Optional[Machine] = None,
               constant_bytes: Optional[int] = None, held: bool = False) -> Plan:
    """Returns the plan of the original library: core by core, with transposes.

    Args, Raises: as for `plan`.
    """
    return plan_of_chain(*checked_product('chain_plan', inp_modes, out_modes, ranks, Setting(
        batch_size, training, dtype, machine, constant_bytes, held)))


def fastest_plan(shape, setting):
    """Returns the `Plan` of least estimated time.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.
    """
    return ranked_plans(shape, setting, 1)[0]


def ranked_plans(shape, setting, count):
    """Returns plans in the order of their estimated time.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.
        count: how many contractions are wanted; the chain comes in addition.

    Returns:
        List of at most `count + 1` plans, the fastest first; the chain is among them.
    """
    plans = [plan_of_groups(shape, setting, groups, order)
             for groups, order in cheapest_contractions(shape, setting, count)]
    return sorted(plans + [plan_of_chain(shape, setting)], key=lambda plan: plan.cost.seconds)


def plan_of_groups(shape, setting, groups, order):
    """Returns the `Plan` of these groups and this order, with the fastest operations."""
    operations = tuple(cost_model.choose_operations(step, shape, setting)
                       for step in make_steps(shape, groups, order))
    return Plan(shape, setting, groups, order, operations, None)


def plan_of_chain(shape, setting):
    """Returns the `Plan` of the original library's chain of contractions."""
    return Plan(shape, setting, None, None, (), None)


class Plan(NamedTuple):
    """A way to multiply a batch by a TT-matrix; made by `plan`.

    Attributes:
        shape: `TTMatrixShape`.
        setting: what it was planned for: `batch_size`, `training`, `dtype`, `machine`.
        groups: numbers of merged cores, from left to right; None for the chain.
        order: for each group but the last, LEFT or RIGHT; None for the chain.
        operations: for each contraction the `StepOperations` that carry it out; empty for the
            chain.
        measurement: `Measurement` of a measured plan; None for one that was estimated.
    """

    shape: TTMatrixShape
    setting: Setting
    groups: Optional[Tuple[int, ...]]
    order: Optional[Tuple[str, ...]]
    operations: Tuple[StepOperations, ...]
    measurement: Optional[Measurement]

    @property
    def is_chain(self):
        """Whether this is the original library's chain of contractions."""
        return self.groups is None

    @property
    def steps(self):
        """Tuple of the contractions, in their order; empty for the chain."""
        return () if self.is_chain else make_steps(self.shape, self.groups, self.order)

    @property
    def cost(self):
        """Estimated `Cost` of one run, with the gradients if planned for training."""
        if self.is_chain:
            cost = cost_model.chain_cost(self.shape, self.setting)
        else:
            cost = sum(self.step_costs, cost_model.NOTHING)
        sizes = self.shape.core_sizes
        return cost + cost_model.holding_cost([sizes[k] for k in self.held_cores], self.setting)

    @property
    def step_costs(self):
        """Tuple of the estimated `Cost` of each contraction, in their order."""
        return tuple(cost_model.step_cost(step, operations, self.shape, self.setting)
                     for step, operations in zip(self.steps, self.operations))

    @property
    def weight_bytes(self):
        """Bytes of the matrices that the products read: what a frozen graph holds of the layer."""
        if self.is_chain:
            sizes = self.shape.core_sizes
        else:
            sizes = [step.rows * step.depth for step in self.steps]
        return self.setting.itemsize * sum(sizes)

    @property
    def core_bytes(self):
        """Bytes of the cores in a file."""
        return self.setting.stored_itemsize * sum(self.shape.core_sizes)

    @property
    def exported_bytes(self):
        """Bytes of the constants of the product in a file that a converter writes.

        Converters differ in which constants they merge. This is the most that any of them writes.
        """
        return self.core_bytes if self.setting.held else max(self.core_bytes, self.weight_bytes)

    @property
    def held_cores(self):
        """Tuple of the cores, counted from 0, that are kept from being merged ahead of a run.

        These are the cores of groups that take more bytes when they are merged.
        """
        setting, sizes = self.setting, self.shape.core_sizes
        if not setting.held:
            return ()
        # In half precision a cast may be what makes the cores larger.
        groups = [(k, k + 1, size) for k, size in enumerate(sizes)] if self.is_chain else [
            (step.first, step.last, step.rows * step.depth) for step in self.steps]
        return tuple(sorted(
            k for first, last, merged in groups for k in range(first, last)
            if merged * setting.itemsize > sum(sizes[first:last]) * setting.stored_itemsize))

    @property
    def kept_bytes(self):
        """Bytes of what the backward pass reads, without input, cores and output."""
        return self.setting.itemsize * sum(plan_memory.kept(self))

    @property
    def largest_intermediate_bytes(self):
        """Bytes of the largest tensor that is made, the output and gradients among them."""
        return self.setting.itemsize * max(plan_memory.made(self))

    def fits(self, inp_modes, out_modes, ranks):
        """Whether the plan is one for a TT-matrix of these modes and ranks, given as to `plan`."""
        return self.shape == checked_shape('Plan.fits', inp_modes, out_modes, ranks)

    @property
    def way(self):
        """The groups and their order in a few words."""
        if self.is_chain:
            return 'chain'
        return f'groups {list(self.groups)}, order {list(self.order)}'

    def __repr__(self):
        inp_modes, out_modes, ranks = map(list, self.shape)
        return f'<Plan of modes {inp_modes} -> {out_modes} with ranks {ranks}: {self.way}>'

    def __str__(self):
        return report(self, plan_of_chain(self.shape, self.setting))
