"""Floating-point operations of the forward pass. Nothing here knows of TensorFlow.

A multiply-add counts as two operations, an addition in a sum or of a bias as one; moves, casts and
zeros of padding as none. A window that reaches beyond the image counts as a whole. Outputs that
dilations compute and leave out do not count.
"""

from collections import namedtuple

from tensornet.contraction.convolution_plans import POINTWISE
from tensornet.contraction.row_joins import group_ranges
from tensornet.contraction.steps import make_joins
from tensornet.tt.arguments import product


class Flops(namedtuple('Flops', ['per_sample', 'per_run'], defaults=[0])):
    """How many operations there are: `batch * per_sample + per_run`; they add up.

    Attributes:
        per_sample: for each row of a matrix, or each image.
        per_run: for all of them together, to merge the cores.
    """

    __slots__ = ()

    def __add__(self, other):
        return Flops(*(a + b for a, b in zip(self, other)))

    def times(self, rows):
        """Operations where each sample has this many rows."""
        return self._replace(per_sample=rows * self.per_sample)


def matrix_flops(plan, inp_size=None, out_size=None):
    """Operations of `tt_matmul`.

    Args:
        plan: a `Plan`.
        inp_size, out_size: how many rows and columns of the matrix there are; None is all of them.

    Returns:
        `Flops`, per row of the batch.
    """
    if plan.is_chain:
        return Flops(_chain(plan.shape))
    merging = sum(_joining(plan.shape, step.first, step.last) for step in plan.steps)
    if len(plan.steps) == 1:
        # The matrix is cut before it meets the batch.
        return Flops(2 * (inp_size or plan.shape.inp_size) * (out_size or plan.shape.out_size),
                     merging)
    return Flops(sum(2 * step.forward(1).multiplications for step in plan.steps), merging)


def row_flops(plan):
    """Operations of `tt_rows`.

    Args:
        plan: a `RowPlan`.

    Returns:
        `Flops`, per id, each looked up for itself.
    """
    merging = sum(_joining(plan.shape, first, last) for first, last in group_ranges(plan.groups))
    return Flops(sum(2 * join.forward(1).multiplications for join in plan.joins), merging)


def convolution_flops(plan, image, inp_ch=None, out_ch=None):
    """Operations of `convolve`.

    Args:
        plan: a `ConvPlan`, which may have been made for another image.
        image: height and width of the input.
        inp_ch, out_ch: how many channels there are; None is all that the modes multiply to.

    Returns:
        `Flops`, per image.
    """
    shape = plan.shape._replace(image=tuple(image))
    matrix, filters = shape.matrix, shape.matrix.ranks[0]
    channels, out_channels = matrix.inp_size, matrix.out_size
    pixels, out_pixels, window = product(image), product(shape.out_image), product(shape.window)
    if plan.method == 'full':
        return _kernel(plan.kernel, matrix, window) + dense_convolution_flops(
            shape.out_image, shape.window, inp_ch or channels, out_ch or out_channels)
    filtered = 2 * window * out_pixels * filters
    if plan.method == 'chain':
        return Flops(filtered * channels + out_pixels * _chain(shape.matrix_after_filters))
    if plan.method == 'matrix_first':
        summed = out_pixels * filters * out_channels if filters > 1 else 0
        return matrix_flops(plan.matrix).times(pixels) + Flops(filtered * out_channels + summed)
    if plan.method == 'filters_first':
        return matrix_flops(plan.matrix).times(out_pixels) + Flops(filtered * channels)
    assert plan.method == POINTWISE, plan.method
    return matrix_flops(plan.matrix).times(out_pixels) + Flops(
        0, matrix.core_sizes[0] * (2 if filters > 1 else 1))


def dense_convolution_flops(out_image, window, channels, out_channels):
    """Operations of `dense_convolution`: `Flops`, per image.

    Args:
        out_image: height and width of the output.
        window: height and width of the window.
        channels, out_channels: of input and output.
    """
    return Flops(2 * product(out_image) * product(window) * channels * out_channels)


def tt_flops(modes, ranks):
    """Operations that multiply out a tensor train of cores `[r_{k-1}, m_k, r_k]` from the left.

    Args:
        modes: the first of the modes, or all.
        ranks: TT-ranks, one more.

    Returns:
        `Flops`, all per run.
    """
    return Flops(0, sum(2 * product(modes[:k]) * ranks[k] * modes[k] * ranks[k + 1]
                        for k in range(1, len(modes))))


def _chain(shape):
    """Operations of a row that meets core after core."""
    features, flops = shape.inp_size, 0
    for i, o, left, right in zip(shape.inp_modes, shape.out_modes, shape.ranks[:-1],
                                 shape.ranks[1:]):
        flops += 2 * o * right * left * features
        features = features // i * o
    return flops


def _joining(shape, first, last):
    """Operations that merge the cores first..last-1."""
    return sum(2 * join.forward.multiplications for join in make_joins(shape, first, last))


def _kernel(plan, shape, window):
    """Operations of `kernel`: `Flops`, all per run."""
    inp_modes, out_modes, ranks = shape
    d, half = shape.d, plan.half
    left, right = [product(inp_modes[part]) * product(out_modes[part])
                   for part in (slice(half), slice(half, d))]
    flops = _joining(shape, 0, half)
    if plan.filters_early:
        flops += 2 * window * ranks[0] * left * ranks[half]
    if half < d:
        rows = (window if plan.filters_early else ranks[0]) * left
        flops += _joining(shape, half, d) + 2 * rows * ranks[half] * right
    if not plan.filters_early:
        flops += 2 * window * ranks[0] * left * right
    return Flops(0, flops)
