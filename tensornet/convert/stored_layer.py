"""A TT layer as a checkpoint has it."""
import collections

import numpy as np

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.convert.dense_weights import real_array
from tensornet.convert.request import check_known_sizes, given_sizes
from tensornet.convert.tt_conv_direct_format import tt_conv_direct_from_variables
from tensornet.convert.tt_conv_format import tt_conv_from_variables
from tensornet.convert.tt_embedding_format import tt_embedding_from_variables
from tensornet.convert.tt_format import tt_from_variables
from tensornet.tt.arguments import product

Layout = collections.namedtuple('Layout', ['inp_modes', 'out_modes', 'sizes'])
Layout.__doc__ = """Modes of a 'tt' or 'tt_conv', and a list of how many inputs and outputs, or
channels, it has of those that they multiply to; of a 'tt_embedding' those of rows and columns."""


def layout_of(request, checkpoint, found):
    """Returns the `Layout` of a TT layer, as far as variables tell it, or else a request.

    Args:
        request: `Request`.
        checkpoint: `Checkpoint`.
        found: `TTVariables` of the layer. Those of 'tt_conv_direct' have none.

    Raises:
        CheckpointError: the modes are not known, or a size is not one of the layer.
        ValueError, TypeError: a size is no positive integer.
    """
    if found.kind == 'tt_conv_direct':
        return None
    sizes = given_sizes(request)
    if found.biases:
        # Of outputs that modes multiply to, a layer has as many as biases; an embedding that shares
        # its cores with such a layer has as many rows.
        side = 0 if found.kind == 'tt_embedding' else 1
        known = [None, None]
        known[side] = checkpoint.shapes[found.biases][0]
        check_known_sizes(request, known, 'the biases')
        sizes[side] = known[side]
    modes = _modes(request, checkpoint, found, sizes)
    for name, size, side_modes in zip(('inp', 'out'), sizes, modes):
        if size is not None and size > product(side_modes):
            raise CheckpointError(
                f'`layer` {request.layer}: the layer has {size} {name}uts, but the `{name}_modes` '
                f'{side_modes} multiply to {product(side_modes)}; pass modes and sizes that the '
                'layer was built with')
    return Layout(*modes, [size or product(side_modes) for size, side_modes in zip(sizes, modes)])


def read_layer(request, checkpoint, kind, names, layout):
    """Returns the `LayerWeights` of variables of a checkpoint.

    Args:
        request: `Request`.
        checkpoint: `Checkpoint`.
        kind: 'tt', 'tt_embedding', 'tt_conv' or 'tt_conv_direct'.
        names: dict from the names below the scope of the layer to the full ones.
        layout: `Layout`, or None.

    Raises:
        CheckpointError: a variable holds NaN or infinity, or sizes of the request are not those of
            a 'tt_conv_direct'.
        ValueError, TypeError: the variables do not fit the modes.
    """
    variables = {own: read_finite(request, checkpoint, full) for own, full in names.items()}
    if kind == 'tt_conv_direct':
        weights = tt_conv_direct_from_variables(variables)
        check_known_sizes(request, weights.dense_shape[-2:], 'the cores')
        return weights
    if kind == 'tt':
        return tt_from_variables(variables, *layout)
    if kind == 'tt_embedding':
        return tt_embedding_from_variables(variables, *layout)
    window = list(checkpoint.shapes[names['filters']][:2])
    return tt_conv_from_variables(variables, layout.inp_modes, layout.out_modes,
                                  window + layout.sizes)


def read_finite(request, checkpoint, name):
    """Returns the value of a variable of a checkpoint as a float array.

    Raises:
        CheckpointError: it holds NaN or infinity.
        ValueError, TypeError: it is no array of real numbers.
    """
    value = real_array('convert_checkpoint', name, checkpoint.read(name))
    if not np.isfinite(value).all():
        raise CheckpointError(f'`layer` {request.layer}: the variable {name} holds NaN or '
                              'infinity; take an earlier checkpoint, or leave the layer out')
    return value


def _modes(request, checkpoint, found, sizes):
    """Returns the input and output modes of a layer."""
    if request.inp_modes is not None:
        return request.inp_modes, request.out_modes
    shapes = [checkpoint.shapes[f'{found.scope}/{name}'] for name in found.names]
    first_rank = 1
    if found.kind == 'tt_conv':
        (*_, first_rank), *shapes = shapes
    is_table = found.kind == 'tt_embedding'
    possible = modes_of_shapes(shapes, first_rank, *(sizes[::-1] if is_table else sizes))
    if len(possible) != 1:
        raise CheckpointError(
            f'`layer` {request.layer}: the shapes of the cores, {shapes}, do not tell the modes of '
            'the TT layer, which may be padded; pass those that it has as `inp_modes` and '
            '`out_modes`, or give `inp_size` and `out_size`')
    return possible[0][::-1] if is_table else possible[0]
