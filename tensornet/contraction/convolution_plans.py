"""Choosing how to convolve with a kernel in the TT format. Nothing here knows of TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Sequence, Tuple

from tensornet.contraction import cost_model
from tensornet.contraction.conv_geometry import CHANNELS_FIRST
from tensornet.contraction.conv_shape import ConvShape, check_convolved_with, checked_convolution
from tensornet.contraction.kernel_plan import kernel_cost, kernel_plan
from tensornet.contraction.plan_report import exported_size
from tensornet.contraction.plans import fastest_plan, plan_of_chain
from tensornet.contraction.setting import Setting
from tensornet.tt.arguments import LARGEST_SIZE, product

if TYPE_CHECKING:
    from tensornet.contraction.kernel_plan import KernelPlan
    from tensornet.contraction.measurement import Measurement
    from tensornet.contraction.plans import Plan

METHODS = ('chain', 'full', 'matrix_first', 'filters_first')
POINTWISE = 'pointwise'
DEFAULT_IMAGE_SIZE = 32


class ConvPlan(NamedTuple):
    """A way to convolve with a TT kernel.

    Attributes:
        method: one of `METHODS`, or 'pointwise' for a window of one pixel.
        shape: `ConvShape`.
        setting: `Setting` with the number of images as its batch size.
        matrix: `Plan` for the products of pixels and TT-matrix, None where there are none.
        kernel: `KernelPlan` of the dense kernel, None where there is none.
        measurement: `Measurement` of a measured plan; None for one that was estimated.
    """

    method: str
    shape: ConvShape
    setting: Setting
    matrix: Optional[Plan]
    kernel: Optional[KernelPlan]
    measurement: Optional[Measurement]

    @property
    def cost(self):
        """Estimated `Cost` of one run, with the gradients if planned for training."""
        cost = _COSTS[self.method](self.shape, self.setting, self.matrix or self.kernel)
        held = ([self._filters] if self.holds_filters else []) + (
            self.shape.matrix.core_sizes if self.holds_cores else [])
        return (cost + _format_cost(self.shape, self.setting)
                + cost_model.holding_cost(held, self.setting))

    @property
    def core_bytes(self):
        """Bytes of filters and cores in a file."""
        return self.setting.stored_itemsize * (self._filters + sum(self.shape.matrix.core_sizes))

    @property
    def exported_bytes(self):
        """Bytes of the constants of the convolution in a file that a converter writes.

        Converters differ in which constants they merge. This is the most that any of them writes.
        """
        if self.setting.held:
            return self.core_bytes
        merged = self.setting.itemsize * _windows(self.method, self.shape)
        if self.matrix is not None:
            merged += self.matrix.weight_bytes
        elif self.method == 'chain':
            merged += self.setting.itemsize * sum(self.shape.matrix.core_sizes)
        return max(self.core_bytes, merged)

    @property
    def holds_filters(self):
        """Whether the filters are kept from being repeated or merged ahead of a run."""
        setting = self.setting
        return setting.held and (_windows(self.method, self.shape) * setting.itemsize
                                 > self._filters * setting.stored_itemsize)

    @property
    def holds_cores(self):
        """Whether all cores are kept from being merged; if not, `matrix` may hold some."""
        setting = self.setting
        return setting.held and (
            self.method == 'full' or setting.itemsize > setting.stored_itemsize)

    @property
    def once_held(self):
        """The plan for filters and cores that are held already."""
        matrix = self.matrix
        if matrix is not None:
            matrix = matrix._replace(setting=matrix.setting._replace(held=False))
        return self._replace(setting=self.setting._replace(held=False), matrix=matrix)

    def fits(self, shape: ConvShape) -> bool:
        """Whether the plan is one for this convolution, whatever its image and order of axes."""
        wanted, _ = checked_convolution('ConvPlan.fits', shape, self.setting)
        return self.shape == wanted._replace(image=self.shape.image,
                                             data_format=self.shape.data_format)

    @property
    def way(self):
        """The method, and how it multiplies by the TT-matrix, in a few words."""
        return self.method if self.matrix is None else f'{self.method}, {self.matrix.way}'

    @property
    def _filters(self):
        return product(self.shape.window) * self.shape.matrix.ranks[0]

    def __repr__(self):
        inp_modes, out_modes, ranks = map(list, self.shape.matrix)
        return f'<ConvPlan of modes {inp_modes} -> {out_modes} with ranks {ranks}: {self.way}>'

    def __str__(self):
        cost = self.cost
        lines = [f"convolution by '{self.method}', est. {cost.seconds * 1e3:.4f} ms: "
                 f'{cost.flops / 1e6:.3f} MFLOP, {cost.bytes / 1e6:.3f} MB moved']
        lines.append(f'exported: {exported_size(self)}; filters and cores have {self.core_bytes}')
        lines += [str(part) for part in (self.matrix, self.measurement) if part is not None]
        return '\n'.join(lines)


def conv_plan(shape: ConvShape, setting: Setting, method: Optional[str] = None) -> ConvPlan:
    """Chooses the fastest way to convolve with a TT kernel, by the cost model.

    Args:
        shape: `ConvShape`.
        setting: `Setting` with the number of images as its batch size.
        method: one of `methods_for(strides)`, or 'pointwise' for a window of one pixel, to ask for
            it.

    Returns:
        `ConvPlan`. Printing it shows its cost, and the plan of its products with the TT-matrix.

    Raises:
        ValueError, TypeError: window and strides do not admit such a method, or shape or
            setting are not such.
    """
    shape, setting = checked_convolution('conv_plan', shape, setting)
    if method is not None:
        methods = methods_for(shape.strides)
        if product(shape.window) == 1:
            methods += (POINTWISE,)
        if method not in methods:
            raise ValueError(
                f"conv_plan: `method` must be one of {', '.join(map(repr, methods))} for window "
                f'{list(shape.window)} and strides {list(shape.strides)}, but it is '
                f'{method!r:.100}; pass None for the fastest')
        check_convolved_with('conv_plan', shape, _windows(method, shape))
        return _planned(method, shape, setting)
    return fastest_conv_plan(shape, setting)


def fastest_conv_plan(shape, setting):
    """Returns the `ConvPlan` of least estimated time."""
    return ranked_conv_plans(shape, setting)[0]


def ranked_conv_plans(shape, setting):
    """Returns a plan for each method worth considering, the fastest by estimate first."""
    if product(shape.window) == 1:
        methods = (POINTWISE, 'full')
    else:
        methods = methods_for(shape.strides)
    # The filters, which the chain convolves with, have been checked.
    methods = [method for method in methods if _windows(method, shape) <= LARGEST_SIZE]
    plans = [_planned(method, shape, setting) for method in methods]
    if setting.has_constant_cores:
        least = min(candidate.exported_bytes for candidate in plans)
        allowed = max(setting.constant_bytes, least)
        plans = [candidate for candidate in plans if candidate.exported_bytes <= allowed]
    return sorted(plans, key=lambda candidate: candidate.cost.seconds)


def methods_for(strides: Sequence[int]) -> Tuple[str, ...]:
    """Returns the methods that work with the strides: depthwise convolution needs equal ones."""
    return METHODS if strides[0] == strides[1] else ('chain', 'full')


def _planned(method, shape, setting):
    kernel = None
    if method == 'full':
        kernel = kernel_plan(shape.matrix, product(shape.window), setting)
    return ConvPlan(method, shape, setting, _matrix_plan(method, shape, setting), kernel, None)


def _matrix_plan(method, shape, setting):
    """Plans the products of pixels and TT-matrix; None for a method without such products."""
    if method == 'matrix_first':
        matrix, image = shape.matrix_before_filters, shape.image
    elif method == 'filters_first':
        matrix, image = shape.matrix_after_filters, shape.out_image
    elif method == POINTWISE:
        matrix, image = shape.matrix_with_filters, shape.out_image
    else:
        return None
    sized = setting._replace(batch_size=setting.batch_size * product(image))
    if setting.has_constant_cores:
        # What the windows take is not left for the cores.
        left = setting.constant_bytes - setting.itemsize * _windows(method, shape)
        sized = sized._replace(constant_bytes=max(left, 1))
    return fastest_plan(matrix, sized)


def _windows(method, shape):
    """Returns the number of elements of what a method convolves with, filters or kernel."""
    matrix, window = shape.matrix, product(shape.window)
    filters = window * matrix.ranks[0]
    return {'full': window * matrix.inp_size * matrix.out_size,
            'chain': filters,
            'matrix_first': filters * matrix.out_size,
            'filters_first': filters * matrix.inp_size,
            POINTWISE: 0}[method]


def dense_cost(shape, setting):
    """Cost of a convolution of the same sizes by a dense kernel that need not be built.

    Args:
        shape: `ConvShape`; of its matrix only the modes count.
        setting: `Setting`; in training the gradients are counted.

    Returns:
        `Cost`.
    """
    return _dense_cost(shape, setting) + _format_cost(shape, setting)


def _dense_cost(shape, setting):
    channels, out_channels = shape.matrix.inp_size, shape.matrix.out_size
    convolution = cost_model.convolution_cost(
        setting.batch_size * product(shape.made_image), product(shape.window) * channels,
        out_channels, channels, setting)
    return (convolution * (3 if setting.training else 1)
            + _dilation_cost(shape, setting, channels, out_channels))


def _full_cost(shape, setting, kernel):
    building = kernel_cost(kernel, shape.matrix, product(shape.window), setting)
    return building + _dense_cost(shape, setting)


def _chain_cost(shape, setting, _):
    channels, filters = shape.matrix.inp_size, shape.matrix.ranks[0]
    pixels = setting.batch_size * product(shape.out_image)
    # Convolving single channels is no product of large matrices; it is as fast as a depthwise one.
    machine = setting.machine._replace(convolution_flops=setting.machine.depthwise_flops)
    made = setting.batch_size * product(shape.made_image)
    convolution = cost_model.convolution_cost(made * channels, product(shape.window), filters, 1,
                                              setting._replace(machine=machine))
    products = plan_of_chain(shape.matrix_after_filters, setting._replace(batch_size=pixels)).cost
    transposes = cost_model.transpose_cost(pixels * channels, setting)
    if setting.training:
        convolution, transposes = convolution * 3, transposes * 2
    return (products + convolution + transposes
            + _dilation_cost(shape, setting, channels, filters * channels))


def _matrix_first_cost(shape, setting, matrix):
    return matrix.cost + _depthwise_cost(shape, setting, shape.matrix.out_size, 3)


def _filters_first_cost(shape, setting, matrix):
    return matrix.cost + _depthwise_cost(shape, setting, shape.matrix.inp_size, 2)


def _depthwise_cost(shape, setting, channels, passes):
    """Cost of the depthwise convolution and of adding up or repeating its channels.

    Args:
        shape: `ConvShape`.
        setting: `Setting`.
        channels: number of channels for each filter.
        passes: how often they are read or written in training to add them up or repeat them.
    """
    channels *= shape.matrix.ranks[0]
    entries, made = [setting.batch_size * product(image) * channels
                     for image in (shape.out_image, shape.made_image)]
    convolution = cost_model.depthwise_cost(made, product(shape.window), setting)
    convolution += _dilation_cost(shape, setting, channels, channels)
    return convolution + cost_model.sum_cost(entries, setting) * (
        passes if setting.training else 1)


def _dilation_cost(shape, setting, channels, out_channels):
    """Cost of taking images apart into phases and of putting those of the output together."""
    if not shape.geometry.is_dilated:
        return cost_model.NOTHING
    return _moving_cost(setting, (product(shape.image) * channels,
                                  product(shape.made_image) * out_channels))


def _format_cost(shape, setting):
    """Cost of moving the channels of input and output, where images have them first."""
    if shape.data_format != CHANNELS_FIRST:
        return cost_model.NOTHING
    return _moving_cost(setting, (product(shape.image) * shape.matrix.inp_size,
                                  product(shape.out_image) * shape.matrix.out_size))


def _moving_cost(setting, entries):
    """Cost of transposes of these many elements of each image, and of their gradients."""
    cost = cost_model.NOTHING
    for part in entries:
        cost += cost_model.transpose_cost(setting.batch_size * part, setting)
    return cost * 2 if setting.training else cost


def _pointwise_cost(shape, setting, matrix):
    del shape, setting
    return matrix.cost


_COSTS = {'full': _full_cost, 'chain': _chain_cost, 'matrix_first': _matrix_first_cost,
          'filters_first': _filters_first_cost, POINTWISE: _pointwise_cost}
