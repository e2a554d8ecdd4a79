"""Checks of what a plan is asked for. Nothing here knows of TensorFlow."""

import numbers

import numpy as np

from tensornet.contraction.machine import Machine, cpu
from tensornet.contraction.setting import Setting, checked_dtype
from tensornet.contraction.steps import LEFT, RIGHT
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.tt.arguments import LARGEST_SIZE, check_same_length, is_no_list, product
from tensornet.tt.rank_argument import check_bonds, common_ranks, is_one_rank


def checked_product(function, inp_modes, out_modes, ranks, setting):
    """Returns `TTMatrixShape` and `Setting` of a batch times a TT-matrix, or raises ValueError.

    Args:
        function: name of the public function, for the messages.
        inp_modes, out_modes, ranks: its arguments.
        setting: `Setting` of its other arguments as they are.
    """
    shape = checked_shape(function, inp_modes, out_modes, ranks)
    setting = checked_setting(function, setting)
    check_states(function, shape, setting)
    return shape, setting


def checked_shape(function, inp_modes, out_modes, ranks, names=('inp_modes', 'out_modes')):
    """Returns the `TTMatrixShape`, or raises ValueError unless modes and ranks fit.

    Args:
        function: name of the public function, for the messages.
        inp_modes, out_modes, ranks: the arguments.
        names: what the first two are called.
    """
    inp_modes, out_modes = [_integers(function, name, modes)
                            for name, modes in zip(names, (inp_modes, out_modes))]
    check_same_length(function, names, inp_modes, out_modes)
    if is_one_rank(ranks):
        rank = _size(function, 'ranks', ranks, 'one positive integer or a list of them')
        ranks = common_ranks(rank, [i * o for i, o in zip(inp_modes, out_modes)])
    ranks = _integers(function, 'ranks', ranks)
    check_bonds(function, ranks, len(inp_modes))
    return TTMatrixShape(inp_modes, out_modes, ranks)


def checked_setting(function, wanted, owner=''):
    """Returns the `Setting`, or raises ValueError.

    Args:
        function: name of the public function, for the messages.
        wanted: `Setting` of the arguments as they are; a machine of None is a CPU.
        owner: 'setting.' where the function takes a `Setting` and not its parts.
    """
    batch_size, training, dtype, machine, constant_bytes, held = wanted
    if not isinstance(training, (bool, np.bool_)):
        raise ValueError(f'{function}: `{owner}training` must be True or False, but it is '
                         f'{training!r:.100}; pass one of the two')
    batch_size = _size(function, f'{owner}batch_size', batch_size, 'a positive integer')
    name = checked_dtype(function, f'{owner}dtype', dtype)
    machine = cpu(name) if machine is None else machine
    if not isinstance(machine, Machine):
        raise ValueError(
            f'{function}: `{owner}machine` must be a `tensornet.contraction.Machine` or None, but '
            f'it is {machine!r:.100}; change constants of `tensornet.contraction.cpu(dtype)` with '
            '`_replace`')
    if constant_bytes is not None:
        constant_bytes = _size(function, f'{owner}constant_bytes', constant_bytes,
                               'a positive integer or None')
        if training:
            raise ValueError(f'{function}: `{owner}constant_bytes` is for cores that are not '
                             'trained, but `training` is True; pass training=False')
    if not isinstance(held, (bool, np.bool_)):
        raise ValueError(f'{function}: `{owner}held` must be True or False, but it is '
                         f'{held!r:.100}; pass one of the two')
    if held and (training or constant_bytes is not None):
        raise ValueError(f'{function}: `{owner}held` is for cores that are neither trained nor '
                         'merged ahead of a run; pass training=False and no `constant_bytes`')
    return Setting(batch_size, bool(training), name, machine, constant_bytes, bool(held))


def checked_groups(function, groups, order, cores):
    """Returns groups and order as tuples, or raises ValueError unless they fit the cores."""
    groups = _checked_group_sizes(function, groups, order, cores)
    sides = _listed(order)
    sides = None if sides is None else [str(side) for side in sides]
    if sides is None or len(sides) != len(groups) - 1 or not set(sides) <= {LEFT, RIGHT}:
        raise ValueError(f"{function}: `order` must be {len(groups) - 1} of 'left' and 'right', "
                         'one for each group but the last to be contracted, but it is '
                         f'{order!r:.100}; list them in the order of the contractions')
    return groups, tuple(sides)


def checked_bonds(function, groups, order, cores):
    """Returns groups and the order of the bonds between them, or raises ValueError.

    Args:
        function: name of the public function, for the messages.
        groups, order: the arguments of `row_plan`.
        cores: how many cores there are.
    """
    groups = _checked_group_sizes(function, groups, order, cores)
    bonds = _listed(order)
    if bonds is None or not all(map(is_size, bonds)) or sorted(bonds) != list(
            range(1, len(groups))):
        raise ValueError(f'{function}: `order` must be the numbers 1 to {len(groups) - 1} of the '
                         f'bonds between the groups, each once, but it is {order!r:.100}; list '
                         'them in the order of the products')
    return groups, tuple(int(bond) for bond in bonds)


def _checked_group_sizes(function, groups, order, cores):
    if groups is None or order is None:
        raise ValueError(f'{function}: `groups` and `order` go together, but only one of them is '
                         'given; pass both or neither')
    groups = _integers(function, 'groups', groups)
    if sum(groups) != cores:
        raise ValueError(f'{function}: `groups` must add up to the number of cores, {cores}, but '
                         f'they are {list(groups)}; every core belongs to one group')
    return groups


def checked_unique(function, unique):
    """Returns whether equal ids are looked up once, None where an estimate decides."""
    if unique is not None and not isinstance(unique, (bool, np.bool_)):
        raise ValueError(f'{function}: `unique` must be True, False or None, but it is '
                         f'{unique!r:.100}; pass one of the three')
    return unique if unique is None else bool(unique)


def is_size(value):
    """Whether a value is a positive whole number."""
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        return False
    # An integer may be beyond what NumPy can tell finite.
    if not isinstance(value, numbers.Integral) and not np.isfinite(value):
        return False
    return value == int(value) and value >= 1


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


def _size(function, name, value, expected):
    if not is_size(value):
        raise ValueError(f'{function}: `{name}` must be {expected}, but it is {value!r:.100}; pass '
                         'for example 100')
    if value > LARGEST_SIZE:
        raise ValueError(_too_large(function, name, value))
    return int(value)


def _listed(values):
    """A flat sequence as a list; None for anything else, such as a tensor in a graph."""
    if hasattr(values, 'dtype'):
        # Going through a variable of a graph would add operations; as an array it has no axis.
        try:
            values = np.asarray(values)
        except Exception:
            return None
        return list(values) if values.ndim == 1 else None
    if is_no_list(values) or not np.iterable(values):
        return None
    return list(values)


def _integers(function, name, values):
    listed = _listed(values)
    if not listed:
        raise ValueError(f'{function}: `{name}` must be made of positive integers, in a flat list, '
                         f'but it is {values!r:.100}; pass for example [4, 8, 8, 4]')
    for value in listed:
        if not is_size(value):
            raise ValueError(f'{function}: `{name}` must be made of positive integers, but there '
                             f'is {value!r:.100}; replace it')
        if value > LARGEST_SIZE:
            raise ValueError(_too_large(function, name, value))
    return tuple(int(value) for value in listed)


def _too_large(function, name, value):
    return (f'{function}: `{name}` must be at most {LARGEST_SIZE}, but there is {value!r:.100}; '
            'pass a smaller number')
