"""Estimated time of the operations that a contraction is made of.

Every operation costs a fixed overhead, its arithmetic and its memory traffic. The model has to
rank plans, not to predict. `benchmarks/calibrate.py` fits its constants to the times of whole
plans.
"""

from collections import namedtuple

from tensornet.contraction.steps import LEFT, make_joins, make_step, product

# Operations of a depthwise convolution: the transposed and repeated window, and their gradients.
DEPTHWISE_FORWARD, DEPTHWISE_TRAINING = 5, 14

CORE_GRADIENT_FORMS = FLAT, BATCHED, SMALL = 'flat', 'batched', 'small'


class Machine(namedtuple('Machine', [
        'flops', 'batched_flops', 'bandwidth', 'transpose_bandwidth', 'op', 'batched_op',
        'transpose_op', 'matrix', 'lanes', 'small_flops', 'small_matrix', 'across',
        'convolution_flops', 'depthwise_flops', 'depthwise_gradient_flops'])):
    """Constants of the cost model.

    Attributes:
        flops: single-precision operations per second of a large matrix product.
        batched_flops: the same of a batched product of large matrices.
        bandwidth: bytes per second read and written by a product or an addition.
        transpose_bandwidth: bytes per second read and written by a transpose.
        op: seconds that any operation takes.
        batched_op: seconds that a batched product takes in addition.
        transpose_op: seconds that a transpose takes in addition.
        matrix: seconds that each product of a batched product takes.
        lanes: a product works on blocks of so many columns, the last of them filled up.
        small_flops, small_matrix: `batched_flops` and `matrix` of TensorFlow's own batched product,
            which has no `batched_op`; see `is_small`.
        across: share of its arithmetic that a product of vectors takes longer for a deep matrix
            that is stored by rows, see `is_transposed`.
        convolution_flops: single-precision operations per second of a convolution.
        depthwise_flops: the same of a depthwise convolution.
        depthwise_gradient_flops: the same of its gradients.
    """


# Two cores of an AMD EPYC (family 25, model 17) with AVX-512, TensorFlow 2.21 with oneDNN. Fitted
# to 740 plans, but for these: `batched_flops` and `batched_op` are set so that the plans of wide
# layers and of single samples rank as measured, `small_flops` and `small_matrix` are from 40
# products of 0.04 to 20 MFLOP, `lanes` is the width of a vector, `across` is from 37 products of
# 0.2 to 6 GFLOP, those of convolutions are from single runs.
CPU = Machine(flops=2.2e11, batched_flops=1.8e11, bandwidth=2.8e10,
              transpose_bandwidth=1.2e10, op=1.5e-5, batched_op=5.5e-5, transpose_op=1e-5,
              matrix=3.5e-8, lanes=16, small_flops=2.2e10, small_matrix=1.5e-7, across=0.08,
              convolution_flops=2e11, depthwise_flops=5e10, depthwise_gradient_flops=1.4e10)


class Cost(namedtuple('Cost', ['seconds', 'flops', 'bytes'])):
    """Estimated time, floating-point operations, and bytes read and written; costs add up."""

    def __add__(self, other):
        return Cost(*(a + b for a, b in zip(self, other)))

    def __mul__(self, factor):
        return Cost(*(a * factor for a in self))


NOTHING = Cost(0.0, 0, 0)


def product_cost(count, rows, depth, columns, itemsize, machine, lefts=1, rights=None):
    """Cost of `count` matrix products `[rows, depth] x [depth, columns]`.

    Args:
        count: number of products.
        rows, depth, columns: their sizes.
        itemsize: bytes of a number.
        machine: constants of the cost model.
        lefts, rights: how many different left and right factors there are; None means one right
            factor for each product, and that with one left factor products of single columns are
            computed as one product of matrix and vectors.
    """
    flops = 2 * count * rows * depth * columns
    outputs = count * rows * columns
    moved = itemsize * (lefts * rows * depth + (rights or count) * depth * columns + outputs)
    # Factors of pairs are read again and again, if only from a cache.
    read = itemsize * (count * (rows + columns) * depth + outputs) if lefts > 1 or rights else moved
    if lefts == 1 and rights is None and columns == 1:
        count, columns = 1, rows
    if count == 1:
        arithmetic = _padded(columns, machine) * _single(flops, itemsize) / machine.flops
    else:
        arithmetic = min(_batched_seconds(count, columns, _single(flops, itemsize), machine))
    return Cost(machine.op + read / machine.bandwidth + arithmetic, flops, moved)


