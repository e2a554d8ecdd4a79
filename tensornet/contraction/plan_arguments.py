"""Checks of what a plan is asked for. Nothing here knows of TensorFlow."""

from tensornet.contraction.machine import Machine, cpu
from tensornet.contraction.setting import Setting, checked_dtype
from tensornet.contraction.steps import LEFT, RIGHT
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.tt.arguments import (
    LARGEST_SIZE,
    check_flag,
    check_integer,
    check_integers,
    check_list,
    check_mode_pairs,
    product,
)
from tensornet.tt.rank_argument import check_ranks


def checked_product(function, inp_modes, out_modes, ranks, setting):
    """Returns `TTMatrixShape` and `Setting` of a batch times a TT-matrix.

    Args:
        function: name of the public function, for the messages.
        inp_modes, out_modes, ranks: its arguments.
        setting: `Setting` of its other arguments as they are.
    """
    shape = checked_shape(function, inp_modes, out_modes, ranks)
    setting = checked_setting(function, setting)
    check_states(function, shape, setting)
    return shape, setting


def checked_shape(function, inp_modes, out_modes, ranks, window=None,
                  names=('inp_modes', 'out_modes', 'ranks')):
    """Returns the `TTMatrixShape` of modes and ranks that fit, with a rank for each bond.

    Args:
        function: name of the public function, for the messages.
        inp_modes, out_modes, ranks: the arguments.
        window: number of pixels of the window whose bond with the first core the ranks begin with;
            None where they begin with 1.
        names: what the three are called.
    """
    inp_modes, out_modes = check_mode_pairs(function, inp_modes, out_modes, names[:2])
    first_bond = 0 if window is None else 1
    modes = [window] * first_bond + [i * o for i, o in zip(inp_modes, out_modes)]
    ranks = check_ranks(function, ranks, modes, first_bond, names[2])[first_bond:]
    return TTMatrixShape.of(inp_modes, out_modes, ranks)


def checked_setting(function, wanted, owner=''):
    """Returns the `Setting`.

    Args:
        function: name of the public function, for the messages.
        wanted: `Setting` of the arguments as they are; a machine of None is a CPU.
        owner: 'setting.' where the function takes a `Setting` and not its parts.
    """
    batch_size, training, dtype, machine, constant_bytes, held = wanted
    training = check_flag(function, f'{owner}training', training)
    batch_size = check_integer(function, f'{owner}batch_size', batch_size)
    name = checked_dtype(function, f'{owner}dtype', dtype)
    machine = cpu(name) if machine is None else machine
    if not isinstance(machine, Machine):
        raise TypeError(
            f'{function}: `{owner}machine` must be a `tensornet.contraction.Machine` or None, but '
            f'it is {machine!r:.100}; change constants of `tensornet.contraction.cpu(dtype)` with '
            '`_replace`')
    if constant_bytes is not None:
        constant_bytes = check_integer(function, f'{owner}constant_bytes', constant_bytes)
        if training:
            raise ValueError(f'{function}: `{owner}constant_bytes` is for cores that are not '
                             'trained, but `training` is True; pass training=False')
    held = check_flag(function, f'{owner}held', held)
    if held and (training or constant_bytes is not None):
        raise ValueError(f'{function}: `{owner}held` is for cores that are neither trained nor '
                         'merged ahead of a run; pass training=False and no `constant_bytes`')
    return Setting(batch_size, training, name, machine, constant_bytes, held)


def checked_groups(function, groups, order, cores):
    """Returns groups and order as tuples, which fit the cores."""
    groups = _checked_group_sizes(function, groups, order, cores)
    sides = check_list(function, 'order', order, "'left' and 'right'", "['left', 'right']")
    sides = [str(side) for side in sides]
    if len(sides) != len(groups) - 1 or not set(sides) <= {LEFT, RIGHT}:
        raise ValueError(f"{function}: `order` must be {len(groups) - 1} of 'left' and 'right', "
                         'one for each group but the last to be contracted, but it is '
                         f'{order!r:.100}; list them in the order of the contractions')
    return groups, tuple(sides)


def checked_bonds(function, groups, order, cores):
    """Returns groups and the order of the bonds between them.

    Args:
        function: name of the public function, for the messages.
        groups, order: the arguments of `row_plan`.
        cores: how many cores there are.
    """
    groups = _checked_group_sizes(function, groups, order, cores)
    bonds = [check_integer(function, f'order[{k}]', bond) for k, bond in enumerate(
        check_list(function, 'order', order, 'the numbers of bonds', '[2, 1, 3]'))]
    if sorted(bonds) != list(range(1, len(groups))):
        raise ValueError(f'{function}: `order` must be the numbers 1 to {len(groups) - 1} of the '
                         f'bonds between the groups, each once, but it is {order!r:.100}; list '
                         'them in the order of the products')
    return groups, tuple(bonds)


def checked_unique(function, unique):
    """Returns whether equal ids are looked up once, None where an estimate decides."""
    return None if unique is None else check_flag(function, 'unique', unique)


def check_states(function, shape, setting):
    """Raises ValueError where input or output has more elements than a tensor can."""
    for name in ('inp_modes', 'out_modes'):
        check_elements(function, name, setting.batch_size, getattr(shape, name))


def check_elements(function, name, batch_size, modes):
    """Raises ValueError where a batch has more elements than a tensor can.

    Args:
        function: name of the public function, for the messages.
        name: name of the argument with the modes.
        batch_size: number of samples.
        modes: those of a sample.
    """
    size = batch_size * product(modes)
    if size > LARGEST_SIZE:
        raise ValueError(
            f'{function}: `batch_size` times the product of `{name}` must be at most '
            f'{LARGEST_SIZE}, the elements of a tensor, but {batch_size} samples of modes '
            f'{list(modes)} make {size}; lower them')


def _checked_group_sizes(function, groups, order, cores):
    if groups is None or order is None:
        raise ValueError(f'{function}: `groups` and `order` go together, but only one of them is '
                         'given; pass both or neither')
    groups = check_integers(function, 'groups', groups)
    if sum(groups) != cores:
        raise ValueError(f'{function}: `groups` must add up to the number of cores, {cores}, but '
                         f'they are {groups}; every core belongs to one group')
    return tuple(groups)
