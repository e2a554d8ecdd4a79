"""Convolution with dilations, by convolutions without.

TensorFlow's kernels for CPUs are wrong or have no gradients, see `kernel_faults`, and a graph may
run elsewhere than where it was built. So none is asked for dilations: pixels as far from each other
as the dilation says make images of their own, the phases, which are stacked along the batch and
convolved without gaps. That takes no more arithmetic, and two moves of the images. Where strides
and dilations have no common divisor, outputs are computed without strides and some left out.
"""

import tensorflow.compat.v1 as tf

from tensornet.contraction.conv_geometry import out_size

AXES = (1, 2)


def dilated_convolution(run, inp, kernel, geometry):
    """Convolves with a window that has gaps.

    Args:
        run: the convolution without gaps, a function of images, kernel and `ConvGeometry`.
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor `[window_height, window_width, ...]`.
        geometry: `ConvGeometry`.

    Returns:
        What `run` returns, `[batch, height', width', out_channels]`.
    """
    shape, phases = inp.shape.as_list(), geometry.phases
    sizes = [tf.shape(inp)[axis] if shape[axis] is None else shape[axis] for axis in AXES]
    out_sizes = [_largest(out_size(*axis, geometry.padding), 0)
                 for axis in zip(sizes, geometry.extent, geometry.strides)]
    margins = geometry.margins(sizes, out_sizes, _largest)
    steps = [axis.step for axis in phases]
    if steps != [1, 1]:
        inp = tf.pad(inp, [(0, 0), *margins, (0, 0)])[:, ::steps[0], ::steps[1]]
        sizes = [-(-(size + before + behind) // step)
                 for size, (before, behind), step in zip(sizes, margins, steps)]
        margins = [(0, 0), (0, 0)]
    margins = [(before, behind + _lacking(size + before + behind, window, axis.count))
               for size, (before, behind), window, axis in zip(sizes, margins, geometry.window,
                                                               phases)]
    counts = [axis.count for axis in phases]
    out = run(_split(inp, counts, margins), kernel, geometry.of_phases)
    wanted = [size if axis.left_out == 1 else _largest((size - 1) * axis.left_out + 1, 0)
              for size, axis in zip(out_sizes, phases)]
    out = _merged(out, counts, wanted)
    left_out = [axis.left_out for axis in phases]
    if left_out != [1, 1]:
        out = out[:, ::left_out[0], ::left_out[1]]
    out.set_shape(shape[:1] + [None if size is None else out_size
                               for size, out_size in zip(shape[1:3], out_sizes)] + [None])
    return out


def _lacking(size, window, count):
    """Returns how many pixels an axis lacks for phases of one size, at least the window's."""
    if count == 1:
        return 0
    return _largest(-(-size // count), window) * count - size


def _split(images, counts, margins):
    """Pads images and makes a batch of their phases."""
    if counts == [1, 1]:  # What is to be padded has been, see `steps`.
        return images
    return tf.space_to_batch_nd(images, counts, margins)


def _merged(out, counts, sizes):
    """Puts the phases of an output together, and keeps rows and columns up to `sizes`."""
    shape = out.shape.as_list()
    if counts == [1, 1]:
        return out if shape[1:3] == sizes else out[:, :sizes[0], :sizes[1]]
    made = [tf.shape(out)[axis] if shape[axis] is None else shape[axis] for axis in AXES]
    crops = [(0, count * whole - size) for count, whole, size in zip(counts, made, sizes)]
    return tf.batch_to_space_nd(out, counts, crops)


def _largest(one, other):
    return max(one, other) if isinstance(one, int) else tf.maximum(one, other)
