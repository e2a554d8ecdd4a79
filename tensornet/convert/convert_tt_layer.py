"""A TT layer of a checkpoint with other ranks or modes."""
import functools

import numpy as np

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.convert.average_weights import following, to_follow
from tensornet.convert.change_modes import change_modes
from tensornet.convert.grow_layer import grow_layer
from tensornet.convert.layer_formats import to_dense
from tensornet.convert.modes_of_shapes import modes_of_shapes
from tensornet.convert.report import ConvertedLayer
from tensornet.convert.round_layer import round_layer
from tensornet.convert.slots import averages_of
from tensornet.convert.stored_type import stored_type
from tensornet.convert.stored_weights import convert_and_store, in_type, measured_error, widened
from tensornet.convert.train_error import train_error
from tensornet.convert.tt_conv_direct_format import tt_conv_direct_from_variables
from tensornet.convert.tt_conv_format import tt_conv_from_variables
from tensornet.convert.tt_format import tt_from_variables
from tensornet.tt.arguments import check_integer, product
from tensornet.tt.rank_argument import common_ranks, is_one_rank


def convert_tt_layer(request, checkpoint, found, average_names, changes):
    """Rounds or grows a TT layer or gives it other modes, and its averages with it.

    Args:
        request: `Request`.
        checkpoint: `Checkpoint`.
        found: `TTVariables` of the layer.
        average_names: names of averages beside the usual one.
        changes: `Changes` to add to. Variables that stay as they are keep their slots.

    Returns:
        `ConvertedLayer`.

    Raises:
        CheckpointError: the modes of the layer are not known, or options do not go together.
        ValueError, TypeError: modes or target do not fit the layer.
    """
    _check_request(request, found)
    names = {name: f'{found.scope}/{name}' for name in found.names}
    modes = _modes(request, checkpoint, found)
    old = _read(checkpoint, found, names, modes)
    dtype = checkpoint.dtypes[names[found.names[-1]]]
    averages = _averages(checkpoint, names, average_names)
    cut, target, grow = _steps(request, old)
    weights = old
    if cut is not None:
        weights = convert_and_store(
            lambda **goal: to_follow(cut(old, **goal)) if averages else cut(old, **goal),
            functools.partial(_error, exact=old), stored_type(dtype), target)
    kept = widened(weights)
    weights = _stored(grow(kept), weights.relative_error, dtype)
    _replace(changes, checkpoint, names, weights, lambda name: f'{found.scope}/{name}')
    errors = {}
    for name, average in averages:
        average_names_of = {own: average.of(full) if average.of(full) in checkpoint.shapes else full
                            for own, full in names.items()}
        exact = _read(checkpoint, found, average_names_of, modes)
        own_type = checkpoint.dtypes[name]
        shadow = exact
        if cut is not None:
            shadow = in_type(following(cut(exact, ranks=kept.ranks), kept),
                             functools.partial(_error, exact=exact), stored_type(own_type))
        shadow = _stored(grow(widened(shadow)), shadow.relative_error, own_type)
        averaged = {own: full for own, full in average_names_of.items() if full != names[own]}
        _replace(changes, checkpoint, averaged, shadow,
                 lambda own, average=average: average.of(f'{found.scope}/{own}'))
        errors[name] = shadow.relative_error
    changes.rename_biases(found)
    return ConvertedLayer(found.scope, list(names.values()), weights, dtype.name, old.parameters,
                          errors)


def _check_request(request, found):
    name = f'--layer {request.layer}'
    if request.format not in (None, found.kind):
        raise CheckpointError(f'{name}: the layer is a {found.kind}, which does not become a '
                              f'{request.format}; leave the format out')
    for inp_modes, out_modes in ((request.inp_modes, request.out_modes),
                                 (request.new_inp_modes, request.new_out_modes)):
        if (inp_modes is None) != (out_modes is None):
            raise CheckpointError(f'{name}: input and output modes go together; give both or none')
    if request.new_inp_modes is None and not request.target:
        raise CheckpointError(f'{name}: the layer is a TT layer already; pass ranks or another '
                              'target, or new modes')


