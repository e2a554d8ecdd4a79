"""Plans in words and numbers."""

from tensornet.contraction import cost_model
from tensornet.contraction.row_joins import group_ranges

# The report mentions a dense matrix that is estimated to be faster by more than this factor.
CLEARLY_FASTER = 1.05

_TITLES = f"{'MFLOP':>12} {'MB moved':>12} {'est. ms':>10}"


def report(plan, chain):
    """Describes a plan: its contractions, and its cost next to the chain's and a dense matrix's.

    Args:
        plan: the `Plan`.
        chain: the chain's `Plan` for the same shape and setting.

    Returns:
        Text of several lines.
    """
    shape, training = plan.shape, plan.setting.training
    dense = cost_model.dense_cost(shape.inp_size, shape.out_size, plan.setting)
    lines = [f'TT-matrix {shape.inp_size} -> {shape.out_size}, modes {list(shape.inp_modes)} '
             f'-> {list(shape.out_modes)}, TT-ranks {list(shape.ranks)}',
             f'batch {plan.setting.batch_size}, {plan.setting.dtype}, {_passes(plan.setting)}']
    if plan.setting.has_constant_cores:
        lines.append(f'constant cores: merged they take {plan.weight_bytes} of the '
                     f'{plan.setting.constant_bytes} bytes allowed, unmerged {chain.weight_bytes}')
    lines.append(f'exported: {exported_size(plan)}; the cores have {plan.core_bytes}')
    lines += _step_lines(plan) if not plan.is_chain else [
        'core by core from the left with the features in front, a transpose after each core']
    lines += ['', f"{'':<12} {_TITLES} {'est. speed-up':>14}"]
    for name, cost in (('this plan', plan.cost), ('chain', chain.cost), ('dense', dense)):
        lines.append(f'{name:<12} {_cost(cost)} {chain.cost.seconds / cost.seconds:13.2f}x')
    memory = f'largest intermediate: {plan.largest_intermediate_bytes / 1e6:.1f} MB'
    if training:
        memory += (f'; kept for the backward pass: {plan.kept_bytes / 1e6:.1f} MB '
                   f'(chain {chain.kept_bytes / 1e6:.1f} MB)')
    lines.append(memory)
    if plan.cost.seconds > CLEARLY_FASTER * dense.seconds:
        times = plan.cost.seconds / dense.seconds
        parameters = shape.inp_size * shape.out_size
        lines.append(f'A dense matrix would be faster here ({times:.1f} times), with {parameters} '
                     f'parameters instead of {sum(shape.core_sizes)}.')
    if plan.measurement is not None:
        lines += ['', str(plan.measurement)]
    return '\n'.join(lines)


def row_report(plan):
    """Describes a plan of an embedding: its groups, its products and what they cost.

    Args:
        plan: the `RowPlan`.

    Returns:
        Text of several lines.
    """
    (emb_modes, voc_modes, ranks), setting = plan.shape, plan.setting
    lines = [f'table [{plan.shape.out_size}, {plan.shape.inp_size}], modes {list(voc_modes)} '
             f'by {list(emb_modes)}, TT-ranks {list(ranks)}',
             f'{setting.batch_size} ids, {setting.dtype}, {_passes(setting)}']
    if plan.unique:
        lines.append(f'equal ids looked up once: {plan.count} expected')
    for (first, last), sizes in zip(group_ranges(plan.groups), plan.slices):
        cores = f'core {last}' if last == first + 1 else f'cores {first + 1}-{last} merged'
        count, *shape = sizes
        lines.append(f'{cores}: {count} slices {shape}')
    for bond, join, kind in zip(plan.order, plan.joins, plan.kinds):
        lines.append(f'bond {bond}: [{join.rows}, {join.bond}] x [{join.bond}, {join.columns}] for '
                     f'each id, {kind}')
    parts = (plan.parts, plan.gradient_parts if setting.training else 1)
    if max(parts) > 1:
        lines.append(f'in {parts[0]} parts, backward in {parts[1]}')
    cost = plan.cost
    lines.append(f'estimated: {cost.seconds * 1e3:.4f} ms, {cost.flops / 1e6:.3f} MFLOP, '
                 f'{cost.bytes / 1e6:.3f} MB moved')
    if plan.measurement is not None:
        lines += ['', str(plan.measurement)]
    return '\n'.join(lines)


def exported_size(plan):
    """Returns how many bytes a plan's constants have in an exported graph, in words."""
    merged = '' if plan.exported_bytes == plan.core_bytes else ' where a converter merges constants'
    return f'{plan.exported_bytes} bytes{merged}'


def _passes(setting):
    return 'forward and backward pass' if setting.training else 'forward pass only'


def _step_lines(plan):
    if plan.order:
        lines = [f'groups of cores {list(plan.groups)}, contracted from the '
                 f"{', '.join(plan.order)}, then the rest"]
    elif plan.steps[0].cores == 1:
        lines = ['one core, which is the dense matrix']
    else:
        lines = ['all cores merged into the dense matrix']
    lines += ['', f"{'cores':<7} {'side':<6} {'product':<34} {_TITLES}  operations"]
    for step, operations, cost in zip(plan.steps, plan.operations, plan.step_costs):
        cores = str(step.last) if step.cores == 1 else f'{step.first + 1}-{step.last}'
        count = plan.setting.batch_size * step.count
        sizes = f'[{step.rows}, {step.depth}] x [{count}, {step.depth}, {step.columns}]'
        lines.append(f'{cores:<7} {step.side:<6} {sizes:<34} {_cost(cost)}  {operations}')
    return lines


def _cost(cost):
    return f'{cost.flops / 1e6:12.3f} {cost.bytes / 1e6:12.3f} {cost.seconds * 1e3:10.4f}'
