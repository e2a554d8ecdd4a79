"""What the conversion of a checkpoint did, as text and as JSON."""

from __future__ import annotations

import json
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.mode_search import Shape
from tensornet.cost.table import joined, text_table
from tensornet.wording import counted

# What the file of a report begins with.
START = '{\n  "source": '
_SHOWN_ALTERNATIVES = 2
# All of them are aligned left.
_COLUMNS = [(title, False) for title in (
    'layer', 'format', 'shape', 'modes', 'ranks', 'before', 'after', 'factor', 'error')]


class ConvertedAverage(NamedTuple):
    """A moving average that was converted with a layer.

    Attributes:
        names: of its variables before.
        new_names: of its variables after, one for each variable of the layer.
        relative_error: its relative error.
    """

    names: List[str]
    new_names: List[str]
    relative_error: float


class ConvertedLayer(NamedTuple):
    """A converted layer.

    Attributes:
        scope: its scope.
        dense_name: name of its dense weights, or a list of those of its cores.
        weights: its `LayerWeights`.
        dense_type: name of the type that the weights had.
        size_before: number of elements that they had.
        averages: list of `ConvertedAverage`.
        tried: list of the `Shape`s that were compared, its own first.
        fit: the relative errors of its outputs before and after it was fitted to inputs, or None.
    """

    scope: str
    dense_name: Union[str, List[str]]
    weights: LayerWeights
    dense_type: str
    size_before: int
    averages: List[ConvertedAverage]
    tried: Sequence[Shape] = ()
    fit: Optional[Tuple[float, float]] = None


class KeptLayer(NamedTuple):
    """A layer that stays dense, since it would grow.

    Attributes:
        scope: its scope.
        dense_name: name of its dense weights.
        shape: their shape.
        weights: the `LayerWeights` that it would have.
        eps: the error asked for.
        useful_eps: the error from which on it would shrink, None where it would at none.
    """

    scope: str
    dense_name: str
    shape: List[int]
    weights: LayerWeights
    eps: float
    useful_eps: Optional[float]


class Report(NamedTuple):
    """The result of `convert_checkpoint`.

    Attributes:
        source: prefix of the checkpoint that was read.
        output: prefix of the checkpoint that was written; None for a dry run without one.
        layers: list of `ConvertedLayer`.
        dropped_slots: names of variables that belonged to replaced ones and are left out.
        renamed: dict from old to new names of copied variables.
        copied: number of variables that were copied.
        kept: list of `KeptLayer`.
    """

    source: str
    output: Optional[str]
    layers: List[ConvertedLayer]
    dropped_slots: List[str]
    renamed: Dict[str, str]
    copied: int
    kept: List[KeptLayer]

    def as_dict(self) -> Dict[str, Any]:
        """Returns the report as a dict of JSON values."""
        return {
            'source': self.source, 'output': self.output, 'copied_variables': self.copied,
            'renamed_variables': self.renamed, 'dropped_slots': self.dropped_slots,
            'layers': [_layer_as_dict(layer) for layer in self.layers],
            'kept_layers': [_kept_as_dict(layer) for layer in self.kept]}

    def as_json(self) -> str:
        """Returns the text of a file of the report."""
        return json.dumps(self.as_dict(), indent=2) + '\n'

    def as_text(self) -> str:
        """Returns a table of the layers, and lines on what else changed."""
        lines = text_table(_COLUMNS, [_row(layer) for layer in map(_layer_as_dict, self.layers)])
        for layer in map(_layer_as_dict, self.layers):
            for side, size, padded in zip((0, 1), layer['shape'][-2:], layer['padded_shape'][-2:]):
                if size != padded:
                    layer_format = format_of(layer['format'])
                    lines.append(
                        f'{layer["layer"]}: {size} {layer_format.sides[side]} are padded with '
                        f'zeros to {padded}; build the layer with '
                        f'{layer_format.size_arguments[side]}={size}')
            if layer['output_errors']:
                lines.append(f'{layer["layer"]}: after the fit to its inputs the error of its '
                             f'outputs is {layer["output_errors"]["after"]:.3g}; before, it was '
                             f'{layer["output_errors"]["before"]:.3g}')
            before, after = layer['parameters_before'], layer['parameters_after']
            if after > before:
                lines.append(f'{layer["layer"]}: it has {after} weights, {after / before:.2f} '
                             f'times the {before} before; lower its ranks, or leave it as it was')
            for other in layer['alternatives'][:_SHOWN_ALTERNATIVES]:
                modes = ' -> '.join(map(joined, other['modes']))
                lines.append(f'{layer["layer"]}: the modes {modes} would give '
                             f'{other["parameters"]} weights and an error of '
                             f'{other["relative_error"]:.3g}')
            for average in layer['averages']:
                lines.append(f'{layer["layer"]}: the average {", ".join(average["weights"])} is '
                             f'converted with it, error {average["relative_error"]:.3g}')
            if layer['type'] != layer['dense_type']:
                lines.append(f'{layer["layer"]}: the weights are {layer["dense_type"]}, the cores '
                             f'{layer["type"]}')
        lines += [_kept_as_text(layer) for layer in self.kept]
        for old, new in sorted(self.renamed.items()):
            lines.append(f'{old} is now {new}')
        if self.dropped_slots:
            lines.append('left out, since they do not fit the new variables: '
                         + ', '.join(self.dropped_slots))
        lines.append(counted(self.copied, 'other variable is copied',
                             'other variables are copied'))
        return '\n'.join(lines)


