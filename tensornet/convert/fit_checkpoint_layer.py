"""A converted layer of a checkpoint, fitted to its inputs."""
import numpy as np

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.checkpoint_layers import DenseWeights, find_layer
from tensornet.checkpoints.slots import averages_of
from tensornet.convert.fitting import fit_to_inputs
from tensornet.convert.stored_layer import read_finite
from tensornet.convert.stored_weights import stored_type
from tensornet.number_types import rounded

_OPTIONS = ('inputs', 'activation', 'following', 'strides', 'padding', 'dilations',
            'regularization', 'sweeps', 'steps')


def check_fit(request, found):
    """Raises CheckpointError where a `Request` of a layer has a `fit` that cannot be meant."""
    if not isinstance(found, DenseWeights):
        raise CheckpointError(
            f'`layer` {request.layer}: a layer is fitted to inputs when it is converted from dense '
            'weights, but this one is a TT layer already; leave `inputs` out, or convert the '
            'dense checkpoint')
    unknown = [name for name in request.fit if name not in _OPTIONS]
    if unknown or 'inputs' not in request.fit:
        raise CheckpointError(
            f'`layer` {request.layer}: `fit` must be a dict of `inputs` and, where needed, of '
            f'{", ".join(_OPTIONS[1:])}, but it has {", ".join(request.fit) or "nothing"}; pass '
            'those')


def fit_checkpoint_layer(request, checkpoint, found, dense, weights, average_names, changes):
    """Fits the weights and biases of a layer to inputs.

    Averages of the biases, as those of the weights, go on from the fitted ones.

    Args:
        request: `Request` with a `fit`.
        checkpoint: `Checkpoint`.
        found: `DenseWeights` of the layer.
        dense: its weights.
        weights: `LayerWeights` that they were converted to, in the type in which they are stored.
        average_names: names of averages beside the usual one.
        changes: `Changes` to add the biases to.

    Returns:
        `LayerWeights` in the same type, and a pair of the errors of the outputs before and after.

    Raises:
        CheckpointError: there is no layer that is said to follow.
        ValueError, TypeError: inputs or other options do not fit the layer.
    """
    options = dict(request.fit)
    if options.get('following') is not None:
        options['following'] = _read_following(request, checkpoint, options['following'])
    biases = found.biases and _in_type_of(checkpoint, found.biases, read_finite(
        request, checkpoint, found.biases))
    fitted = fit_to_inputs(weights, dense, biases=biases, **options)
    if found.biases:
        name = f'{found.scope}/biases'
        changes.replaced.add(found.biases)
        changes.values[name] = fitted.biases
        for average in averages_of(found.biases, checkpoint.shapes, average_names):
            changes.replaced.add(average.name)
            changes.values[average.of(name)] = _in_type_of(checkpoint, average.name, fitted.biases)
    return fitted.weights, (fitted.error_before, fitted.error_after)


def _read_following(request, checkpoint, layer):
    found = find_layer(checkpoint.shapes, layer, checkpoint.paths)
    if not isinstance(found, DenseWeights) or len(checkpoint.shapes[found.name]) != 2:
        raise CheckpointError(
            f'`layer` {request.layer}: the layer that follows must be one of dense weights '
            f'[in, out], but {layer} is not; name the next `linear` layer, or none')
    return checkpoint.read(found.name)


def _in_type_of(checkpoint, name, values):
    """Returns values in the type in which those of a variable are stored."""
    dtype = stored_type(checkpoint.dtypes[name])
    stored = rounded(values, dtype)
    if stored is None:
        raise ValueError(f'the numbers of {name} are too large for {np.dtype(dtype).name}; save '
                         'the biases as float32 first')
    return stored
