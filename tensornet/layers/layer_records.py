"""What each kind of layer records of itself, see `graph_records`.

All of it follows from the arguments and the plan; no operation is created or looked at.
"""

from typing import NamedTuple

from tensornet.constant_one import is_constant_one
from tensornet.contraction import ConvShape, TTMatrixShape, cost_model
from tensornet.contraction.convolution_plans import dense_cost
from tensornet.contraction.forward_flops import (
    Flops,
    convolution_flops,
    dense_convolution_flops,
    matrix_flops,
    row_flops,
    tt_flops,
)
from tensornet.layers.graph_records import add_record
from tensornet.tt.arguments import product


class Outputs(NamedTuple):
    """What biases may be added to.

    Attributes:
        size: number of features or channels.
        positions: how many outputs of a sample each bias is added to; 0 where it is not known.
        has_biases: whether there are biases.
    """

    size: int
    positions: int
    has_biases: bool


def record_tt(plan, inp_size, out_size, has_biases):
    """Records a `tt` layer, which has a `Plan`."""
    weights = _core_shapes('mat_core', plan.shape)
    flops = matrix_flops(plan, inp_size, out_size)
    _record('tt', weights, Outputs(out_size, 1, has_biases), flops, plan.setting, plan.cost.seconds,
            plan=plan.way, dense_parameters=(inp_size + has_biases) * out_size,
            **_matrix(plan.shape, inp_size, out_size))


def record_tt_embedding(layer, plan, voc_size, emb_size, adding=0):
    """Records a `tt_embedding` or `tt_embedding_bag`, which has a `RowPlan`.

    Args:
        layer: which of them.
        plan: the plan.
        voc_size, emb_size: sizes of the table.
        adding: operations that add a row to others.
    """
    emb_modes, voc_modes, ranks = map(list, plan.shape)
    flops = row_flops(plan) + Flops(adding)
    add_record(layer, _core_shapes('mat_core', plan.shape), seconds=plan.cost.seconds,
               dtype=plan.setting.dtype, batch_size=plan.setting.batch_size,
               training=plan.setting.training, plan=plan.way, inp_modes=voc_modes,
               out_modes=emb_modes, ranks=ranks, inp_size=voc_size, out_size=emb_size,
               dense_parameters=voc_size * emb_size, flops_per_sample=flops.per_sample,
               flops_per_run=flops.per_run)


def record_tt_conv(layer, plan, image, inp_ch, out_ch, has_biases):
    """Records a `tt_conv`, `tt_conv_full` or `tt_conv1d_full`, which has a `ConvPlan`.

    Args:
        layer: which of them.
        plan: the plan.
        image: height and width of the input, None where they are not known.
        inp_ch, out_ch: numbers of channels.
        has_biases: whether there are biases.
    """
    window, matrix = plan.shape.window, plan.shape.matrix
    weights = dict(filters=[*window, 1, matrix.ranks[0]], **_core_shapes('core', matrix))
    flops = None if None in image else convolution_flops(plan, image, inp_ch, out_ch)
    _record_planned_convolution(layer, weights, plan, flops, inp_ch,
                                Outputs(out_ch, _out_pixels(plan, image), has_biases),
                                **_matrix(matrix, inp_ch, out_ch))


def record_tt_conv_direct(plan, image, modes, ranks, has_biases):
    """Records a `tt_conv_direct`, which has a `ConvPlan`.

    Args:
        plan: the plan.
        image: height and width of the input, None where they are not known.
        modes: height and width of the window, input and output channels.
        ranks: the five TT-ranks.
        has_biases: whether there are biases.
    """
    weights = {f'core_{k}': [left, mode * right] for k, (left, mode, right)
               in enumerate(zip(ranks[:-1], modes, ranks[1:]), start=1)}
    inp_ch, out_ch = modes[2:]
    flops = None
    if None not in image:
        if plan.method == 'full':
            out_image = plan.shape._replace(image=tuple(image)).out_image
            flops = tt_flops(modes, ranks) + dense_convolution_flops(
                out_image, modes[:2], inp_ch, out_ch)
        else:
            flops = tt_flops(modes[:2], ranks[:3]) + convolution_flops(plan, image)
    _record_planned_convolution('tt_conv_direct', weights, plan, flops, inp_ch,
                                Outputs(out_ch, _out_pixels(plan, image), has_biases),
                                inp_modes=[inp_ch], out_modes=[out_ch], ranks=list(ranks))