def _layer_as_dict(layer):
    weights = layer.weights
    inp_modes, out_modes = weights.modes
    stored_type = weights.cores[0].dtype.name
    return {
        'layer': layer.scope, 'weights': layer.dense_name, 'format': weights.layer,
        'shape': list(weights.dense_shape),
        'padded_shape': weights.padded_shape,
        'arguments': weights.arguments, 'modes': [inp_modes, out_modes], 'ranks': weights.ranks,
        'parameters_before': layer.size_before, 'parameters_after': weights.parameters,
        'compression': layer.size_before / weights.parameters,
        'relative_error': weights.relative_error,
        'bond_errors': [float(error) for error in weights.bond_errors],
        'dense_type': layer.dense_type, 'type': stored_type,
        'averages': [_average_as_dict(average) for average in layer.averages],
        'output_errors': layer.fit and {'before': layer.fit[0], 'after': layer.fit[1]},
        'alternatives': [_shape_as_dict(shape) for shape in layer.tried[1:]]}


def _average_as_dict(average):
    return {'weights': average.names, 'variables': average.new_names,
            'relative_error': average.relative_error}


def _shape_as_dict(shape):
    return {'modes': [shape.inp_modes, shape.out_modes], 'ranks': shape.ranks,
            'parameters': shape.parameters, 'relative_error': shape.relative_error}


def _kept_as_dict(layer):
    inp_modes, out_modes = layer.weights.modes
    return {'layer': layer.scope, 'weights': layer.dense_name, 'shape': layer.shape,
            'modes': [inp_modes, out_modes], 'parameters': int(np.prod(layer.shape)),
            'parameters_in_tt': layer.weights.parameters, 'eps': layer.eps,
            'useful_eps': layer.useful_eps}


def _kept_as_text(layer):
    kept = _kept_as_dict(layer)
    modes = ' -> '.join(map(joined, kept['modes']))
    grown = kept['parameters_in_tt'] / kept['parameters']
    remedy = ('no error makes it smaller: pass other modes, or leave it out'
              if layer.useful_eps is None else
              f'with an error well above {layer.useful_eps:.2g} it would have fewer: pass a '
              'larger `eps`, or a `compression`')
    return (f'{layer.scope}: stays dense, since with an error of {layer.eps:g} it would have '
            f'{kept["parameters_in_tt"]} weights, {grown:.2f} times as many (modes {modes}); '
            f'{remedy}')


def _row(layer):
    return [layer['layer'], layer['format'], joined(layer['shape']),
            ' -> '.join(map(joined, layer['modes'])), ','.join(map(str, layer['ranks'])),
            str(layer['parameters_before']), str(layer['parameters_after']),
            f'{layer["compression"]:.1f}', f'{layer["relative_error"]:.3g}']
