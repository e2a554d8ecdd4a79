"""The layers in a checkpoint, recognized by the names and shapes of their variables."""

from __future__ import annotations

import collections
import difflib
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.object_graph import is_value, path_of
from tensornet.checkpoints.slots import Shapes, owner_of
from tensornet.checkpoints.weight_names import BIASES, KERNELS, MATRICES, TABLES, core_number


class FoundLayer(NamedTuple):
    """A layer, or what is left over.

    Attributes:
        scope: full name of its variable scope.
        kind: 'linear', 'conv', 'embedding', 'tt' (which includes 'tt_embedding'), 'tt_conv' (which
            includes 'tt_conv_full' and 'tt_conv1d_full'), 'tt_conv_direct', 'batch_normalization',
            or 'other'.
        variables: list of the full names of its variables, without slots.
        slots: list of the full names of the slots of these variables and, for a
            'batch_normalization' of the original library, of its statistics.
    """

    scope: str
    kind: str
    variables: List[str]
    slots: List[str]


class DenseWeights(NamedTuple):
    """Dense weights that can become a TT layer.

    Attributes:
        name: full name of the variable.
        scope: scope of the layer, and of the TT layer in its place.
        biases: full name of its biases, or None.
    """

    name: str
    scope: str
    biases: Optional[str]


class TTVariables(NamedTuple):
    """The variables of a TT layer.

    Attributes:
        kind: 'tt' (also of 'tt_embedding'), 'tt_conv' (also of 'tt_conv_full') or
            'tt_conv_direct'.
        scope: scope of the layer.
        names: names below the scope of filters and cores, in order.
        biases: full name of its biases, or None.
    """

    kind: str
    scope: str
    names: List[str]
    biases: Optional[str]


def layers_of(shapes: Shapes) -> List[FoundLayer]:
    """Groups the variables of a checkpoint into layers.

    Args:
        shapes: dict from the names of the variables to their shapes.

    Returns:
        List of `FoundLayer`, by scope.
    """
    variables: Dict[str, List[str]] = collections.defaultdict(list)
    slots: Dict[str, List[str]] = collections.defaultdict(list)
    for name in sorted(shapes):
        owner = owner_of(name, shapes)
        while owner is not None and owner_of(owner, shapes) is not None:
            owner = owner_of(owner, shapes)
        group = variables if owner is None else slots
        group[(owner or name).rpartition('/')[0]].append(name)
    layers: List[FoundLayer] = []
    normalizations: List[FoundLayer] = []
    for scope in sorted(variables):
        kind = _kind({name.rpartition('/')[2]: shapes[name] for name in variables[scope]})
        above = [layer for layer in normalizations if scope.startswith(layer.scope + '/')]
        if above and kind == 'other':
            # Old checkpoints keep the statistics far below the scope of the layer.
            above[-1].slots.extend(variables[scope] + slots[scope])
            continue
        layers.append(FoundLayer(scope, kind, variables[scope], slots[scope]))
        if kind == 'batch_normalization':
            normalizations.append(layers[-1])
    return layers


def dense_shapes(kind: str, below: Shapes) -> Tuple[Sequence[int], bool]:
    """Returns the shape of the weights of a dense layer, and whether it has biases.

    Args:
        kind: 'linear', 'conv' or 'embedding', see `FoundLayer`.
        below: dict from the names of its variables, below the scope, to their shapes.
    """
    names, ndims = {'linear': (MATRICES, 2), 'conv': (KERNELS, 4), 'embedding': (TABLES, 2)}[kind]
    shape = next(below[name] for name in names if len(below.get(name, ())) == ndims)
    return shape, any(below.get(name) == shape[-1:] for name in BIASES)


def find_layer(shapes: Shapes, layer: str, paths: Optional[Mapping[str, str]] = None,
               argument: str = 'layer') -> Union[DenseWeights, TTVariables]:
    """Finds the weights that the name of a layer or of a variable means.

    Args:
        shapes: dict from the names of the variables to their shapes.
        layer: scope of a dense or TT layer, or the name of a variable `[in, out]` or
            `[window_height, window_width, in, out]`.
        paths: dict from other names of the variables to these, see `Checkpoint.paths`.
        argument: what names the layer, for the messages.

    Returns:
        `DenseWeights` or `TTVariables`.

    Raises:
        CheckpointError: there is no such layer, or it has no such weights.
    """
    scope = _without_path(layer.rstrip('/'), paths or {})
    if scope in shapes:
        _check_is_weights(shapes, layer, scope, argument)
        name, scope = scope, _own_scope(shapes, scope)
        return DenseWeights(name, scope, _biases(shapes, scope, shapes[name][-1:]))
    below = {name[len(scope) + 1:]: shape for name, shape in shapes.items()
             if name.rpartition('/')[0] == scope and owner_of(name, shapes) is None}
    kind = _kind(below)
    if kind in ('tt', 'tt_conv', 'tt_conv_direct'):
        return TTVariables(kind, scope, _in_order(below), _biases(shapes, scope))
    names = [name for name in (*MATRICES, *KERNELS, *TABLES) if name in below]
    if not names:
        raise CheckpointError(_no_such_layer(shapes, scope, argument))
    _check_is_weights(shapes, layer, f'{scope}/{names[0]}', argument)
    return DenseWeights(f'{scope}/{names[0]}', scope,
                        _biases(shapes, scope, below[names[0]][-1:]))


