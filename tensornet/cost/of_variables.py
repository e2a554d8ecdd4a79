"""What layers cost, as far as the names and shapes of their variables tell."""

from __future__ import annotations

import re
from typing import List, Mapping, Tuple

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_layers import FoundLayer, dense_shapes, layers_of
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.checkpoints.weight_names import core_number
from tensornet.constant_one import is_constant_one
from tensornet.cost.layer_cost import LayerCost
from tensornet.tt.arguments import product

# Scale and shift of a batch normalization, and Keras's names of them.
_TRAINED = ('weights', 'biases', 'gamma', 'beta')
# What trainings count, of no layer: steps, and the powers of Adam's decays.
_COUNTS = re.compile(r'global_step|beta[12]_power(_\d+)?')


def costs_of_variables(shapes: Mapping[str, List[int]], dtypes: Mapping[str, tf.DType]
                       ) -> List[Tuple[LayerCost, FoundLayer]]:
    """Returns the costs of the layers that variables make up.

    Variables tell no plan, times, strides or images. They tell the modes of a TT layer where only
    one choice without padding fits its shapes, or, where none does, only one with padding.

    Args:
        shapes: dict from the names of the variables to their shapes, slots of optimizers and
            moving averages among them.
        dtypes: dict from the names to their `tf.DType`.

    Returns:
        List of pairs of a `LayerCost` and the `FoundLayer` that it is the cost of, by scope.
    """
    return [(_cost(found, shapes, dtypes), found) for found in layers_of(shapes)]


def stored_bytes(shapes: Mapping[str, List[int]], dtypes: Mapping[str, tf.DType]) -> int:
    """Returns how many bytes variables take, from their shapes and types by name."""
    return sum(product(shape) * dtypes[name].size for name, shape in shapes.items())


def _cost(found, shapes, dtypes):
    weights = {name.rpartition('/')[2]: name for name in found.variables}
    weights = {own: name for own, name in weights.items()
               if _is_weight(found.kind, own, shapes[name])}
    own_shapes = {own: list(shapes[name]) for own, name in weights.items()}
    types = {dtypes[name].name for name in weights.values()}
    fields = _FIELDS_OF.get(found.kind, _no_fields)(own_shapes)
    parameters = sum(map(product, own_shapes.values()))
    fields.setdefault('dense_parameters', parameters)
    return LayerCost(found.scope, found.kind, own_shapes,
                     stored_bytes({name: shapes[name] for name in weights.values()}, dtypes),
                     dtype=types.pop() if len(types) == 1 else None, **fields)


def _is_weight(kind, name, shape):
    """Whether a variable of a layer is trained: no statistic, no count and no constant one."""
    if kind == 'batch_normalization':
        return name in _TRAINED
    if kind == 'other' and not shape and _COUNTS.fullmatch(name):
        return False
    return not is_constant_one(kind, name, product(shape))


def _no_fields(_):
    return {}


def _unless_malformed(fields_of):
    """Lets a function that reads shapes return no fields where they are none of such a layer."""
    def read(shapes):
        try:
            return fields_of(shapes)
        except (IndexError, ValueError, ZeroDivisionError):
            return dict(dense_parameters=None)
    return read


def _linear(shapes):
    (inp_size, out_size), has_biases = dense_shapes('linear', shapes)
    return dict(inp_modes=[inp_size], out_modes=[out_size], flops_per_run=0,
                flops_per_sample=2 * inp_size * out_size + has_biases * out_size)


def _embedding(shapes):
    (voc_size, emb_size), _ = dense_shapes('embedding', shapes)
    return dict(inp_modes=[voc_size], out_modes=[emb_size], flops_per_sample=0, flops_per_run=0)


def _conv(shapes):
    (height, width, inp_ch, out_ch), _ = dense_shapes('conv', shapes)
    return dict(window=[height, width], inp_modes=[inp_ch], out_modes=[out_ch])


@_unless_malformed
def _tt(shapes):
    return _of_matrix(_cores(shapes), 1, 1, shapes.get('biases'))


@_unless_malformed
def _tt_conv(shapes):
    # A constant one is not among the weights.
    height, width, _, filters = shapes.get('filters', [1, 1, 1, 1])
    return dict(_of_matrix(_cores(shapes), filters, height * width, shapes.get('biases')),
                window=[height, width])


def _of_matrix(cores, first_rank, window, biases):
    """Returns the fields of `LayerCost` of a layer whose cores are a TT-matrix.

    Args:
        cores: shapes of the cores, in order.
        first_rank: r_0.
        window: number of pixels of the window.
        biases: shape of the biases, None where there are none.
    """
    out_size = biases and biases[0]
    possible = (modes_of_shapes(cores, first_rank, None, out_size, may_be_padded=False)
                or modes_of_shapes(cores, first_rank, None, out_size))
    if len(possible) != 1:
        return dict(dense_parameters=None)
    (inp_modes, out_modes), = possible
    inp_size, out_size = product(inp_modes), biases[0] if biases else product(out_modes)
    ranks = [first_rank] + [rows // o for (rows, _), o in zip(cores, out_modes)]
    return dict(inp_modes=inp_modes, out_modes=out_modes, ranks=ranks, inp_size=inp_size,
                out_size=out_size,
                dense_parameters=(window * inp_size + (biases is not None)) * out_size)


@_unless_malformed
def _tt_conv_direct(shapes):
    # Each core is [r_{k-1}, m_k r_k]; constant ones are not among the weights.
    cores = [shapes.get(f'core_{k}', [1, 1]) for k in range(1, 5)]
    ranks = [left for left, _ in cores] + [1]
    height, width, inp_ch, out_ch = [columns // rank for (_, columns), rank
                                     in zip(cores, ranks[1:])]
    return dict(window=[height, width], inp_modes=[inp_ch], out_modes=[out_ch], ranks=ranks,
                dense_parameters=(height * width * inp_ch + ('biases' in shapes)) * out_ch)


def _cores(shapes):
    """Shapes of the cores in the order of their numbers."""
    return [shapes[name] for name in sorted(
        (name for name in shapes if core_number(name) is not None), key=core_number)]


_FIELDS_OF = {'linear': _linear, 'conv': _conv, 'embedding': _embedding, 'tt': _tt,
              'tt_conv': _tt_conv, 'tt_conv_direct': _tt_conv_direct}
