"""A TT layer as a checkpoint has it."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from tensornet.annotations import Modes
from tensornet.checkpoints.checkpoint_layers import TTVariables
from tensornet.convert.layer_conversion import LayerConversion
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_weights import LayerWeights
from tensornet.tt.arguments import check_mode_pairs, product


class Layout(NamedTuple):
    """The modes of a 'tt' or 'tt_conv', or those of the rows and columns of a 'tt_embedding'.

    Attributes:
        inp_modes, out_modes: the modes.
        sizes: how many inputs and outputs, or channels, the layer has of those that its modes
            multiply to.
    """

    inp_modes: Modes
    out_modes: Modes
    sizes: List[int]


def layout_of(conversion: LayerConversion, found: TTVariables) -> Optional[Layout]:
    """Returns the `Layout` of a TT layer: what its variables tell of it, and else the request.

    Args:
        conversion: `LayerConversion`.
        found: `TTVariables` of the layer. A 'tt_conv_direct' has no layout.

    Raises:
        CheckpointError: the modes are not known, or a size is not one of the layer.
        ValueError, TypeError: a size is no positive integer.
    """
    layer_format = format_of(found.kind)
    if not layer_format.takes_modes:
        return None
    sizes = conversion.given_sizes()
    if found.biases:
        # Of outputs that modes multiply to, a layer has as many as biases; an embedding that shares
        # its cores with such a layer has as many rows.
        side = layer_format.out_side
        known: List[Optional[int]] = [None, None]
        known[side] = conversion.checkpoint.shapes[found.biases][0]
        conversion.check_known_sizes(known, 'the biases')
        sizes[side] = known[side]
    modes = _modes(conversion, found, sizes)
    for things, name, size, side_modes in zip(('inputs', 'outputs'), ('inp_modes', 'out_modes'),
                                              sizes, modes):
        if size is not None and size > product(side_modes):
            raise conversion.error(
                f'the layer has {size} {things}, but the `{name}` {side_modes} multiply to '
                f'{product(side_modes)}; pass modes and sizes that the layer was built with')
    return Layout(*modes, [size or product(side_modes) for size, side_modes in zip(sizes, modes)])


def read_layer(conversion: LayerConversion, kind: str, names: Dict[str, str],
               layout: Optional[Layout]) -> LayerWeights:
    """Returns the `LayerWeights` of variables of a checkpoint.

    Args:
        conversion: `LayerConversion`.
        kind: 'tt', 'tt_embedding', 'tt_conv' or 'tt_conv_direct'.
        names: dict from the names below the scope of the layer to the full ones.
        layout: `Layout`, None for a 'tt_conv_direct'.

    Raises:
        CheckpointError: a variable holds NaN or infinity, or sizes of the request are not those of
            a 'tt_conv_direct'.
        ValueError, TypeError: the variables do not fit the modes.
    """
    variables = {own: conversion.read_finite(full) for own, full in names.items()}
    if layout is not None:
        return format_of(kind).from_variables(variables, *layout)
    weights = format_of(kind).from_variables(variables)
    conversion.check_known_sizes(weights.dense_shape[-2:], 'the cores')
    return weights


def _modes(conversion: LayerConversion, found: TTVariables,
           sizes: Sequence[Optional[int]]) -> Tuple[Modes, Modes]:
    """Returns the input and output modes of a layer."""
    request = conversion.request
    if request.inp_modes is not None and request.out_modes is not None:
        return check_mode_pairs('convert_checkpoint', request.inp_modes, request.out_modes,
                                ('inp_modes', 'out_modes'))
    shapes = {name: conversion.checkpoint.shapes[f'{found.scope}/{name}'] for name in found.names}
    possible = format_of(found.kind).possible_modes(shapes, *sizes)
    if len(possible) != 1:
        cores = [shape for name, shape in shapes.items() if name != 'filters']
        raise conversion.error(
            f'the shapes of the cores, {cores}, do not tell the modes of the TT layer, which may '
            'be padded; pass those that it has as `inp_modes` and `out_modes`, or give `inp_size` '
            'and `out_size`')
    return possible[0]
