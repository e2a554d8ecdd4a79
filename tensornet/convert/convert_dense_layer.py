"""A dense layer of a checkpoint as a TT layer."""

from __future__ import annotations

import functools
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import numpy as np

from tensornet.checkpoints.checkpoint_layers import DenseWeights
from tensornet.checkpoints.weight_names import TABLES
from tensornet.convert.average_weights import following, to_follow, trained_variables
from tensornet.convert.dense_weights import real_array
from tensornet.convert.fit_checkpoint_layer import check_fit, fit_checkpoint_layer
from tensornet.convert.layer_conversion import LayerConversion
from tensornet.convert.layer_error import measured_error
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_formats import FORMATS, from_dense
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.mode_search import Shape, search_modes
from tensornet.convert.report import ConvertedAverage, ConvertedLayer, KeptLayer
from tensornet.convert.stored_weights import convert_and_store, in_type, stored_type, widened


def convert_dense_layer(conversion: LayerConversion,
                        found: DenseWeights) -> Union[ConvertedLayer, KeptLayer]:
    """Converts a dense layer, its biases and their averages.

    Args:
        conversion: `LayerConversion`, to whose `changes` is added.
        found: `DenseWeights` of the layer.

    Returns:
        `ConvertedLayer`; or `KeptLayer`, and nothing is changed, where the error that is asked for
        takes no fewer parameters than the dense weights.

    Raises:
        CheckpointError: the weights are not what can be converted.
        ValueError, TypeError: modes or target do not fit them.
    """
    request, checkpoint, changes = conversion.request, conversion.checkpoint, conversion.changes
    target = conversion.target
    if request.fit is not None:
        check_fit(conversion)
    dense, convert, tried = _prepared(conversion, found.name, target)
    averages = conversion.averages_of(found.name)
    weights = convert_and_store(
        (lambda **target: to_follow(convert(dense, **target))) if averages else
        functools.partial(convert, dense),
        functools.partial(measured_error, dense=dense), stored_type(checkpoint.dtypes[found.name]),
        target)
    # An error of 0 asks for the weights as they are, at any size.
    if list(target) == ['eps'] and target['eps'] and weights.parameters >= dense.size:
        return KeptLayer(found.scope, found.name, list(dense.shape), weights,
                         float(target['eps']),
                         _useful_error(convert, dense))
    fit = None
    if request.fit is not None:
        weights, fit = fit_checkpoint_layer(conversion, found, dense, weights)
    changes.replace([found.name], {
        f'{found.scope}/{name}': value for name, value in weights.variables.items()})
    converted = []
    for average in averages:
        exact = conversion.read_finite(average.name)
        with warnings.catch_warnings():
            # What is to be said of the ranks has been said of the weights.
            warnings.simplefilter('ignore', UserWarning)
            shadow = widened(weights) if fit else following(
                convert(exact, ranks=weights.ranks), widened(weights))
        shadow = in_type(shadow, functools.partial(measured_error, dense=exact),
                         stored_type(checkpoint.dtypes[average.name]))
        values = {average.of(f'{found.scope}/{name}'): value
                  for name, value in trained_variables(shadow).items()}
        changes.replace([average.name], values)
        converted.append(ConvertedAverage([average.name], list(values), shadow.relative_error))
    changes.rename_biases(found)
    return ConvertedLayer(found.scope, found.name, weights, checkpoint.dtypes[found.name].name,
                          dense.size, converted, tried, fit)


def _prepared(conversion: LayerConversion, variable: str, target: Dict[str, Any]
              ) -> Tuple[np.ndarray, Callable[..., LayerWeights], List[Shape]]:
    """Checks what is asked for, and finds modes where none are given.

    Returns:
        dense: the dense weights.
        convert: function from such weights and a target to `LayerWeights`.
        tried: list of the `Shape`s that were compared, the one of `convert` first.
    """
    request, checkpoint = conversion.request, conversion.checkpoint
    dense, dtype = checkpoint.read(variable), checkpoint.dtypes[variable]
    layer_format = format_of(request.format or _usual_format(variable, np.ndim(dense)))
    if layer_format.ndim != np.ndim(dense):
        matrices, kernels = [' or '.join(name for name, known in FORMATS.items()
                                         if known.ndim == ndim) for ndim in (2, 4)]
        raise conversion.error(
            f'the format {layer_format.name} does not fit weights of shape {list(dense.shape)}; '
            f'use {matrices} for matrices, {kernels} for kernels')
    if not (dtype.is_floating or dtype.is_integer):
        raise conversion.error(
            f'the variable {variable} is of type {dtype.name}, but only real numbers can be '
            'converted; leave the layer out, or save its weights as float32')
    if request.new_inp_modes is not None or request.new_out_modes is not None or request.noise:
        raise conversion.error(
            'new modes and noise are for layers that are TT layers already, but this one is '
            'dense; pass its modes as `inp_modes` and `out_modes`')
    conversion.check_mode_pairs()
    if not layer_format.takes_modes:
        conversion.check_effect(('inp_modes', 'out_modes', 'cores'),
                                f'the modes of a {layer_format.name} are the sizes of its kernel')
    elif request.inp_modes is not None:
        conversion.check_effect(('cores',), 'the modes that are given tell the number of cores')
    inp_modes, out_modes, pad = request.inp_modes, request.out_modes, request.pad
    dense = real_array('convert', 'weights', dense)
    conversion.check_known_sizes(dense.shape[-2:], 'the dense weights')
    tried: List[Shape] = []
    chosen: Optional[LayerWeights] = None
    if inp_modes is None and layer_format.takes_modes:
        pad = True

        def convert_to(inp_modes, out_modes, **target):
            return from_dense(layer_format.name, dense, inp_modes, out_modes, pad, **target)

        inp_modes, out_modes, tried, chosen = search_modes(
            convert_to, dense.shape[-2], dense.shape[-1], cores=request.cores, target=target)

    def convert(values, **wanted):
        if chosen is not None and values is dense and wanted == target:
            return chosen  # The search has converted them already.
        return from_dense(layer_format.name, values, inp_modes, out_modes, pad, **wanted)

    return dense, convert, tried


def _usual_format(variable: str, dimensions: int) -> str:
    """Returns the format of dense weights by their name and number of dimensions."""
    if dimensions != 2:
        return 'tt_conv'
    return 'tt_embedding' if variable.rpartition('/')[2] in TABLES else 'tt'


def _useful_error(convert: Callable[..., LayerWeights], dense: np.ndarray) -> Optional[float]:
    """Error from which on a layer has fewer parameters; None where ranks of 1 have as many."""
    if convert(dense, ranks=1).parameters >= dense.size:
        return None
    return convert(dense, parameters=dense.size - 1).relative_error
