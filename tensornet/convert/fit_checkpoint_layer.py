"""A converted layer of a checkpoint, fitted to its inputs."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_layers import DenseWeights, find_layer
from tensornet.convert.fitting import fit_to_inputs
from tensornet.convert.layer_conversion import LayerConversion
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.stored_weights import stored_type
from tensornet.number_types import rounded
from tensornet.tt.arguments import shown

_OPTIONS = ('inputs', 'activation', 'following', 'strides', 'padding', 'dilations',
            'regularization', 'sweeps', 'steps')


def check_fit(conversion: LayerConversion) -> None:
    """Raises CheckpointError where the `fit` of a request is no dict of what is known."""
    fit = conversion.request.fit
    expected = f'a dict of `inputs` and, where needed, of {", ".join(_OPTIONS[1:])}'
    if not isinstance(fit, dict):
        raise conversion.error(f'`fit` must be {expected}, but it is {shown(fit)}; pass those')
    if 'inputs' not in fit or set(fit).difference(_OPTIONS):
        raise conversion.error(f'`fit` must be {expected}, but it has '
                               f'{", ".join(map(str, fit)) or "nothing"}; pass those')


def fit_checkpoint_layer(conversion: LayerConversion, found: DenseWeights, dense: np.ndarray,
                         weights: LayerWeights) -> Tuple[LayerWeights, Tuple[float, float]]:
    """Fits the weights and biases of a layer to inputs.

    Averages of the biases, as those of the weights, go on from the fitted ones.

    Args:
        conversion: `LayerConversion`, to whose `changes` the biases are added. Its request has a
            `fit` that `check_fit` has checked.
        found: `DenseWeights` of the layer.
        dense: its weights.
        weights: `LayerWeights` that they were converted to, in the type in which they are stored.

    Returns:
        `LayerWeights` in the same type, and a pair of the errors of the outputs before and after.

    Raises:
        CheckpointError: there is no layer that is said to follow.
        ValueError, TypeError: inputs or other options do not fit the layer.
    """
    checkpoint, changes = conversion.checkpoint, conversion.changes
    options = dict(conversion.request.fit or {})
    if options.get('following') is not None:
        options['following'] = _read_following(conversion, options['following'])
    biases = found.biases and _in_type_of(checkpoint, found.biases,
                                          conversion.read_finite(found.biases))
    fitted = fit_to_inputs(weights, dense, biases=biases, **options)
    if found.biases is not None and fitted.biases is not None:
        name = f'{found.scope}/biases'
        changes.replace([found.biases], {name: fitted.biases})
        for average in conversion.averages_of(found.biases):
            changes.replace([average.name], {
                average.of(name): _in_type_of(checkpoint, average.name, fitted.biases)})
    return fitted.weights, (fitted.error_before, fitted.error_after)


def _read_following(conversion: LayerConversion, layer: str) -> np.ndarray:
    checkpoint = conversion.checkpoint
    found = find_layer(checkpoint.shapes, layer, checkpoint.paths, 'following')
    if not isinstance(found, DenseWeights) or len(checkpoint.shapes[found.name]) != 2:
        raise conversion.error(
            f'the layer that follows must be one of dense weights [in, out], but {layer} is not; '
            'name the next `linear` layer, or none')
    return checkpoint.read(found.name)


def _in_type_of(checkpoint: Checkpoint, name: str, values: np.ndarray) -> np.ndarray:
    """Returns values in the type in which those of a variable are stored."""
    dtype = stored_type(checkpoint.dtypes[name])
    stored = rounded(values, dtype)
    if stored is None:
        raise ValueError(f'the elements of {name} are too large for {np.dtype(dtype).name}; save '
                         'the biases as float32 first')
    return stored
