"""What convolutions of no images, or of images without pixels, have to be told."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.conv_geometry import out_size


def output_shape(inp, geometry):
    """Returns the static shape of a convolution without its last axis.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        geometry: `ConvGeometry`.

    Returns:
        List of three integers, None where they are not known.
    """
    batch, *image, _ = inp.shape.as_list()
    return [batch] + [None if size is None else out_size(size, extent, stride, geometry.padding)
                      for size, extent, stride in zip(image, geometry.extent, geometry.strides)]


def of_nothing(inp, kernel, channels, geometry):
    """Returns the output of a convolution that is known to be empty, for which no kernel is asked.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor, that of the convolution.
        channels: of the output.
        geometry: `ConvGeometry`.
    """
    # Sums of nothing, so that it can be differentiated, by both and twice.
    nothing = tf.reduce_sum(inp[:0]) * tf.reduce_sum(kernel[:0])
    out = tf.zeros(_sizes(inp, channels, geometry), inp.dtype) + nothing
    out.set_shape(output_shape(inp, geometry) + [channels])
    return out


def with_a_pixel(inp, geometry):
    """Gives images that are too small for a 'VALID' window what it needs to have one pixel.

    A known size is never too small here, see `of_nothing`. Images that are so small that the kernel
    refuses them stay as they are. Nothing is copied where nothing is added.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        geometry: `ConvGeometry`.

    Returns:
        The images, `inp` itself where there is nothing to be done.
    """
    image = inp.shape.as_list()[1:3]
    if not kernel_faults.too_few_pixels_are_wrong(inp.dtype, image, geometry):
        return inp
    missing = [0, 0, 0, 0]
    for axis, size, extent, stride in zip((1, 2), image, geometry.extent, geometry.strides):
        if size is None:
            size = tf.shape(inp)[axis]
            # A kernel rounds the size of the output towards zero, `out_size` down.
            is_empty = tf.less(tf.abs(size - extent + stride), stride)
            missing[axis] = tf.where(is_empty, extent - size, 0)
    out = tf.pad(inp, tf.stack([tf.zeros([4], tf.int32), tf.stack(missing)], axis=1))
    out.set_shape(inp.shape)
    return out


def without_pixel(out, whole, inp, geometry):
    """Takes away from an output what `with_a_pixel` brought into it.

    Args:
        out: the output of the convolution of `whole`.
        whole: what `with_a_pixel` returned for `inp` and `geometry`.
    """
    if whole is inp:
        return out
    cut_out = tf.slice(out, [0, 0, 0, 0], _sizes(inp, out.shape.as_list()[3], geometry))
    cut_out.set_shape(out.shape)
    return cut_out


def with_own_shape(out, channels, inp, geometry):
    """Gives the output of a convolution the shape that it has, where TensorFlow may lose it.

    A constant shape is one that converters see through: they still fold what follows into the
    convolution.

    Args:
        out: the output, tensor `[batch, height', width', channels]`, or its gradient.
        channels: of the output.
        inp, geometry: of the convolution, as for `output_shape`.
    """
    shape = output_shape(inp, geometry) + [channels]
    if not kernel_faults.shape_of_nothing_is_lost(inp.shape.as_list(), shape):
        return out
    if shape.count(None) <= 1:
        target = [-1 if size is None else size for size in shape]
    else:
        target = _sizes(inp, channels, geometry)
    out = tf.reshape(out, target)
    out.set_shape(shape)
    return out


def filled(inp, out_gradient, geometry):
    """Gives the operands of a gradient zeros along each axis on which the output is empty.

    The output gets a pixel, and the input as many as a window needs to have one. TensorFlow pads
    nothing without copying, so that this costs no memory otherwise.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        out_gradient: tensor `[batch, height', width', out_channels]`.
        geometry: `ConvGeometry` without dilations.

    Returns:
        The two tensors, and the shape of the first.
    """
    shape = tf.shape(inp)
    if not kernel_faults.may_be_empty(inp.shape.as_list() + out_gradient.shape.as_list()):
        return inp, out_gradient, shape
    is_empty = tf.cast(tf.equal(tf.shape(out_gradient), 0), tf.int32)
    missing = is_empty
    if geometry.padding == 'VALID':
        window = tf.constant([0, *geometry.window, 0])
        missing *= tf.maximum(window - shape, 1)
    none = tf.zeros([4], tf.int32)
    return (tf.pad(inp, tf.stack([none, missing], axis=1)),
            tf.pad(out_gradient, tf.stack([none, is_empty], axis=1)), shape + missing)


def cut(inp_gradient, inp):
    """Takes away from the gradient of an input what `filled` added to the input."""
    if inp_gradient.shape.is_fully_defined() and inp_gradient.shape == inp.shape:
        return inp_gradient
    out = tf.slice(inp_gradient, [0, 0, 0, 0], tf.shape(inp))
    out.set_shape(inp.shape)
    return out


def _sizes(inp, channels, geometry):
    """Returns the shape of a convolution, a list of integers or a tensor."""
    shape = output_shape(inp, geometry)
    if None not in shape:
        return shape + [channels]
    batch, *image, _ = tf.unstack(tf.shape(inp), num=4)
    sizes = [batch] + [tf.maximum(out_size(*axis, geometry.padding), 0)
                       for axis in zip(image, geometry.extent, geometry.strides)]
    return tf.stack([dynamic if size is None else size for size, dynamic in zip(shape, sizes)]
                    + [channels])