def is_small(count, rows, depth, columns, machine=CPU):
    """Whether a batched product is too small for oneDNN's, which is slow to begin.

    Args:
        count: number of products.
        rows, depth, columns: their sizes.
        machine: constants of the cost model.
    """
    large, small = _batched_seconds(count, columns, 2 * count * rows * depth * columns, machine)
    return small < large


def is_transposed(step, batch_size, training, itemsize, machine):
    """Whether the matrix of a step with single columns is better transposed before the product.

    The vectors `[count, depth]` meet the matrix `[rows, depth]` row by row. For the other order a
    product is faster where the matrix is deep, by more than it takes to transpose the matrix.
    """
    flops = 2 * step.multiplications(batch_size)
    saved = machine.across * _single(flops, itemsize) / machine.flops
    spent = transpose_cost(step.rows * step.depth, itemsize, machine).seconds
    return step.depth > step.rows and saved > spent * (2 if training else 1)


def _single(flops, itemsize):
    """Single-precision operations that take as long; half precision is no faster on a CPU."""
    return flops * max(itemsize, 4) / 4


def _batched_seconds(count, columns, flops, machine):
    """Seconds of a batched product beside its traffic: by oneDNN and by TensorFlow itself."""
    flops *= _padded(columns, machine)
    return (machine.batched_op + count * machine.matrix + flops / machine.batched_flops,
            count * machine.small_matrix + flops / machine.small_flops)


