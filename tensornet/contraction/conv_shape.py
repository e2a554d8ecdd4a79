"""The sizes of a convolution with a TT kernel. Nothing here knows of TensorFlow."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from tensornet.contraction.conv_geometry import (
    CHANNELS_LAST,
    DATA_FORMATS,
    PADDINGS,
    ConvGeometry,
)
from tensornet.contraction.plan_arguments import check_states, checked_setting, checked_shape
from tensornet.contraction.setting import Setting
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.tt.arguments import LARGEST_SIZE, check_integers, product, shown

# The arguments that are pairs, the vertical size first.
PAIRS = ('window', 'strides', 'image', 'dilations')


class ConvShape(NamedTuple):
    """Sizes of a convolution with a TT kernel.

    Attributes:
        matrix: `TTMatrixShape` whose first rank `r_0` is the number of filters. To `conv_plan` its
            ranks may be one rank for all bonds, capped at the largest useful rank of each bond.
        window, strides: vertical and horizontal.
        padding: 'SAME' or 'VALID'.
        image: height and width of the input, at least one pixel.
        dilations: vertical and horizontal distance between the pixels that the window sees.
        data_format: 'NHWC' or 'NCHW', the order of the images' axes.
    """

    matrix: TTMatrixShape
    window: Sequence[int]
    strides: Sequence[int]
    padding: str
    image: Sequence[int]
    dilations: Sequence[int] = (1, 1)
    data_format: str = CHANNELS_LAST

    @classmethod
    def of(cls, matrix, geometry, image):
        """Returns the sizes of a convolution of this `ConvGeometry`."""
        return cls(matrix=matrix, image=image, **geometry._asdict())

    @property
    def geometry(self):
        """`ConvGeometry`: what the convolution does to images, whatever its kernel."""
        return ConvGeometry(*(getattr(self, name) for name in ConvGeometry._fields))

    @property
    def matrix_before_filters(self):
        """`TTMatrixShape` that makes the channels `(a, o)`: `r_0` is part of the first `o_k`."""
        inp_modes, out_modes, (filters, *bonds) = self.matrix
        return TTMatrixShape(inp_modes, (filters * out_modes[0], *out_modes[1:]), (1, *bonds))

    @property
    def matrix_after_filters(self):
        """`TTMatrixShape` that meets the channels `(a, c)`: `r_0` is part of the first `i_k`."""
        inp_modes, out_modes, (filters, *bonds) = self.matrix
        return TTMatrixShape((filters * inp_modes[0], *inp_modes[1:]), out_modes, (1, *bonds))

    @property
    def matrix_with_filters(self):
        """`TTMatrixShape` of the cores when filters of one pixel have been multiplied into them."""
        inp_modes, out_modes, (_, *bonds) = self.matrix
        return TTMatrixShape(inp_modes, out_modes, (1, *bonds))

    @property
    def out_image(self):
        """Height and width of the output, at least one pixel."""
        return self.geometry.out_image(self.image)

    @property
    def made_image(self):
        """Height and width of what is convolved, with the pixels that are left out."""
        return tuple(size * axis.left_out
                     for size, axis in zip(self.out_image, self.geometry.phases))


def checked_convolution(function, shape, setting):
    """Checks the arguments of `conv_plan` and of its siblings.

    Args:
        function: name of the public function, for the messages.
        shape, setting: its arguments.

    Returns:
        The `ConvShape` in tuples of integers, with a rank for each bond, and the `Setting`.

    Raises:
        ValueError, TypeError: they are not of their types, or their sizes do not fit together.
    """
    if not isinstance(shape, ConvShape) or not isinstance(shape.matrix, TTMatrixShape):
        raise TypeError(f'{function}: `shape` must be a `ConvShape` of a `TTMatrixShape`, but it '
                        f'is {shown(shape)}; pass ConvShape(matrix, window, strides, padding, '
                        'image)')
    if not isinstance(setting, Setting):
        raise TypeError(f'{function}: `setting` must be a `Setting`, but it is {shown(setting)}; '
                        'pass Setting(batch_size, training, dtype, machine)')
    pairs = {name: tuple(check_integers(function, f'shape.{name}', getattr(shape, name)))
             for name in PAIRS}
    for name, sizes in pairs.items():
        if len(sizes) != 2:
            raise ValueError(f'{function}: `shape.{name}` must be two numbers, the vertical first, '
                             f'but it is {getattr(shape, name)!r:.100}; pass two')
    for name, choices in (('padding', PADDINGS), ('data_format', DATA_FORMATS)):
        if getattr(shape, name) not in choices:
            raise ValueError(f'{function}: `shape.{name}` must be {choices[0]!r} or '
                             f'{choices[1]!r}, but it is {getattr(shape, name)!r:.100}; pass one '
                             'of the two')
    matrix = checked_shape(function, *shape.matrix, product(pairs['window']),
                           [f'shape.matrix.{name}' for name in TTMatrixShape._fields])
    setting = checked_setting(function, setting, owner='setting.')
    shape = shape._replace(matrix=matrix, **pairs)
    check_convolved_with(function, shape, product(shape.window) * matrix.ranks[0])
    pixels = setting.batch_size * max(product(shape.image), product(shape.out_image))
    check_states(function, matrix, setting._replace(batch_size=pixels))
    return shape, setting


def check_convolved_with(function, shape, elements):
    """Raises ValueError where filters or kernel have more elements than a tensor can.

    Args:
        function: name of the public function, for the message.
        shape: `ConvShape`.
        elements: how many the filters have, or the kernel.
    """
    if elements > LARGEST_SIZE:
        raise ValueError(
            f'{function}: `window` must be such that what is convolved with has at most '
            f'{LARGEST_SIZE} elements, but {list(shape.window)} makes {elements}; choose a smaller '
            'window, smaller ranks or fewer channels')
