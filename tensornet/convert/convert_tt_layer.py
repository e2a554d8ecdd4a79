"""A TT layer of a checkpoint with other ranks or modes."""

from __future__ import annotations

import functools
import zlib
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_layers import TTVariables
from tensornet.checkpoints.slots import Average
from tensornet.constant_one import is_constant_one
from tensornet.convert.average_weights import following, to_follow, trained_variables
from tensornet.convert.changed_layers import change_modes, grow_layer, ranks_of_bonds, round_layer
from tensornet.convert.layer_conversion import LayerConversion
from tensornet.convert.layer_error import layer_error
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.report import ConvertedAverage, ConvertedLayer
from tensornet.convert.request import Request
from tensornet.convert.stored_layer import layout_of, read_layer
from tensornet.convert.stored_weights import convert_and_store, in_type, stored_type, widened
from tensornet.tt.arguments import product
from tensornet.wording import errors_of_caller

_NEW_MODES = {'inp_modes': '`new_inp_modes`', 'out_modes': '`new_out_modes`'}


def convert_tt_layer(conversion: LayerConversion, found: TTVariables) -> ConvertedLayer:
    """Rounds or grows a TT layer or gives it other modes, and its averages with it.

    Args:
        conversion: `LayerConversion`, to whose `changes` is added. Variables that stay as they are
            keep their slots.
        found: `TTVariables` of the layer.

    Returns:
        `ConvertedLayer`.

    Raises:
        CheckpointError: the modes of the layer are not known, or options do not go together.
        ValueError, TypeError: modes or target do not fit the layer.
    """
    checkpoint, changes = conversion.checkpoint, conversion.changes
    found = _named(conversion.request, found)
    _check_request(conversion, found)
    names = {name: f'{found.scope}/{name}' for name in found.names}
    layout = layout_of(conversion, found)
    old = read_layer(conversion, found.kind, names, layout)
    dtype = _type(checkpoint, names)
    averages = _averages(conversion, found, names)
    cut, target, grow = _steps(conversion, found, old)
    weights = old
    if cut is not None:
        weights = convert_and_store(
            lambda **goal: to_follow(cut(old, **goal)) if averages else cut(old, **goal),
            functools.partial(layer_error, exact=old), stored_type(dtype), target)
    kept = widened(weights)
    weights = _stored(grow(kept), weights.relative_error, dtype)
    changes.replace_unequal(names.values(), {
        f'{found.scope}/{name}': value for name, value in weights.variables.items()})

    def shadow_of(exact, own_type):
        shadow = exact
        if cut is not None:
            shadow = in_type(following(cut(exact, ranks=kept.ranks), kept),
                             functools.partial(layer_error, exact=exact), stored_type(own_type))
        return _stored(grow(widened(shadow)), shadow.relative_error, own_type)

    converted = []
    for average in averages:
        own_names = {own: average.of(full) for own, full in names.items()
                     if average.of(full) in checkpoint.shapes}
        exact = read_layer(conversion, found.kind, dict(names, **own_names), layout)
        shadow = shadow_of(exact, _type(checkpoint, own_names))
        values = {average.of(f'{found.scope}/{own}'): value
                  for own, value in trained_variables(shadow).items()}
        converted.append(ConvertedAverage(list(own_names.values()), list(values),
                                          shadow.relative_error))
        # Also where a value stays as it is: as a slot of a replaced weight it would be dropped.
        changes.replace(own_names.values(), values)
    changes.rename_biases(found)
    return ConvertedLayer(found.scope, list(names.values()), weights, dtype.name, old.parameters,
                          converted)


def _named(request: Request, found: TTVariables) -> TTVariables:
    """Returns the layer as what the request calls it: kinds may have the same variables."""
    if request.format is None or format_of(request.format).found_as != found.kind:
        return found
    return found._replace(kind=request.format)


def _check_request(conversion: LayerConversion, found: TTVariables) -> None:
    request = conversion.request
    if request.fit is not None:
        raise conversion.error(
            'a layer is fitted to inputs when it is converted from dense weights, but this one is '
            'a TT layer already; leave `inputs` out, or convert the dense checkpoint')
    if request.format not in (None, found.kind):
        raise conversion.error(f'the layer is a {found.kind}, which does not become a '
                               f'{request.format}; leave `format` out')
    conversion.check_mode_pairs()
    conversion.check_effect(('cores',), 'the layer is a TT layer already, with cores of its own')
    if not format_of(found.kind).takes_modes:
        conversion.check_effect(('inp_modes', 'out_modes'),
                                f'the modes of a {found.kind} are the sizes of its kernel')
    if request.new_inp_modes is None and not conversion.target:
        raise conversion.error('the layer is a TT layer already; pass ranks or another target, or '
                               'new modes')


def _type(checkpoint: Checkpoint, names: Dict[str, str]) -> tf.DType:
    """Returns the `tf.DType` that holds the values of variables, given with their full names."""
    types = {checkpoint.dtypes[full] for full in names.values()}
    if len(types) == 1:
        return types.pop()
    return tf.as_dtype(np.result_type(np.float32, *(stored_type(dtype) for dtype in types
                                                    if dtype != tf.bfloat16)))


def _averages(conversion: LayerConversion, found: TTVariables,
              names: Dict[str, str]) -> List[Average]:
    """Returns the averages that all trained variables of a layer have."""
    shapes = conversion.checkpoint.shapes
    trained = [full for own, full in names.items()
               if not is_constant_one(found.kind, own, product(shapes[full]))]
    return [average for average in conversion.averages_of(trained[0])
            if all(average.of(full) in shapes for full in trained)] if trained else []


def _steps(conversion: LayerConversion, found: TTVariables, old: LayerWeights) -> Tuple[
        Optional[Callable[..., LayerWeights]], Dict[str, Any],
        Callable[[LayerWeights], LayerWeights]]:
    """What is to be done.

    Returns:
        cut: function of `LayerWeights` and a target that lowers ranks or changes modes, or None.
        target: its target, a dict.
        grow: function of `LayerWeights` that raises ranks.
    """
    request = conversion.request
    target = conversion.target
    if request.new_inp_modes is not None:
        _check_no_noise(conversion)

        def change(weights, **goal):
            with errors_of_caller(_NEW_MODES):
                return change_modes(weights, request.new_inp_modes, request.new_out_modes,
                                    pad=request.pad, **goal)

        return change, target, lambda weights: weights
    if list(target) != ['ranks']:
        # Beside another target ranks are limits.
        _check_no_noise(conversion)
        return round_layer, target, lambda weights: weights
    ranks = ranks_of_bonds('convert_checkpoint', target['ranks'], old)[-len(old.ranks):]
    # The noise of an average is that of the weights.
    seed = zlib.crc32(found.scope.encode()) if request.noise else None
    lowered = [min(rank, had) for rank, had in zip(ranks, old.ranks)]
    if lowered == ranks:
        _check_no_noise(conversion)
    cut = None if lowered == old.ranks else round_layer
    return (cut, {'ranks': lowered},
            lambda weights: grow_layer(weights, ranks, request.noise, seed))


def _check_no_noise(conversion: LayerConversion) -> None:
    if conversion.request.noise:
        raise conversion.error('noise is for ranks that become higher, but none does; leave it '
                               'out, or pass higher ranks alone')


def _stored(weights: LayerWeights, error: float, dtype: tf.DType) -> LayerWeights:
    """Returns a layer as it is stored, with the error that it has had before it grew."""
    return in_type(weights, lambda _: error, stored_type(dtype))