def record_conv(setting, shape, out_ch, geometry, has_biases):
    """Records a `conv` layer.

    Args:
        setting: `Setting` that its time is estimated for.
        shape: of its input with the channels last, None where a size is not known.
        out_ch: number of output channels.
        geometry: `ConvGeometry`.
        has_biases: whether there are biases.
    """
    _, *image, inp_ch = shape
    flops = seconds = None
    pixels = 0
    if None not in image:
        convolution = ConvShape.of(TTMatrixShape((inp_ch,), (out_ch,), (1, 1)), geometry, image)
        pixels = product(convolution.out_image)
        flops = dense_convolution_flops(convolution.out_image, geometry.window, inp_ch, out_ch)
        seconds = dense_cost(convolution, setting).seconds
    weights = {'filters': [*geometry.window, inp_ch, out_ch]}
    _record('conv', weights, Outputs(out_ch, pixels, has_biases), flops, setting, seconds,
            inp_modes=[inp_ch], out_modes=[out_ch], window=list(geometry.window),
            image=None if None in image else image)


def record_linear(setting, inp_size, out_size, has_biases):
    """Records a `linear` layer.

    Args:
        setting: `Setting` that its time is estimated for.
        inp_size, out_size: numbers of features.
        has_biases: whether there are biases.
    """
    _record('linear', {'weights': [inp_size, out_size]}, Outputs(out_size, 1, has_biases),
            Flops(2 * inp_size * out_size), setting,
            cost_model.dense_cost(inp_size, out_size, setting).seconds,
            inp_modes=[inp_size], out_modes=[out_size])


def record_batch_normalization(channels, use_scale, use_shift, dtype):
    """Records a `batch_normalization`: its parameters, and no cost."""
    add_record('batch_normalization',
               {name: [channels] for name, is_used in (('weights', use_scale),
                                                       ('biases', use_shift)) if is_used},
               dtype=dtype.name)


def _out_pixels(plan, image):
    """Returns the number of pixels of the output, 0 where it is not known."""
    return 0 if None in image else product(plan.shape._replace(image=tuple(image)).out_image)


def _record_planned_convolution(layer, weights, plan, flops, inp_ch, outputs, **fields):
    """Records a layer with a `ConvPlan`, without its constant ones; see `_record`."""
    weights = {name: shape for name, shape in weights.items()
               if not is_constant_one(layer, name, product(shape))}
    window = plan.shape.window
    dense_parameters = (product(window) * inp_ch + outputs.has_biases) * outputs.size
    _record(layer, weights, outputs, flops, plan.setting, plan.cost.seconds, plan=plan.way,
            window=list(window), image=list(plan.shape.image), dense_parameters=dense_parameters,
            **fields)


def _record(layer, weights, outputs, flops, setting, seconds, **fields):
    """Records a layer whose outputs biases may be added to.

    Args:
        layer: name of its function.
        weights: dict from the names of its weights, but for biases, to their shapes.
        outputs: `Outputs`.
        flops: `Flops` without those of biases, None where they are not known.
        setting: `Setting` that the time is estimated for.
        seconds: estimated time, None where it is not known.
        fields: others.
    """
    if outputs.has_biases:
        weights = dict(weights, biases=[outputs.size])
    if flops is not None:
        flops += Flops(outputs.size * outputs.positions * outputs.has_biases)
        fields.update(flops_per_sample=flops.per_sample, flops_per_run=flops.per_run)
    add_record(layer, weights, seconds=seconds, dtype=setting.dtype,
               batch_size=setting.batch_size, training=setting.training, **fields)


def _matrix(shape, inp_size, out_size):
    """Returns the fields of a TT-matrix."""
    inp_modes, out_modes, ranks = map(list, shape)
    return dict(inp_modes=inp_modes, out_modes=out_modes, ranks=ranks, inp_size=inp_size,
                out_size=out_size)


def _core_shapes(prefix, shape):
    """Returns the shapes of the cores of a TT-matrix, by the names of their variables."""
    return {f'{prefix}_{k}': core for k, core in enumerate(shape.core_shapes, start=1)}
