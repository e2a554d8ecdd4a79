"""Estimated time of the operations that a contraction is made of.

Every operation costs a fixed overhead, its arithmetic and its memory traffic. The model has to
rank plans, not to predict. `benchmarks/calibrate.py` fits its constants, those of `Machine`, to the
times of whole plans.
"""

from typing import NamedTuple

from tensornet.contraction.step_operations import (
    BATCHED,
    FLAT,
    SMALL,
    STORED,
    TRANSPOSED,
    StepOperations,
)
from tensornet.contraction.steps import LEFT, Products, make_join, make_joins, make_step
from tensornet.contraction.tt_matrix_shape import TTMatrixShape

# TensorFlow's own batched product is split among threads above this many multiply-adds.
SHARED_MULTIPLICATIONS = 2.1e5
# Operations of a depthwise convolution: the transposed and repeated window, and their gradients.
DEPTHWISE_FORWARD, DEPTHWISE_TRAINING = 5, 14

# Operations that make a zero whose value only a run can tell.
HOLDING = 5


class Cost(NamedTuple):
    """Estimated time, floating-point operations, and bytes read and written; costs add up."""

    seconds: float
    flops: float
    bytes: float

    def __add__(self, other):
        return Cost(*(a + b for a, b in zip(self, other)))

    def __mul__(self, factor):
        return Cost(*(a * factor for a in self))


NOTHING = Cost(0.0, 0, 0)


def choose_operations(step, shape, setting):
    """Returns the fastest operations for a contraction.

    Args:
        step: the contraction.
        shape: `TTMatrixShape` of the TT-matrix.
        setting: `Setting`.

    Returns:
        `StepOperations`.
    """
    joins = choose_joins(make_joins(shape, step.first, step.last), setting)
    return choose_products(step, setting)._replace(joins=joins)


def choose_products(step, setting):
    """Returns the fastest operations for a contraction whose cores are merged already."""
    if step.columns == 1:
        return StepOperations(TRANSPOSED if _is_better_transposed(step, setting) else STORED, FLAT,
                              ())
    forward = step.forward(setting.batch_size)
    return StepOperations(_batched_kind(forward, setting.machine),
                          _core_gradient_form(step, setting), ())


def choose_joins(joins, setting):
    """Returns the faster kind of batched product for each `Join`, as a tuple."""
    return tuple(_batched_kind(join.forward, setting.machine) for join in joins)


def step_cost(step, operations, shape, setting, joining=None):
    """Cost of one contraction, and of merging its cores and ordering their axes.

    Args:
        step: the contraction.
        operations: the `StepOperations` that carry it out.
        shape: `TTMatrixShape` of the TT-matrix.
        setting: `Setting`; in training the gradients of the state and of the cores are counted.
        joining: cost of joining the cores where it is known already.
    """
    batch_size, training = setting.batch_size, setting.training
    kind, cost = operations.product, joining
    if joining is None:
        joins = make_joins(shape, step.first, step.last)
        cost = sum((join_cost(join, kind_of_join, setting)
                    for join, kind_of_join in zip(joins, operations.joins)), NOTHING)
    if not setting.has_constant_cores:
        for is_reordered in (step.side != LEFT, kind == TRANSPOSED):
            if is_reordered:
                cost += _matrix_transpose_cost(step, setting)
    cost += product_cost(step.forward(batch_size), setting, kind)
    if training:
        cost += product_cost(step.state_gradient(batch_size), setting, kind)
        cost += core_gradient_cost(step, operations.core_gradient, setting)
    return cost


def join_cost(join, kind, setting):
    """Cost of a `Join` by batched products of a kind; constant cores are joined before any run."""
    if setting.has_constant_cores:
        return NOTHING
    cost = product_cost(join.forward, setting, kind)
    if setting.training:
        for products in (join.left_gradients, join.right_gradients):
            cost += product_cost(products, setting, kind)
            cost += sum_cost(products.entries, setting)
    return cost


def joining_costs(shape, setting):
    """Returns the costs of joining the cores first..last-1, as a dictionary by these ranges."""
    costs = {}
    for last in range(1, shape.d + 1):
        cost = costs[last - 1, last] = NOTHING
        for first in reversed(range(last - 1)):
            # One join more than for the range that begins after it.
            join = make_join(shape, first, last)
            kind, = choose_joins([join], setting)
            cost += join_cost(join, kind, setting)
            costs[first, last] = cost
    return costs


def least_step_seconds(step, setting):
    """Seconds that a contraction takes at least, joining not counted; quick to compute."""
    machine = setting.machine
    flops = 2 * step.flat_core_gradient(setting.batch_size).multiplications
    fastest = max(machine.flops, machine.batched_flops, machine.small_flops)
    # A little less, so that rounding does not lift it above the exact cost.
    return (machine.op + flops / fastest) * (3 if setting.training else 1) * (1 - 1e-9)


def chain_cost(shape, setting):
    """Cost of contracting core by core with the features in front, see `chain`."""
    batch_size = setting.batch_size
    features = shape.inp_size
    products = NOTHING
    transposes = transpose_cost(batch_size * features, setting)
    for i, o, left, right in zip(shape.inp_modes, shape.out_modes, shape.ranks[:-1],
                                 shape.ranks[1:]):
        columns = batch_size * features // i
        products += product_cost(Products(1, o * right, left * i, columns, 1, 1), setting)
        features = features // i * o
        transposes += transpose_cost(batch_size * features * right, setting)
    return products * 3 + transposes * 2 if setting.training else products + transposes


def dense_cost(inp_size, out_size, setting):
    """Cost of a product with a dense matrix: a TT-matrix of one core."""
    shape = TTMatrixShape((inp_size,), (out_size,), (1, 1))
    step = make_step(shape, 0, 1, 0, 1)
    return step_cost(step, choose_operations(step, shape, setting), shape, setting)


