"""A plan in words and numbers."""

from tensornet.contraction import cost_model
from tensornet.contraction.steps import product


def report(plan, chain):
    """Describes a plan: its contractions, and its cost beside the chain's and a dense matrix's.

    Args:
        plan: the `Plan`.
        chain: the chain's `Plan` for the same shape and setting.

    Returns:
        Text of several lines.
    """
    inp_modes, out_modes, ranks = plan.shape
    batch_size, training, itemsize, machine = plan.setting
    dense = cost_model.dense_cost(inp_modes, out_modes, batch_size, itemsize, training, machine)
    lines = ['TT-matrix %d -> %d, modes %s -> %s, TT-ranks %s'
             % (product(inp_modes), product(out_modes), _joined(inp_modes), _joined(out_modes),
                _joined(ranks)),
             'batch %d, %d-byte numbers, %s'
             % (batch_size, itemsize,
                'forward and backward pass' if training else 'forward pass only')]
    lines += _chain_lines() if plan.is_chain else _step_lines(plan)
    lines.append('')
    lines.append('%-12s %12s %12s %10s %14s' % ('', 'MFLOP', 'MB moved', 'est. ms', 'est. speed-up'))
    for name, cost in (('this plan', plan.cost), ('chain', chain.cost), ('dense', dense)):
        lines.append('%-12s %12.1f %12.1f %10.3f %13.2fx'
                     % (name, cost.flops / 1e6, cost.bytes / 1e6, cost.seconds * 1e3,
                        chain.cost.seconds / cost.seconds))
    lines.append('largest intermediate: %.1f MB; kept for the backward pass: %.1f MB (chain %.1f MB)'
                 % (max(plan.state_entries) * itemsize / 1e6, plan.kept_bytes / 1e6,
                    chain.kept_bytes / 1e6))
    if dense.seconds < plan.cost.seconds:
        lines.append('A dense matrix would be faster here (%.1f times), with %d numbers instead of %d.'
                     % (plan.cost.seconds / dense.seconds, product(inp_modes) * product(out_modes),
                        _storage(*plan.shape)))
    return '\n'.join(lines)


def _chain_lines():
    return ['core by core from the left with the features in front, a transpose after each core']


def _step_lines(plan):
    batch_size, training, itemsize, machine = plan.setting
    lines = ['groups of cores %s, contracted from the %s'
             % (_joined(plan.groups), ', '.join(plan.order + ('rest',)).replace(', rest', ', then the rest'))
             if plan.order else 'all cores merged into the dense matrix',
             '',
             '%-7s %-6s %-34s %12s %12s %10s'
             % ('cores', 'side', 'product', 'MFLOP', 'MB moved', 'est. ms')]
    for step in plan.steps:
        cost = cost_model.step_cost(step, *plan.shape, batch_size, itemsize, training, machine)
        cores = '%d' % (step.first + 1) if step.cores == 1 else '%d-%d' % (step.first + 1, step.last)
        lines.append('%-7s %-6s %-34s %12.1f %12.1f %10.3f'
                     % (cores, step.side, '[%d, %d] x [%d, %d, %d]'
                        % (step.rows, step.depth, batch_size * step.count, step.depth,
                           step.columns),
                        cost.flops / 1e6, cost.bytes / 1e6, cost.seconds * 1e3))
    return lines


def _storage(inp_modes, out_modes, ranks):
    return sum(i * o * left * right
               for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:]))


def _joined(numbers):
    return '·'.join(str(number) for number in numbers)
