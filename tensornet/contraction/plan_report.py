"""A plan in words and numbers."""

from tensornet.contraction import cost_model

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
    dense = cost_model.dense_cost(shape.inp_modes, shape.out_modes, plan.setting)
    passes = 'forward and backward pass' if training else 'forward pass only'
    lines = [f'TT-matrix {shape.inp_size} -> {shape.out_size}, modes {_joined(shape.inp_modes)} '
             f'-> {_joined(shape.out_modes)}, TT-ranks {_joined(shape.ranks)}',
             f'batch {plan.setting.batch_size}, {plan.setting.dtype}, {passes}']
    if plan.setting.has_constant_cores:
        lines.append(f'constant cores: merged ones of {plan.weight_bytes} bytes, of '
                     f'{plan.setting.constant_bytes} allowed; the cores have {chain.weight_bytes}')
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


def exported_size(plan):
    """Returns how many bytes a plan's constants have in an exported graph, in words."""
    merged = '' if plan.exported_bytes == plan.core_bytes else ' where a converter merges constants'
    return f'{plan.exported_bytes} bytes{merged}'


def _step_lines(plan):
    if plan.order:
        lines = [f'groups of cores {_joined(plan.groups)}, contracted from the '
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


def _joined(numbers):
    return '·'.join(str(number) for number in numbers)
