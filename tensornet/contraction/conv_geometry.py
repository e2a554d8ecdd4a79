"""What a convolution does to images, whatever its kernel. Nothing here knows of TensorFlow."""

from __future__ import annotations

from collections import namedtuple
from math import gcd
from typing import NamedTuple, Sequence

PADDINGS = ('SAME', 'VALID')
CHANNELS_LAST, CHANNELS_FIRST = 'NHWC', 'NCHW'
DATA_FORMATS = (CHANNELS_LAST, CHANNELS_FIRST)


class ConvGeometry(NamedTuple):
    """A window that moves over images.

    Attributes:
        window, strides: vertical and horizontal.
        padding: one of `PADDINGS`.
        dilations: vertical and horizontal distance between the pixels that a window sees.
        data_format: one of `DATA_FORMATS`, the order of the images' axes.
    """

    window: Sequence[int]
    strides: Sequence[int]
    padding: str
    dilations: Sequence[int] = (1, 1)
    data_format: str = CHANNELS_LAST

    @property
    def extent(self):
        """Height and width of what the window spans, the pixels between included."""
        return tuple((size - 1) * dilation + 1
                     for size, dilation in zip(self.window, self.dilations))

    @property
    def phases(self):
        """How each axis is convolved without dilation, a pair of `Phases`."""
        return tuple(map(_phases, self.window, self.strides, self.dilations))

    @property
    def is_dilated(self):
        """Whether there are pixels between those that a window sees."""
        return any(size > 1 < dilation for size, dilation in zip(self.window, self.dilations))

    @property
    def of_phases(self):
        """`ConvGeometry` that convolves the phases: 'VALID', without dilations."""
        strides = tuple(axis.stride for axis in self.phases)
        return ConvGeometry(self.window, strides, 'VALID', data_format=self.data_format)

    def margins(self, image, out_image, largest=max):
        """Returns the zeros before and behind the height and the width of images, two pairs.

        An axis without pixels gets enough for the window to fit, since no kernel takes less.

        Args:
            image, out_image: height and width of the input and of the output.
            largest: function that returns the larger one of two sizes, if these may be tensors.
        """
        if self.padding == 'VALID':
            return (0, 0), (0, 0)
        return tuple(_margins(*sizes, largest)
                     for sizes in zip(image, out_image, self.extent, self.strides))

    def out_image(self, image):
        """Returns height and width of the output for those of the input, at least one pixel."""
        return tuple(max(out_size(*sizes, self.padding), 1)
                     for sizes in zip(image, self.extent, self.strides))


class Phases(namedtuple('Phases', ['step', 'count', 'stride', 'left_out'])):
    """How a convolution with strides and dilation is one without dilation, along one axis.

    Strides and dilation may have a common divisor; of the image then every `step`-th pixel is seen.
    Of these each `count`-th belong together: they make an image of their own, a phase, that the
    window meets without gaps. Where stride and dilation both remain, the phases are convolved
    without stride.

    Attributes:
        step: their common divisor.
        count: what remains of the dilation.
        stride: that of the convolution of each phase.
        left_out: only every `left_out`-th of its outputs is taken.
    """

    __slots__ = ()


def geometry_of(op):
    """Returns the `ConvGeometry` of an operation that convolves, without dilations.

    Args:
        op: the operation of images and kernel, which have the channels last.
    """
    return ConvGeometry(tuple(op.inputs[1].shape.as_list()[:2]),
                        tuple(op.get_attr('strides')[1:3]), op.get_attr('padding').decode())


def out_size(size, extent, stride, padding):
    """Returns the height or width of an output, less than one where there is none.

    Args:
        size: of the input, an integer or a scalar integer tensor.
        extent: what the window spans.
        stride: the stride.
        padding: one of `PADDINGS`.
    """
    covered = size if padding == 'SAME' else size - extent + 1
    return (covered + stride - 1) // stride


def _margins(size, out, extent, stride, largest):
    missing = largest((largest(out, 1) - 1) * stride + extent - size, 0)
    return missing // 2, missing - missing // 2


def _phases(size, stride, dilation):
    if size == 1:  # There is nothing to spread.
        return Phases(1, 1, stride, 1)
    step = gcd(stride, dilation)
    stride, count = stride // step, dilation // step
    return Phases(step, count, stride, 1) if count == 1 else Phases(step, count, 1, stride)
