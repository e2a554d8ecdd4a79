"""The arguments `plan` and `batch_size` of the layers."""

from tensornet import contraction
from tensornet.contraction.measured_convolution_plans import TT_CONVOLUTION
from tensornet.contraction.measured_plans import TT_MATRIX
from tensornet.contraction.measured_rows import ROWS
from tensornet.contraction.measuring import measured
from tensornet.layers.default_plan import INFERENCE, PLAN_NAMES, around, chosen_plan
from tensornet.layers.planned_setting import planned_setting
from tensornet.wording import errors_of_caller

# The plan of an embedding that looks equal ids up once.
UNIQUE = 'unique'


def plan_and_setting(check, plan, own, batch_size, leading, variables):
    """Returns the plan that a layer takes, not yet checked, and what the layer plans for.

    Args:
        check: the layer's `Arguments`.
        plan: the argument: a plan, its name, or None for the `default_plan` around, else `own`.
        own: name of the plan that the layer takes by itself.
        batch_size: the argument: a hint for a batch that is not known, or None for that of the
            `default_plan` around.
        leading, variables: as for `planned_setting`.

    Returns:
        Pair of the plan or its name, and a `tensornet.contraction.Setting`.
    """
    plan = chosen_plan(plan, own)
    if batch_size is not None:
        batch_size = check.size('batch_size', batch_size)
    return plan, planned_setting(leading, variables, plan, batch_size)


def tt_matrix_plan(check, plan, matrix, setting, words) -> contraction.Plan:
    """Returns the plan of a TT-matrix that the argument `plan` asks for.

    Args:
        check: the layer's `Arguments`.
        plan: 'auto', 'chain', 'full', 'measure', 'inference' or a `Plan`.
        matrix: `TTMatrixShape`.
        setting: what to plan for.
        words: dict from the names of the planner's arguments to the layer's; equal ones left out.

    Returns:
        `tensornet.contraction.Plan`.
    """
    check_tt_matrix_plan(check, 'plan', plan, matrix)
    return _made(check, plan, lambda name: _planned_matrix(name, matrix, setting), TT_MATRIX, words)


def check_tt_matrix_plan(check, name, plan, matrix):
    """Checks what names a plan of a TT-matrix or is one, and returns it.

    Args:
        check: `Arguments` of the layer or cell.
        name: name of the argument.
        plan: the argument, not None.
        matrix: `TTMatrixShape`.
    """
    _check_kind(check, name, plan, PLAN_NAMES, contraction.Plan, 'plan')
    if isinstance(plan, contraction.Plan) and not plan.fits(*matrix):
        raise ValueError(
            f'{check.scope}: `{name}` must be one for {matrix}, but it is one for {plan.shape}; '
            'make it with `tensornet.contraction.plan` from the same modes and ranks')
    return plan


def _planned_matrix(plan, matrix, setting):
    """Returns the `Plan` of that name, of those to be measured the estimated one."""
    if plan == INFERENCE:
        return contraction.inference_plan(
            *matrix, setting.batch_size, dtype=setting.dtype, machine=setting.machine,
            constant_bytes=around().constant_bytes)
    if plan == 'chain':
        return contraction.chain_plan(*matrix, **setting._asdict())
    if plan == 'full':
        return contraction.plan(*matrix, groups=[matrix.d], order=[], **setting._asdict())
    return contraction.plan(*matrix, **setting._asdict())


def convolution_plan(check, plan, matrix, geometry, image, setting, words,
                     core_bytes=None) -> contraction.ConvPlan:
    """Returns the plan of a TT-convolution that the argument `plan` asks for.

    Args:
        check: the layer's `Arguments`.
        plan: 'auto', 'measure', 'inference', one of
            `tensornet.contraction.methods_for(strides)`, or a `ConvPlan`.
        matrix: `TTMatrixShape` of the cores.
        geometry: `ConvGeometry`.
        image: height and width of the input, None where they are not known.
        setting: what to plan for.
        words: as for `tt_matrix_plan`.
        core_bytes: as for `tensornet.contraction.inference_conv_plan`.

    Returns:
        `tensornet.contraction.ConvPlan`.
    """
    _check_convolution_plan(check, plan, matrix, geometry)
    image = tuple(max(contraction.DEFAULT_IMAGE_SIZE, length) if size is None else max(size, 1)
                  for size, length in zip(image, geometry.extent))
    shape = contraction.ConvShape.of(matrix, geometry, image)
    return _made(check, plan, lambda name: _planned_convolution(name, shape, setting, core_bytes),
                 TT_CONVOLUTION, dict(words, batch_size='the number of pixels of the batch'))