def _padded(columns, machine):
    """How many times the arithmetic that filling up the lanes makes of it."""
    return -(-columns // machine.lanes) * machine.lanes / columns


def transpose_cost(entries, itemsize, machine):
    """Cost of a transpose of so many numbers."""
    moved = 2 * itemsize * entries
    return Cost(machine.op + machine.transpose_op + moved / machine.transpose_bandwidth, 0, moved)


def sum_cost(entries, itemsize, machine):
    """Cost of adding up so many numbers along the first axis."""
    moved = itemsize * entries
    return Cost(machine.op + moved / machine.bandwidth, entries, moved)


def convolution_cost(pixels, depth, out_channels, channels, itemsize, machine):
    """Cost of a convolution by its dense kernel.

    Args:
        pixels: number of output pixels.
        depth: numbers that each output is made of, window times input channels.
        out_channels, channels: of output and input.
        itemsize: bytes of a number.
        machine: constants of the cost model.
    """
    flops = 2 * pixels * depth * out_channels
    moved = itemsize * (pixels * (channels + out_channels) + depth * out_channels)
    seconds = (machine.op + moved / machine.bandwidth
               + _single(flops, itemsize) / machine.convolution_flops)
    return Cost(seconds, flops, moved)


def depthwise_cost(entries, window, itemsize, training, machine):
    """Cost of a depthwise convolution of so many outputs, and of making its window."""
    flops = 2 * entries * window
    moved = 2 * itemsize * entries
    operations = DEPTHWISE_TRAINING if training else DEPTHWISE_FORWARD
    seconds = (operations * machine.op + moved / machine.bandwidth
               + flops / machine.depthwise_flops)
    if training:
        seconds += 2 * flops / machine.depthwise_gradient_flops
        flops, moved = flops * 3, moved * 3
    return Cost(seconds, flops, moved)


def core_gradient_costs(step, batch_size, itemsize, machine):
    """Costs of the two forms of a core's gradient, see `shared_product`.

    Returns:
        Cost of the batched form and cost of the flat form.
    """
    count, (before, after) = batch_size * step.count, step.entries(batch_size)
    if count == 1 or step.columns == 1:
        cost = product_cost(1, step.rows, count * step.columns, step.depth, itemsize, machine)
        return cost, cost
    batched = product_cost(count, step.rows, step.columns, step.depth, itemsize, machine, count)
    batched += sum_cost(count * step.rows * step.depth, itemsize, machine)
    flat = product_cost(1, step.rows, count * step.columns, step.depth, itemsize, machine)
    flat += transpose_cost(before, itemsize, machine) + transpose_cost(after, itemsize, machine)
    return batched, flat


def core_gradient_form(step, batch_size, itemsize, machine):
    """Returns the faster form of a core's gradient: FLAT, BATCHED, or SMALL.

    The last is the batched form made of small products, see `is_small`.
    """
    batched, flat = core_gradient_costs(step, batch_size, itemsize, machine)
    if flat.seconds < batched.seconds:
        return FLAT
    small = is_small(batch_size * step.count, step.rows, step.columns, step.depth, machine)
    return SMALL if small else BATCHED


def join_cost(join, itemsize, training, machine):
    """Cost of a `Join`."""
    lefts, rights, rows, bond, columns = join
    count = lefts * rights
    cost = product_cost(count, rows, bond, columns, itemsize, machine, lefts, rights)
    if training:
        cost += product_cost(count, bond, columns, rows, itemsize, machine, rights, count)
        cost += product_cost(count, bond, rows, columns, itemsize, machine, lefts, count)
        cost += sum_cost(count * bond * rows, itemsize, machine)
        cost += sum_cost(count * bond * columns, itemsize, machine)
    return cost


def merge_cost(step, inp_modes, out_modes, ranks, itemsize, training, machine, joining=None):
    """Cost of merging the cores of a group and ordering the axes, see `merge`.

    `joining` is the cost of its joins, for who knows it already.
    """
    cost = joining
    if cost is None:
        cost = sum((join_cost(join, itemsize, training, machine)
                    for join in make_joins(step, inp_modes, out_modes, ranks)), NOTHING)
    if step.side != LEFT:
        cost += transpose_cost(step.rows * step.depth, itemsize, machine) * (2 if training else 1)
    return cost


def step_cost(step, inp_modes, out_modes, ranks, batch_size, itemsize, training, machine,
              joining=None):
    """Cost of one contraction, and of merging its cores and ordering their axes.

    Args:
        step: the contraction.
        inp_modes, out_modes, ranks: of the TT-matrix.
        batch_size: number of samples.
        itemsize: bytes of a number.
        training: whether the gradients of the state and of the cores are counted.
        machine: constants of the cost model.
        joining: cost of joining the cores, if it is known.
    """
    merging = merge_cost(step, inp_modes, out_modes, ranks, itemsize, training, machine, joining)
    if step.columns == 1 and is_transposed(step, batch_size, training, itemsize, machine):
        merging += transpose_cost(step.rows * step.depth, itemsize, machine) * (
            2 if training else 1)
    count = batch_size * step.count
    forward = product_cost(count, step.rows, step.depth, step.columns, itemsize, machine)
    if not training:
        return merging + forward
    state = product_cost(count, step.depth, step.rows, step.columns, itemsize, machine)
    core = min(core_gradient_costs(step, batch_size, itemsize, machine))
    return merging + forward + state + core


def least_step_seconds(step, batch_size, itemsize, training, machine):
    """Seconds that a contraction takes at least, joining not counted; quick to compute."""
    flops = _single(2 * step.multiplications(batch_size), itemsize)
    fastest = max(machine.flops, machine.batched_flops, machine.small_flops)
    # Less a little, so that rounding does not make it more than the exact cost.
    return (machine.op + flops / fastest) * (3 if training else 1) * (1 - 1e-9)


def chain_cost(inp_modes, out_modes, ranks, batch_size, itemsize, training, machine):
    """Cost of contracting core by core with the features in front, see `chain`."""
    features = product(inp_modes)
    products = NOTHING
    transposes = transpose_cost(batch_size * features, itemsize, machine)
    for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:]):
        columns = batch_size * features // i
        products += product_cost(1, o * right, left * i, columns, itemsize, machine)
        features = features // i * o
        transposes += transpose_cost(batch_size * features * right, itemsize, machine)
    return products * 3 + transposes * 2 if training else products + transposes


def dense_cost(inp_modes, out_modes, batch_size, itemsize, training, machine):
    """Cost of a product with a dense matrix of the same size: a TT-matrix of one core."""
    shape = (product(inp_modes),), (product(out_modes),), (1, 1)
    step = make_step(*shape, 0, 1, 0, 1)
    return step_cost(step, *shape, batch_size, itemsize, training, machine)
