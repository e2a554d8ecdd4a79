"""The sizes of a convolution with a TT kernel. Nothing here knows of TensorFlow."""

from collections import namedtuple

from tensornet.contraction.conv_geometry import (
    CHANNELS_LAST,
    DATA_FORMATS,
    PADDINGS,
    ConvGeometry,
)
from tensornet.contraction.plan_arguments import (
    LARGEST_SIZE,
    check_states,
    checked_setting,
    checked_shape,
    is_size,
)
from tensornet.contraction.setting import Setting
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.tt.arguments import product
from tensornet.tt.rank_argument import common_ranks, is_one_rank

# The arguments that are pairs, the vertical size first.
PAIRS = ('window', 'strides', 'image', 'dilations')


class ConvShape(namedtuple('ConvShape', [
        'matrix', 'window', 'strides', 'padding', 'image', 'dilations', 'data_format'],
        defaults=[(1, 1), CHANNELS_LAST])):
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

    @classmethod
    def of(cls, matrix, geometry, image):
        """Returns the sizes of a convolution of this `ConvGeometry`."""
        window, strides, padding, dilations, data_format = geometry
        return cls(matrix, window, strides, padding, image, dilations, data_format)

    @property
    def geometry(self):
        """`ConvGeometry`: what the convolution does to images, whatever its kernel."""
        return ConvGeometry(self.window, self.strides, self.padding, self.dilations,
                            self.data_format)

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


def checked_convolution(shape, setting):
    """Checks the arguments of `conv_plan`.

    Returns:
        The `ConvShape` in tuples of integers, with a rank for each bond, and the `Setting`.

    Raises:
        ValueError: they are not of their types, or their sizes do not fit together.
    """
    if not isinstance(shape, ConvShape) or not isinstance(shape.matrix, TTMatrixShape):
        raise ValueError('conv_plan: `shape` must be a `ConvShape` of a `TTMatrixShape`, but it '
                         f'is {shape!r:.100}; pass ConvShape(matrix, window, strides, padding, '
                         'image)')
    if not isinstance(setting, Setting):
        raise ValueError(f'conv_plan: `setting` must be a `Setting`, but it is {setting!r:.100}; '
                         'pass Setting(batch_size, training, dtype, machine)')
    pairs = {name: _sizes(f'shape.{name}', getattr(shape, name)) for name in PAIRS}
    matrix, has_one_rank = shape.matrix, is_one_rank(shape.matrix.ranks)
    matrix = TTMatrixShape(*(
        _sizes(f'shape.matrix.{name}', (part,) if has_one_rank and name == 'ranks' else part)
        for name, part in matrix._asdict().items()))
    batch_size, = _sizes('setting.batch_size', (setting.batch_size,))
    for name, sizes in pairs.items():
        if len(sizes) != 2:
            raise ValueError(f'conv_plan: `shape.{name}` must be two numbers, the vertical first, '
                             f'but it is {getattr(shape, name)!r:.100}; pass two')
    for name, choices in (('padding', PADDINGS), ('data_format', DATA_FORMATS)):
        if getattr(shape, name) not in choices:
            raise ValueError(f'conv_plan: `shape.{name}` must be {choices[0]!r} or {choices[1]!r}, '
                             f'but it is {getattr(shape, name)!r:.100}; pass one of the two')
    if has_one_rank:
        modes = [product(pairs['window'])] + [i * o for i, o in zip(*matrix[:2])]
        matrix = matrix._replace(ranks=tuple(common_ranks(matrix.ranks[0], modes)[1:]))
    shape = shape._replace(matrix=matrix, **pairs)
    checked_shape(*shape.matrix_with_filters)
    setting = checked_setting(setting._replace(batch_size=batch_size))
    pixels = batch_size * max(product(shape.image), product(shape.out_image))
    check_states(shape.matrix, setting._replace(batch_size=pixels))
    return shape, setting


def _sizes(name, values):
    """Returns positive integers as a tuple."""
    if not isinstance(values, (tuple, list)) or not values or not all(
            is_size(value) and value <= LARGEST_SIZE for value in values):
        raise ValueError(f'conv_plan: `{name}` must be made of positive integers of at most '
                         f'{LARGEST_SIZE}, but it is {values!r:.100}; replace it')
    return tuple(map(int, values))