def product_cost(products, setting, kind=BATCHED):
    """Cost of matrix products.

    Args:
        products: `Products`.
        setting: `Setting`.
        kind: BATCHED or SMALL, where there is more than one product.
    """
    machine = setting.machine
    flops = 2 * products.multiplications
    factors = _factor_entries(products, products.lefts, products.rights)
    moved = setting.itemsize * (factors + products.entries)
    read = moved
    if products.lefts > 1:
        # Factors of pairs are read again and again, if only from a cache.
        factors = _factor_entries(products, products.count, products.count)
        read = setting.itemsize * (factors + products.entries)
    if products.count == 1:
        arithmetic = _padded(products.columns, machine) * flops / machine.flops
    else:
        arithmetic = _batched_seconds(products, kind, machine)
    return Cost(machine.op + read / machine.bandwidth + arithmetic, flops, moved)


def transpose_cost(entries, setting):
    """Cost of transposing a tensor of this many elements."""
    machine = setting.machine
    moved = 2 * setting.itemsize * entries
    return Cost(machine.op + machine.transpose_op + moved / machine.transpose_bandwidth, 0, moved)


def sum_cost(entries, setting):
    """Cost of adding up this many elements along the first axis."""
    machine = setting.machine
    moved = setting.itemsize * entries
    return Cost(machine.op + moved / machine.bandwidth, entries, moved)


def convolution_cost(pixels, depth, out_channels, channels, setting):
    """Cost of a convolution by its dense kernel.

    Args:
        pixels: number of output pixels.
        depth: elements that each output is made of, window times input channels.
        out_channels, channels: of output and input.
        setting: `Setting`.
    """
    machine = setting.machine
    flops = 2 * pixels * depth * out_channels
    moved = setting.itemsize * (pixels * (channels + out_channels) + depth * out_channels)
    seconds = machine.op + moved / machine.bandwidth + flops / machine.convolution_flops
    return Cost(seconds, flops, moved)


def depthwise_cost(entries, window, setting):
    """Cost of a depthwise convolution with this many outputs, and of making its window."""
    machine = setting.machine
    flops = 2 * entries * window
    moved = 2 * setting.itemsize * entries
    operations = DEPTHWISE_TRAINING if setting.training else DEPTHWISE_FORWARD
    seconds = (operations * machine.op + moved / machine.bandwidth
               + flops / machine.depthwise_flops)
    if setting.training:
        seconds += 2 * flops / machine.depthwise_gradient_flops
        flops, moved = flops * 3, moved * 3
    return Cost(seconds, flops, moved)


def core_gradient_cost(step, form, setting):
    """Cost of the gradient of a step's matrix.

    Args:
        step: the contraction.
        form: one of `step_operations.CORE_GRADIENTS`; does not matter where there is but one
            product.
        setting: `Setting`.
    """
    batch_size = setting.batch_size
    flat = product_cost(step.flat_core_gradient(batch_size), setting)
    if step.columns == 1 or batch_size * step.count == 1:
        return flat
    if form == FLAT:
        before, after = step.entries(batch_size)
        return flat + transpose_cost(before, setting) + transpose_cost(after, setting)
    products = step.core_gradients(batch_size)
    return product_cost(products, setting, form) + sum_cost(products.entries, setting)


def holding_cost(sizes, setting):
    """Cost of keeping constants of these sizes from being merged, see `dependence.held`."""
    if not sizes:
        return NOTHING
    moved = 2 * setting.itemsize * sum(sizes)
    seconds = (HOLDING + len(sizes)) * setting.machine.op + moved / setting.machine.bandwidth
    return Cost(seconds, sum(sizes), moved)


def _matrix_transpose_cost(step, setting):
    """Cost of transposing the matrix of a step, and its gradient in training."""
    cost = transpose_cost(step.rows * step.depth, setting)
    return cost * 2 if setting.training else cost


def _is_better_transposed(step, setting):
    """Whether it pays to transpose the matrix of a step with single columns first.

    The vectors `[count, depth]` meet the matrix `[rows, depth]` row by row. For the other order a
    product is faster where the matrix is deep, by more than it takes to transpose the matrix.
    """
    flops = 2 * step.forward(setting.batch_size).multiplications
    saved = setting.machine.across * flops / setting.machine.flops
    spent = 0 if setting.has_constant_cores else _matrix_transpose_cost(step, setting).seconds
    return step.depth > step.rows and saved > spent


def _core_gradient_form(step, setting):
    """Returns the fastest form of a core's gradient."""
    batched = _batched_kind(step.core_gradients(setting.batch_size), setting.machine)
    return min((batched, FLAT), key=lambda form: core_gradient_cost(step, form, setting).seconds)


def _batched_kind(products, machine):
    """Returns the faster kind of batched product: oneDNN's is slow to start."""
    return min((BATCHED, SMALL), key=lambda kind: _batched_seconds(products, kind, machine))


def _batched_seconds(products, kind, machine):
    """Seconds of a batched product without its memory traffic."""
    flops = 2 * products.multiplications * _padded(products.columns, machine)
    if kind == SMALL:
        is_shared = products.multiplications > SHARED_MULTIPLICATIONS
        return (is_shared * machine.shared_op + products.count * machine.small_matrix
                + flops / machine.small_flops)
    return machine.batched_op + products.count * machine.matrix + flops / machine.batched_flops


def _padded(columns, machine):
    """The factor by which padding the last block of columns increases the arithmetic."""
    return -(-columns // machine.lanes) * machine.lanes / columns


def _factor_entries(products, lefts, rights):
    """Number of elements in this many left and right factors."""
    return (lefts * products.rows + rights * products.columns) * products.depth
