"""The inputs of a layer, batch after batch, as the rows that its matrix multiplies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tensornet.contraction import ConvGeometry
from tensornet.contraction.conv_geometry import PADDINGS, out_size
from tensornet.convert.dense_weights import real_array
from tensornet.tt.arguments import as_array, check_integers, product, shown
from tensornet.wording import without_effect

# Elements of a block of rows, in float64; 64 MB.
_BLOCK = 1 << 23
# Rows of a batch in the descent, and the least number of examples they come from.
_BATCH_ROWS = 512
_BATCH_EXAMPLES = 16


class InputRows:
    """Rows of inputs or, for a convolution, of their patches; gone through as often as wanted.

    Args:
        function: name of the public function, for the messages.
        inputs: array `[n, ...]`, or an iterable of them.
        weights: `LayerWeights` that the inputs are for.
        strides: vertical and horizontal stride of a convolution.
        padding: 'SAME' or 'VALID'.
        dilations: vertical and horizontal distance between the pixels of a patch.

    Raises:
        ValueError, TypeError: an argument is wrong, or is for a convolution. Batches are checked
            when they come.
    """

    def __init__(self, function, inputs, weights, strides, padding, dilations):
        self._function = function
        self._channels = weights.dense_shape[-2]
        self._width = weights.padded_shape[-2]
        strides = _check_pair(function, 'strides', strides)
        dilations = _check_pair(function, 'dilations', dilations)
        if not isinstance(padding, str) or padding not in PADDINGS:
            raise ValueError(f'{function}: `padding` must be SAME or VALID, but it is '
                             f'{shown(padding)}; pass that of the layer')
        # The window of a matrix has no axes.
        self._geometry = ConvGeometry(weights.dense_shape[:-2], strides, padding, dilations)
        given = [name for name, value, usual in (
            ('strides', strides, [1, 1]), ('padding', padding, 'SAME'),
            ('dilations', dilations, [1, 1])) if value != usual]
        if given and not self._geometry.window:
            raise ValueError(f'{function}: ' + without_effect(given, 'the layer is no convolution'))
        if hasattr(inputs, 'dtype'):
            # What has a dtype must be an array to NumPy; a tensor of a graph is not.
            inputs = as_array(function, 'inputs', inputs)
        self._is_array = isinstance(inputs, np.ndarray)
        if not self._is_array and (isinstance(inputs, (str, bytes, dict))
                                   or not np.iterable(inputs)):
            raise TypeError(f'{function}: `inputs` must be an array or an iterable of arrays, but '
                            f'it is {shown(inputs)}; pass the inputs of the layer')
        self._inputs = inputs
        self._had_examples = False

    @property
    def is_single_pass(self):
        """Whether the inputs can be gone through only once."""
        return not self._is_array and iter(self._inputs) is self._inputs

    @property
    def width(self):
        """Elements in a row."""
        return product(self._geometry.window) * self._width

    def __iter__(self):
        """Yields float64 arrays `[n, width]` of at most 64 MB, unless a single image has more."""
        for name, batch in self._named_batches():
            block = max(1, _BLOCK // (self.width * self._positions_of(batch)))
            for start in range(0, len(batch), block):
                # Of a memory-mapped file only a block is ever read.
                yield self._rows(name, batch[start:start + block])

    def random_batches(self, count):
        """Yields `count` arrays `[n, width]` for a descent, the same ones each time.

        They are of random examples of an array, or of the batches of an iterable in their order;
        of many rows a random part.
        """
        random, made = np.random.RandomState(0), 0
        while made < count:
            for name, batch in self._named_batches():
                positions = self._positions_of(batch)
                size = max(_BATCH_EXAMPLES, _BATCH_ROWS // positions)
                parts = self._shuffled(batch, size, random) if self._is_array else [batch]
                for part in parts:
                    if made == count:
                        return
                    rows = self._rows(name, part)
                    if len(rows) > 2 * _BATCH_ROWS:
                        rows = rows[np.sort(random.permutation(len(rows))[:2 * _BATCH_ROWS])]
                    made += 1
                    yield rows

    @staticmethod
    def _shuffled(batch, size, random):
        order = random.permutation(len(batch))
        for start in range(0, max(1, len(batch) - size + 1), size):
            yield batch[np.sort(order[start:start + size])]

    def _named_batches(self):
        """Yields pairs of a name for messages and a batch, an array of the right shape."""
        again = False
        for number, batch in enumerate([self._inputs] if self._is_array else self._inputs):
            name = 'inputs' if self._is_array else f'inputs[{number}]'
            if not isinstance(batch, np.ndarray):
                batch = real_array(self._function, name, batch)
            self._check_shape(name, batch)
            if len(batch):
                self._had_examples = again = True
                yield name, batch
        if self._had_examples and not again:
            raise ValueError(
                f'{self._function}: `inputs` gave examples only once, but are read more than once '
                'with `activation` or `following`; pass an array or a list of batches')

    def _positions_of(self, batch):
        return max(1, product(self._positions(batch.shape)))

    def _check_shape(self, name, batch):
        shape = list(np.shape(batch))
        expected = '[n, height, width, {}]' if self._geometry.window else '[n, {}]'
        if len(shape) != expected.count(',') + 1 or shape[-1] != self._channels:
            raise ValueError(
                f'{self._function}: `{name}` must be {expected.format(self._channels)}, inputs of '
                f'the layer, but its shape is {shape}; reshape it, or pass those of this layer')
        if 0 in self._positions(shape):
            raise ValueError(
                f'{self._function}: `{name}` must be images of at least the window, '
                f'which spans {list(self._geometry.extent)}, but its shape is {shape}; pass larger '
                'ones, or padding SAME')

    def _positions(self, shape):
        """Output height and width of images, or nothing for a matrix."""
        geometry = self._geometry
        return [max(0, out_size(*sizes, geometry.padding))
                for sizes in zip(shape[1:3], geometry.extent, geometry.strides)]

    def _rows(self, name, batch):
        batch = real_array(self._function, name, batch).astype(np.float64)
        if not np.isfinite(batch).all():
            raise ValueError(f'{self._function}: `{name}` must be finite, but it holds NaN or '
                             'infinity; leave such examples out')
        surplus = (0, self._width - self._channels)
        geometry = self._geometry
        if not geometry.window:
            return np.pad(batch, [(0, 0), surplus], 'constant')
        height, width = positions = self._positions(batch.shape)
        margins = geometry.margins(batch.shape[1:3], positions)
        batch = np.pad(batch, [(0, 0), *margins, surplus], 'constant')
        down, across = geometry.strides
        rows, columns = [range(0, size * dilation, dilation)
                         for size, dilation in zip(geometry.window, geometry.dilations)]
        patches = [batch[:, y:y + (height - 1) * down + 1:down,
                         x:x + (width - 1) * across + 1:across] for y in rows for x in columns]
        return np.stack(patches, axis=3).reshape(-1, self.width)


class InputMoments(NamedTuple):
    """First and second moment of rows.

    Attributes:
        rows: how many there were.
        mean: float64 array [width].
        covariance: float64 array [width, width].
    """

    rows: int
    mean: np.ndarray
    covariance: np.ndarray


def input_moments(rows):
    """Goes once through an iterable of rows `[n, width]` and returns their `InputMoments`."""
    count, origin, first, second = 0, 0., 0., 0.
    for block in rows:
        if not count:
            # Near the mean, so that little cancels where it is large.
            origin = block.mean(axis=0)
        block = block - origin
        count, first, second = count + len(block), first + block.sum(axis=0), \
            second + block.T @ block
    if not count:
        return InputMoments(0, None, None)
    first = first / count
    return InputMoments(count, origin + first, second / count - np.outer(first, first))


def _check_pair(function, name, values):
    values = check_integers(function, name, values)
    if len(values) != 2:
        raise ValueError(f'{function}: `{name}` must be a vertical and a horizontal one, but they '
                         f'are {values}; pass two integers')
    return values