def _modes(request, checkpoint, found):
    """Returns input and output modes that the layer has, or () for 'tt_conv_direct'."""
    if found.kind == 'tt_conv_direct':
        return ()
    if request.inp_modes is not None:
        return request.inp_modes, request.out_modes
    shapes = [checkpoint.shapes[f'{found.scope}/{name}'] for name in found.names]
    first_rank = 1
    if found.kind == 'tt_conv':
        (*_, first_rank), *shapes = shapes
    out_size = checkpoint.shapes[found.biases][0] if found.biases else None
    possible = modes_of_shapes(shapes, first_rank, out_size)
    if len(possible) != 1:
        raise CheckpointError(
            f'--layer {request.layer}: the shapes of the cores, {shapes}, do not tell the modes of '
            'the TT layer, which may be padded; pass those that it has as --inp-modes and '
            '--out-modes')
    return possible[0]


def _read(checkpoint, found, names, modes):
    """Returns the `LayerWeights` of variables; `names` are theirs by those below the scope."""
    variables = {own: checkpoint.read(full) for own, full in names.items()}
    if found.kind == 'tt_conv_direct':
        return tt_conv_direct_from_variables(variables)
    inp_modes, out_modes = modes
    shape = [product(inp_modes), product(out_modes)]
    if found.biases:
        # Of outputs that modes multiply to, a layer has as many as biases.
        shape[-1] = checkpoint.shapes[found.biases][0]
    if found.kind == 'tt':
        return tt_from_variables(variables, inp_modes, out_modes, shape)
    window = list(checkpoint.shapes[names['filters']][:2])
    return tt_conv_from_variables(variables, inp_modes, out_modes, window + shape)


def _averages(checkpoint, names, average_names):
    """Returns a list of averages of all cores: the name of that of the last one, and itself."""
    last = list(names.values())[-1]
    found = averages_of(last, checkpoint.shapes, average_names)
    # Filters or cores that are constant ones have no average.
    return [(average.name, average) for average in found
            if all(average.of(full) in checkpoint.shapes or product(checkpoint.shapes[full]) == 1
                   for full in names.values())]


def _steps(request, old):
    """What is to be done.

    Returns:
        cut: function of `LayerWeights` and a target that lowers ranks or changes modes, or None.
        target: its target, a dict.
        grow: function of `LayerWeights` that raises ranks.
    """
    target = dict(request.target or {})
    if request.new_inp_modes is not None:
        return (lambda weights, **goal: change_modes(
            weights, request.new_inp_modes, request.new_out_modes, pad=request.pad, **goal),
            target, lambda weights: weights)
    ranks = target.pop('ranks', None)
    if ranks is None:
        return round_layer, target, lambda weights: weights
    if is_one_rank(ranks):
        ranks = _common_ranks(ranks, old)
    lowered = [min(rank, had) for rank, had in zip(ranks, old.ranks)]
    cut = None if lowered == old.ranks and not target else round_layer
    return (cut, dict(target, ranks=lowered),
            lambda weights: grow_layer(weights, ranks, request.noise))


def _common_ranks(rank, old):
    """Returns one rank for all bonds in the form of `old.ranks`, limited by what is useful."""
    rank = check_integer('round_layer', 'ranks', rank)
    ranks = common_ranks(rank, [product(core.shape[1:-1]) for core in old.train])
    return ranks[-len(old.ranks):]


def _stored(weights, error, dtype):
    """Returns a layer as it is stored, with the error that it has had before it grew."""
    return in_type(weights, lambda _: error, stored_type(dtype))


def _error(weights, exact):
    """Relative error of a layer that was made from another one."""
    if weights.modes == exact.modes:
        return train_error(widened(weights).train, exact.train)
    return measured_error(weights, to_dense(exact))


def _replace(changes, checkpoint, old_names, weights, name_of):
    """Adds the new values of variables that change."""
    # Filters and cores of one number are constants, which are not averaged.
    values = {name_of(name): value for name, value in weights.variables.items()
              if value.size > 1 or name in old_names}
    for name in old_names.values():
        if name in values and np.array_equal(values[name], checkpoint.read(name)):
            del values[name]
        else:
            changes.replaced.add(name)
    changes.values.update(values)
