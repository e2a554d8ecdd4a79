"""The sizes, in elements, of the tensors that a plan makes."""

from tensornet.contraction.step_operations import FLAT, TRANSPOSED
from tensornet.contraction.steps import LEFT, make_joins
from tensornet.tt.arguments import product


def states(plan):
    """Returns the sizes of the states after the contractions, of which the last is the output."""
    batch_size = plan.setting.batch_size
    if not plan.is_chain:
        return [step.entries(batch_size)[1] for step in plan.steps]
    inp_modes, out_modes, ranks = plan.shape
    return [batch_size * product(out_modes[:k]) * ranks[k] * product(inp_modes[k:])
            for k in range(1, plan.shape.d + 1)]


def kept(plan):
    """Returns the sizes of the tensors that the backward pass reads from the forward pass.

    These are the states, the merged cores, and copies of cores with their axes in another order.
    The input, the cores and the output are not counted: they are kept anyway.
    """
    sizes = _transposed_input(plan) + states(plan)[:-1]
    for step, operations in zip(plan.steps, plan.operations):
        sizes += [join.entries for join in _joins(step, plan)[:-1]]
        if step.cores > 1 or step.side != LEFT or operations.product == TRANSPOSED:
            sizes.append(step.rows * step.depth)
    return sizes


def made(plan):
    """Returns the sizes of all tensors but the input, its gradient, cores and sums of gradients."""
    sizes = _transposed_input(plan) + states(plan)
    for step, operations in zip(plan.steps, plan.operations):
        sizes += [join.entries for join in _joins(step, plan)]
        if plan.setting.training:
            sizes += _summands(step, operations, plan)
    return sizes


def _summands(step, operations, plan):
    """Returns the sizes of the products that add up to the gradients of a step's cores."""
    sizes = []
    for join in _joins(step, plan):
        sizes += [join.left_gradients.entries, join.right_gradients.entries]
    if step.columns > 1 and operations.core_gradient != FLAT:
        sizes.append(step.core_gradients(plan.setting.batch_size).entries)
    return sizes


def _joins(step, plan):
    return make_joins(plan.shape, step.first, step.last)


def _transposed_input(plan):
    return [plan.setting.batch_size * plan.shape.inp_size] if plan.is_chain else []
