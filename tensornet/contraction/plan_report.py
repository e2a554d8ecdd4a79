"""A plan in words and numbers."""

from tensornet.contraction import cost_model
from tensornet.contraction.steps import product

# The report mentions a dense matrix where it is estimated to be more times faster than this.
CLEARLY_FASTER = 1.05


def report(plan, chain):
    """Describes a plan: its contractions, and its cost beside the chain's and a dense matrix's.

    Args:
        plan: the `Plan`.
        chain: the chain's `Plan` for the same shape and setting.

    Returns:
        Text of several lines.
    """
    inp_modes, out_modes, ranks = plan.shape
    training = plan.setting.training
    dense = cost_model.dense_cost(inp_modes, out_modes, plan.setting)
    lines = ['TT-matrix %d -> %d, modes %s -> %s, TT-ranks %s'
             % (product(inp_modes), product(out_modes), _joined(inp_modes), _joined(out_modes),
                _joined(ranks)),
             'batch %d, %s, %s'
             % (plan.setting.batch_size, plan.setting.dtype,
                'forward and backward pass' if training else 'forward pass only')]
    if plan.setting.has_constant_cores:
        lines.append('constant cores: merged ones of %d bytes, of %d allowed; the cores have %d'
                     % (plan.weight_bytes, plan.setting.constant_bytes, chain.weight_bytes))
    lines.append('exported: %d bytes%s; the cores have %d' % (
        plan.exported_bytes, '' if plan.exported_bytes == plan.core_bytes
        else ' where a converter merges constants', plan.core_bytes))
    lines += _step_lines(plan) if not plan.is_chain else [
        'core by core from the left with the features in front, a transpose after each core']
    lines += ['', '%-12s %12s %12s %10s %14s'
              % ('', 'MFLOP', 'MB moved', 'est. ms', 'est. speed-up')]
    for name, cost in (('this plan', plan.cost), ('chain', chain.cost), ('dense', dense)):
        lines.append('%-12s %s %13.2fx' % (name, _cost(cost), chain.cost.seconds / cost.seconds))
    memory = 'largest intermediate: %.1f MB' % (plan.largest_intermediate_bytes / 1e6)
    if training:
        memory += '; kept for the backward pass: %.1f MB (chain %.1f MB)' % (
            plan.kept_bytes / 1e6, chain.kept_bytes / 1e6)
    lines.append(memory)
    if plan.cost.seconds > CLEARLY_FASTER * dense.seconds:
        lines.append('A dense matrix would be faster here (%.1f times), with %d numbers instead '
                     'of %d.' % (plan.cost.seconds / dense.seconds,
                                 product(inp_modes) * product(out_modes), _storage(*plan.shape)))
    if plan.measurement is not None:
        lines += ['', str(plan.measurement)]
    return '\n'.join(lines)


def _step_lines(plan):
    if plan.order:
        lines = ['groups of cores %s, contracted from the %s, then the rest'
                 % (_joined(plan.groups), ', '.join(plan.order))]
    elif plan.steps[0].cores == 1:
        lines = ['one core, which is the dense matrix']
    else:
        lines = ['all cores merged into the dense matrix']
    lines += ['', '%-7s %-6s %-34s %12s %12s %10s  %s'
              % ('cores', 'side', 'product', 'MFLOP', 'MB moved', 'est. ms', 'operations')]
    for step, operations, cost in zip(plan.steps, plan.operations, plan.step_costs):
        cores = str(step.last) if step.cores == 1 else '%d-%d' % (step.first + 1, step.last)
        sizes = '[%d, %d] x [%d, %d, %d]' % (
            step.rows, step.depth, plan.setting.batch_size * step.count, step.depth, step.columns)
        lines.append('%-7s %-6s %-34s %s  %s'
                     % (cores, step.side, sizes, _cost(cost), operations))
    return lines


def _cost(cost):
    return '%12.3f %12.3f %10.4f' % (cost.flops / 1e6, cost.bytes / 1e6, cost.seconds * 1e3)


def _storage(inp_modes, out_modes, ranks):
    return sum(i * o * left * right
               for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:]))


def _joined(numbers):
    return '·'.join(str(number) for number in numbers)
