"""The tensors that a plan makes, as numbers of entries."""

from tensornet.contraction import cost_model
from tensornet.contraction.steps import LEFT, make_joins, product


def states(plan):
    """Returns the sizes of the states after the contractions, of which the last is the output."""
    batch_size = plan.setting.batch_size
    if not plan.is_chain:
        return [step.entries(batch_size)[1] for step in plan.steps]
    inp_modes, out_modes, ranks = plan.shape
    return [batch_size * product(out_modes[:k]) * ranks[k] * product(inp_modes[k:])
            for k in range(1, len(inp_modes) + 1)]


def kept(plan):
    """Returns the sizes of the tensors that the backward pass reads from the forward pass.

    These are the states, the merged cores, and cores whose axes another order was made of. Input,
    cores and output are others' to keep.
    """
    sizes = _transposed_input(plan) + states(plan)[:-1]
    for step in plan.steps:
        sizes += [join.entries for join in make_joins(step, *plan.shape)[:-1]]
        if step.cores > 1 or _is_reordered(step, plan.setting):
            sizes.append(step.rows * step.depth)
    return sizes


def made(plan):
    """Returns the sizes of all tensors but the input, its gradient, cores and sums of gradients."""
    sizes = _transposed_input(plan) + states(plan)
    for step in plan.steps:
        sizes += [join.entries for join in make_joins(step, *plan.shape)]
        if plan.setting.training:
            sizes += _summands(step, plan)
    return sizes


def _summands(step, plan):
    """Returns the sizes of the products that add up to the gradients of a step's cores."""
    setting = plan.setting
    sizes = []
    for join in make_joins(step, *plan.shape):
        pairs = join.lefts * join.rights
        sizes += [pairs * join.bond * join.rows, pairs * join.bond * join.columns]
    form = cost_model.core_gradient_form(step, setting.batch_size, setting.itemsize,
                                         setting.machine)
    if step.columns > 1 and form != cost_model.FLAT:
        sizes.append(setting.batch_size * step.count * step.rows * step.depth)
    return sizes


def _transposed_input(plan):
    return [plan.setting.batch_size * product(plan.shape.inp_modes)] if plan.is_chain else []


def _is_reordered(step, setting):
    return step.side != LEFT or step.columns == 1 and cost_model.is_transposed(step, *setting)