def _own_scope(shapes, name):
    """Scope that a TT layer has in place of dense weights.

    It is that of the weights, or their name where the scope holds others beside them.
    """
    scope, _, last = name.rpartition('/')
    beside = [other for other, shape in shapes.items()
              if other.rpartition('/')[0] == scope and other != name and len(shape) in (2, 4)
              and owner_of(other, shapes) is None]
    is_usual = last in (*MATRICES, *KERNELS, *TABLES)
    return scope if scope and (is_usual or not beside) else name


def _without_path(layer, paths):
    """Returns the name of the variable or scope that a path leads to; other names as they are."""
    if is_value(layer):
        layer = path_of(layer)
    if layer in paths:
        return paths[layer]
    below = {paths[path].rpartition('/')[0] for path in paths if path.rpartition('/')[0] == layer}
    return below.pop() if len(below) == 1 else layer


def _check_is_weights(shapes, layer, name, argument):
    owner = owner_of(name, shapes)
    if owner is not None:
        raise CheckpointError(f'`{argument}` {layer}: the variable {name} belongs to {owner}, as a '
                              f'slot or an average; name {owner}')
    scope, _, last = name.rpartition('/')
    is_core = core_number(last) is not None
    if is_core or last == 'filters' and f'{scope}/core_1' in shapes:
        raise CheckpointError(f'`{argument}` {layer}: the variable {name} is '
                              f'{"a core" if is_core else "the filters"} of a TT layer; name the '
                              f'layer, {scope}')
    if len(shapes[name]) not in (2, 4) or 0 in shapes[name]:
        raise CheckpointError(
            f'`{argument}` {layer}: the variable {name} must be [in, out] or [window_height, '
            f'window_width, in, out] and not empty, but its shape is {shapes[name]}; name dense '
            'weights')


def _biases(shapes, scope, shape=None):
    """Name of the biases of a layer, which have a given shape, or of one dimension; or None."""
    for name in (f'{scope}/{last}' for last in BIASES):
        if name in shapes and (shapes[name] == shape if shape else len(shapes[name]) == 1):
            return name
    return None


def _in_order(below):
    """Names of filters and cores among those of the variables below a scope."""
    cores = sorted((name for name in below if core_number(name) is not None), key=core_number)
    return (['filters'] if 'filters' in below else []) + cores


def _kind(below):
    """Kind of a layer from the shapes of its variables, by their names below the scope."""
    if 'mat_core_1' in below:
        return 'tt'
    if 'core_1' in below:
        return 'tt_conv' if 'filters' in below else 'tt_conv_direct'
    # The kernel of a recurrent cell is no layer of its own.
    if 'recurrent_kernel' not in below:
        if any(len(below.get(name, ())) == 4 for name in KERNELS):
            return 'conv'
        if any(len(below.get(name, ())) == 2 for name in MATRICES):
            return 'linear'
        if any(len(below.get(name, ())) == 2 for name in TABLES):
            return 'embedding'
    # Without scale and shift only the statistics are left.
    if 'moving_mean' in below or len(below.get('weights', ())) == 1:
        return 'batch_normalization'
    return 'other'


def _no_such_layer(shapes, layer, argument):
    """Message that names the layers that may have been meant."""
    scopes = [found.scope for found in layers_of(shapes)
              if found.kind in ('linear', 'conv', 'embedding', 'tt', 'tt_conv', 'tt_conv_direct')]
    matrices = [name for name, shape in sorted(shapes.items())
                if len(shape) in (2, 4) and owner_of(name, shapes) is None]
    names = scopes + matrices
    near = difflib.get_close_matches(layer, names, n=5, cutoff=0.5)
    near += [name for name in names if layer.rpartition('/')[2] in name and name not in near][:5]
    shown = near or scopes or matrices
    meant = f'; did you mean {", ".join(near)}?' if near else \
        f'; it has {", ".join(shown) or "no dense weights"}'
    return f'`{argument}` {layer}: the checkpoint has no such layer or variable{meant}'
