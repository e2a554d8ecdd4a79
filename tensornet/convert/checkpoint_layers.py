"""The layers in a checkpoint, recognized by the names and shapes of their variables."""
import collections
import difflib
import re

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.convert.slots import owner_of

_CORES = re.compile(r'(?:mat_)?core_\d+$')


class FoundLayer(collections.namedtuple('FoundLayer', ['scope', 'kind', 'variables', 'slots'])):
    """A layer, or what is left over.

    Attributes:
        scope: full name of its variable scope.
        kind: 'linear', 'conv', 'tt', 'tt_conv' (which includes 'tt_conv_full' and
            'tt_conv1d_full'), 'tt_conv_direct', 'batch_normalization', or 'other'.
        variables: list of the full names of its variables, without slots.
        slots: list of the full names of the slots of these variables and, for a
            'batch_normalization' of the original library, of its statistics.
    """
    __slots__ = ()


class DenseWeights(collections.namedtuple('DenseWeights', ['name', 'scope', 'biases'])):
    """Dense weights that can become a TT layer.

    Attributes:
        name: full name of the variable.
        scope: scope of the layer, and of the TT layer in its place.
        biases: full name of its biases, or None.
    """
    __slots__ = ()


def layers_of(shapes):
    """Groups the variables of a checkpoint into layers.

    Args:
        shapes: dict from the names of the variables to their shapes.

    Returns:
        List of `FoundLayer`, by scope.
    """
    variables, slots = collections.defaultdict(list), collections.defaultdict(list)
    for name in sorted(shapes):
        owner = owner_of(name, shapes)
        while owner is not None and owner_of(owner, shapes) is not None:
            owner = owner_of(owner, shapes)
        group = variables if owner is None else slots
        group[(owner or name).rpartition('/')[0]].append(name)
    layers, normalization = [], None
    for scope in sorted(variables):
        if normalization and scope.startswith(normalization.scope + '/'):
            normalization.slots.extend(variables[scope] + slots[scope])
            continue
        below = {name.rpartition('/')[2]: shapes[name] for name in variables[scope]}
        layers.append(FoundLayer(scope, _kind(below), variables[scope], slots[scope]))
        if layers[-1].kind == 'batch_normalization':
            # Old checkpoints keep the statistics far below the scope of the layer.
            normalization = layers[-1]
    return layers


def dense_weights(shapes, layer):
    """Finds the dense weights that the name of a layer or of a variable means.

    Args:
        shapes: dict from the names of the variables to their shapes.
        layer: scope of a `linear` or `conv` layer, or the name of a variable `[in, out]` or
            `[window_height, window_width, in, out]`.

    Returns:
        `DenseWeights`.

    Raises:
        CheckpointError: there is no such layer, or its weights are not dense.
    """
    scope = layer.rstrip('/')
    names = [scope] if scope in shapes else [f'{scope}/weights', f'{scope}/filters']
    names = [name for name in names if name in shapes]
    if not names:
        raise CheckpointError(_no_such_layer(shapes, scope))
    name = names[0]
    if name != scope and any(_CORES.match(other[len(scope) + 1:]) for other in shapes
                             if other.startswith(scope + '/')):
        raise CheckpointError(f'--layer {layer}: the layer is a TT layer already; leave it out')
    if len(shapes[name]) not in (2, 4):
        raise CheckpointError(
            f'--layer {layer}: the variable {name} must be [in, out] or [window_height, '
            f'window_width, in, out], but its shape is {shapes[name]}; name dense weights')
    if name == scope and '/' in scope:
        scope = scope.rpartition('/')[0]
    biases = [f'{scope}/{kind}' for kind in ('biases', 'bias')
              if shapes.get(f'{scope}/{kind}') == shapes[name][-1:]]
    return DenseWeights(name, scope, biases[0] if biases else None)


def _kind(below):
    """Kind of a layer from the shapes of its variables, by their names below the scope."""
    if 'mat_core_1' in below:
        return 'tt'
    if 'core_1' in below:
        return 'tt_conv' if 'filters' in below else 'tt_conv_direct'
    if len(below.get('filters', ())) == 4:
        return 'conv'
    if len(below.get('weights', ())) == 2:
        return 'linear'
    # Without scale and shift only the statistics are left.
    if 'moving_mean' in below or len(below.get('weights', ())) == 1:
        return 'batch_normalization'
    return 'other'


def _no_such_layer(shapes, layer):
    """Message that names the layers that may have been meant."""
    scopes = [found.scope for found in layers_of(shapes) if found.kind in ('linear', 'conv')]
    matrices = [name for name, shape in sorted(shapes.items())
                if len(shape) in (2, 4) and owner_of(name, shapes) is None]
    names = scopes + matrices
    near = difflib.get_close_matches(layer, names, n=5, cutoff=0.5)
    near += [name for name in names if layer.rpartition('/')[2] in name and name not in near][:5]
    shown = near or scopes or matrices
    meant = f'; did you mean {", ".join(near)}?' if near else \
        f'; it has {", ".join(shown) or "no dense weights"}'
    return f'--layer {layer}: the checkpoint has no such layer or variable{meant}'
