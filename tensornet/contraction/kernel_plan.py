"""How the dense kernel of a TT-convolution is built. Nothing here knows of TensorFlow."""

from collections import namedtuple

from tensornet.contraction.cost_model import choose_joins
from tensornet.contraction.steps import make_joins
from tensornet.tt.arguments import product


class KernelPlan(namedtuple('KernelPlan', [
        'half', 'filters_early', 'left_joins', 'right_joins'])):
    """A way to build the kernel, see `kernel`.

    Attributes:
        half: how many cores make up the left half.
        filters_early: whether the filters are multiplied into the left half.
        left_joins, right_joins: kinds of the products that merge the cores of each half, see
            `StepOperations`.
    """

    __slots__ = ()


def kernel_plan(shape, window, setting):
    """Plans how to build a kernel with the least arithmetic.

    Args:
        shape: `TTMatrixShape` of the cores, whose first rank is the number of filters.
        window: number of pixels of the window.
        setting: `Setting`.

    Returns:
        `KernelPlan`.
    """
    d = shape.d
    half = _split(shape, window)
    left, right = [choose_joins(make_joins(shape, first, last), setting) if last > first else ()
                   for first, last in ((0, half), (half, d))]
    return KernelPlan(half, window <= shape.ranks[0], left, right)


def _split(shape, window):
    """Returns how many cores make up the left half: the split of least arithmetic."""
    ranks = shape.ranks
    sizes = [i * o for i, o in zip(shape.inp_modes, shape.out_modes)]
    d = len(sizes)

    def multiplications(half):
        left = product(sizes[:half])
        return min(window, ranks[0]) * ranks[half] * product(sizes) \
            + window * ranks[0] * ranks[half] * left

    return min(range(1, d), key=multiplications) if d > 1 else 1