def _check_convolution_plan(check, plan, matrix, geometry):
    """Raises unless this names a plan of a convolution, or is one for it, whatever its image.

    The order of the axes does not matter: a plan serves both.
    """
    names = ('auto', 'measure', INFERENCE) + contraction.methods_for(geometry.strides)
    _check_kind(check, 'plan', plan, names, contraction.ConvPlan, 'conv_plan',
                ' (with unequal strides there are fewer)' if len(set(geometry.strides)) > 1 else '')
    if isinstance(plan, str):
        return
    rows = [('', matrix, plan.shape.matrix)]
    rows += [(f'the {name} ', getattr(geometry, name), getattr(plan.shape, name))
             for name in ('padding', 'window', 'strides', 'dilations')]
    for name, expected, got in rows:
        if expected != got:
            raise ValueError(
                f'{check.scope}: `plan` must be one for this convolution, with {name}{expected}, '
                f'but it is one for {got}; make it with `tensornet.contraction.conv_plan` for the '
                'same convolution')


def _planned_convolution(plan, shape, setting, core_bytes):
    """Returns the `ConvPlan` of that name, of those to be measured the estimated one."""
    if plan == INFERENCE:
        return contraction.inference_conv_plan(
            shape, setting._replace(constant_bytes=around().constant_bytes), core_bytes)
    return contraction.conv_plan(shape, setting, None if plan in ('auto', 'measure') else plan)


def embedding_plan(check, plan, table, setting) -> contraction.RowPlan:
    """Returns the plan of an embedding that the argument `plan` asks for.

    Args:
        check: the layer's `Arguments`.
        plan: 'auto', 'unique', 'chain', 'full', 'measure', 'inference' or a `RowPlan`.
        table: `EmbeddingTable`.
        setting: what to plan for.

    Returns:
        `tensornet.contraction.RowPlan`.
    """
    _check_embedding_plan(check, plan, table.matrix)
    return _made(check, plan, lambda name: _planned_rows(name, table.matrix, setting), ROWS,
                 {'batch_size': 'the number of ids'})


def _check_embedding_plan(check, plan, matrix):
    """Raises unless this names a plan of an embedding, or is one for its table."""
    _check_kind(check, 'plan', plan, PLAN_NAMES + (UNIQUE,), contraction.RowPlan, 'row_plan')
    emb_modes, voc_modes, ranks = matrix
    if isinstance(plan, contraction.RowPlan) and not plan.fits(voc_modes, emb_modes, ranks):
        raise ValueError(
            f'{check.scope}: `plan` must be one for {_table_shown(matrix)}, but it is one for '
            f'{_table_shown(plan.shape)}; make it with `tensornet.contraction.row_plan` from the '
            'same modes and ranks')


def _planned_rows(plan, matrix, setting):
    """Returns the `RowPlan` of that name, of those to be measured the estimated one."""
    emb_modes, voc_modes, ranks = matrix
    arguments = (voc_modes, emb_modes, ranks)
    if plan == INFERENCE:
        return contraction.inference_row_plan(
            *arguments, batch_size=setting.batch_size, dtype=setting.dtype,
            machine=setting.machine, constant_bytes=around().constant_bytes)
    given = {name: getattr(setting, name) for name in ('batch_size', 'training', 'dtype',
                                                       'machine')}
    if plan == UNIQUE:
        return contraction.row_plan(*arguments, unique=True, **given)
    if plan in ('chain', 'full'):
        d = matrix.d
        groups, order = ([1] * d, range(1, d)) if plan == 'chain' else ([d], [])
        return contraction.row_plan(*arguments, groups=groups, order=order, unique=False,
                                    **given)
    # XLA has no operation for different ids.
    return contraction.row_plan(*arguments, unique=False if around().xla else None, **given)


def _table_shown(matrix):
    """Returns modes and ranks of a table as its arguments have them, for messages."""
    emb_modes, voc_modes, ranks = map(list, matrix)
    return f'modes {voc_modes} x {emb_modes} and ranks {ranks}'


def _made(check, plan, by_name, kind, words):
    """Returns a plan that was made already, or makes the one of a name.

    Args:
        check: the layer's `Arguments`.
        plan: the checked argument.
        by_name: function from the name to the plan.
        kind: `Kind` of such plans, for those that are measured.
        words: as for `tt_matrix_plan`: errors of the planner become those of the layer.
    """
    if not isinstance(plan, str):
        return plan
    with errors_of_caller(dict({'batch_size': 'the size of the batch'}, **words),
                          f'{check.scope}: '):
        planned = by_name(plan)
    return measured(planned, kind) if plan == 'measure' else planned


def _check_kind(check, name, plan, names, kind, maker, hint=''):
    """Raises unless an argument is one of the names, or a plan of this kind.

    Args:
        check: `Arguments` of the layer or cell.
        name: name of the argument.
        plan: the argument, not None.
        names: tuple of the names of plans.
        kind: class of plans.
        maker: name of the function in `tensornet.contraction` that makes such plans.
        hint: what the message says behind the names.
    """
    if isinstance(plan, kind) or isinstance(plan, str) and plan in names:
        return
    wrong = check.wrong_value if isinstance(plan, str) else check.wrong_type
    wrong(name, f"{', '.join(map(repr, names))} or a `{kind.__name__}`", plan,
          f'pass one of the names{hint}, or a plan that `tensornet.contraction.{maker}` makes')
