"""Checks of the arguments of layers over images and sequences."""

from tensornet.contraction import ConvGeometry
from tensornet.contraction.conv_geometry import DATA_FORMATS, PADDINGS
from tensornet.contraction.image_format import is_channels_first
from tensornet.layers.argument_errors import shown
from tensornet.layers.arguments import Arguments
from tensornet.layers.size_arguments import LARGEST_ENTRY

# Of sequences, which are computed as images of height 1 in the format beside it.
SEQUENCE_FORMATS = ('NWC', 'NCW')


class ImageArguments(Arguments):
    """The arguments of one call of a layer over images; see `tensornet.layers.arguments`."""

    def images(self, name, value, data_format, ndims=(4,)):
        """Checks the input of a layer and the order of its axes.

        Args:
            name: name of the input's argument.
            value: the input.
            data_format: the argument.
            ndims: admissible numbers of dimensions; those of a sequence are 3.

        Returns:
            The static shape of the input with the channels last, a list of integers and None, in
            which that of the channels is an integer.
        """
        formats = SEQUENCE_FORMATS if ndims == (3,) else DATA_FORMATS
        self.choice('data_format', data_format, formats, 'pass one of the two')
        shape = self.tensor(name, value, ndims)
        axis = 1 if is_channels_first(data_format) else len(shape) - 1
        channels = self.channels(name, shape, axis)
        return shape[:axis] + shape[axis + 1:] + [channels]

    def geometry(self, wanted, shape, window_name='window') -> ConvGeometry:
        """Checks how a convolution's window moves over the input.

        Args:
            wanted: `ConvGeometry` of the arguments as they are.
            shape: static shape of the input with the channels last; of a sequence three sizes.
            window_name: name of the argument for the window.

        Returns:
            `ConvGeometry` of tuples, that of images of height 1 for a sequence.
        """
        self.choice('padding', wanted.padding, PADDINGS, 'pass one of the two')
        named = [(window_name, wanted.window), ('strides', wanted.strides),
                 ('dilations', wanted.dilations)]
        sizes = [self.sizes(name, values, length=2) for name, values in named]
        data_format = wanted.data_format
        if len(shape) == 3:
            for name, values in zip(('window', 'strides', 'dilations'), sizes):
                self._begins_with_one(name, values)
            data_format = DATA_FORMATS[SEQUENCE_FORMATS.index(data_format)]
        window, strides, dilations = map(tuple, sizes)
        checked = ConvGeometry(window, strides, wanted.padding, dilations, data_format)
        self._fits(window_name, checked, [1] * (4 - len(shape)) + shape[1:-1])
        return checked

    def _begins_with_one(self, name, values):
        """Checks the window, strides or dilations of a sequence, which has no height."""
        if values[0] != 1:
            self.wrong_value(name, 'of the form [1, n], since the input has no height', values,
                             f'set {name}[0] to 1')

    def _fits(self, window_name, geometry, image):
        """Checks that a window fits into the padded input, and TensorFlow's kernels."""
        window, dilations = list(geometry.window), list(geometry.dilations)
        if geometry.is_dilated and max(geometry.extent) > LARGEST_ENTRY:
            self.wrong_value(
                'dilations',
                f'such that `{window_name}` {window} spans at most {LARGEST_ENTRY} pixels',
                dilations, 'choose smaller ones')
        if geometry.padding == 'SAME' or all(
                size is None or size >= extent for size, extent in zip(image, geometry.extent)):
            return
        available = f"at most the input's height and width {shown(image)} with 'VALID' padding"
        if geometry.is_dilated:
            self.wrong_value(
                'dilations', f'such that `{window_name}` {window} spans {available}', dilations,
                "use smaller ones, a smaller window or padding='SAME'")
        self.wrong_value(window_name, available, window,
                         "use a smaller window or padding='SAME'")
