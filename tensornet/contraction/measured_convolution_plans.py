"""The fastest plan of a TT-convolution by measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

import tensorflow.compat.v1 as tf

from tensornet.contraction.conv_shape import checked_convolution
from tensornet.contraction.convolution import convolve
from tensornet.contraction.convolution_plans import fastest_conv_plan, ranked_conv_plans
from tensornet.contraction.environment import target_machine
from tensornet.contraction.image_format import channels_last, in_format, is_channels_first
from tensornet.contraction.measured_plans import matrix_key, operation_variants, plan_name
from tensornet.contraction.measuring import Kind, measured
from tensornet.contraction.plan_record import plan_from_record, plan_to_record
from tensornet.contraction.plans import ranked_plans
from tensornet.contraction.trial import core, run_targets, variable

if TYPE_CHECKING:
    from tensornet.contraction.conv_shape import ConvShape
    from tensornet.contraction.convolution_plans import ConvPlan
    from tensornet.contraction.setting import Setting

# How many other plans are tried for the products of pixels and TT-matrix.
MATRIX_CANDIDATES = 6


def measured_conv_plan(shape: ConvShape, setting: Setting,
                       config: Optional[tf.ConfigProto] = None) -> ConvPlan:
    """Returns the fastest plan of a TT-convolution by measurement, or what is remembered of one.

    All methods take turns in a graph and a session of their own; then other plans for the products
    of pixels and TT-matrix are tried, if the fastest has such. It is remembered, see `use_wisdom`.

    Args:
        shape: `ConvShape`.
        setting: `Setting` with the number of images as its batch size; where it has no machine,
            that of the device around is meant.
        config: as for `measured_plan`.

    Returns:
        `ConvPlan` whose `measurement` holds the times; on a GPU as `measured_plan`.
    """
    shape, checked = checked_convolution('measured_conv_plan', shape, setting)
    if setting.machine is None:
        checked = checked._replace(machine=target_machine(checked.dtype))
    return measured(fastest_conv_plan(shape, checked), TT_CONVOLUTION, config)


def _describe(estimated):
    shape = estimated.shape
    window, strides, image = ['x'.join(map(str, pair))
                              for pair in (shape.window, shape.strides, shape.image)]
    others = [shape.padding]
    if shape.geometry.is_dilated:
        others.append(f"dilations {'x'.join(map(str, shape.dilations))}")
    if is_channels_first(shape.data_format):
        others.append(shape.data_format)
    return (f"convolution {window} strides {strides} image {image} {' '.join(others)}, "
            f'{matrix_key(shape.matrix, estimated.setting)}')


def _name(plan):
    return plan.method if plan.matrix is None else f'{plan.method}, {plan_name(plan.matrix)}'


def _candidates(estimated):
    return ranked_conv_plans(estimated.shape, estimated.setting)


def _variations(best):
    """Yields plans with other products of pixels and TT-matrix."""
    if best.matrix is None:
        return
    ranked = ranked_plans(best.matrix.shape, best.matrix.setting, MATRIX_CANDIDATES)
    for matrix in ranked + list(operation_variants(best.matrix)):
        if matrix != best.matrix:
            yield best._replace(matrix=matrix)


def _prepare(estimated):
    """Creates images, filters, cores and the gradient of the output."""
    shape, setting = estimated.shape, estimated.setting
    matrix = shape.matrix
    inp, out_gradient = [
        variable(_in_format(shape.data_format, setting.batch_size, image, channels), setting)
        for image, channels in ((shape.image, matrix.inp_size), (shape.out_image, matrix.out_size))]
    filters, *cores = [core(sizes, setting) for sizes in
                       [[*shape.window, 1, matrix.ranks[0]]] + matrix.core_shapes]
    return inp, filters, cores, out_gradient


def _in_format(data_format, batch_size, image, channels):
    """Returns the shape of images."""
    if is_channels_first(data_format):
        return [batch_size, channels, *image]
    return [batch_size, *image, channels]


def _operations(plan, inp, filters, cores, out_gradient):
    inp, filters, *cores = [tf.convert_to_tensor(variable) for variable in [inp, filters] + cores]
    data_format = plan.shape.data_format
    out = in_format(convolve(channels_last(inp, data_format), filters, cores, plan), data_format)
    return run_targets(out, [inp, filters] + cores, out_gradient, plan.setting)


def _to_record(plan):
    return {'method': plan.method,
            'matrix': None if plan.matrix is None else plan_to_record(plan.matrix)}


def _from_record(record, plan):
    try:
        method, matrix = record['method'], record['matrix']
    except (KeyError, TypeError) as error:
        raise ValueError(f'the record of a convolution is damaged: {error!r}') from error
    for candidate in _candidates(plan):
        if candidate.method == method:
            if (matrix is None) != (candidate.matrix is None):
                break
            return candidate if matrix is None else candidate._replace(
                matrix=plan_from_record(matrix, candidate.matrix))
    raise ValueError(f'the method {method!r} does not fit the convolution')


TT_CONVOLUTION = Kind(_describe, _name, _candidates, _variations, _prepare, _operations,
                      _to_record, _from_record)
