"""Checks of dense weights, and their padding to the products of modes."""
import numpy as np

from tensornet.tt.arguments import as_array, check_array, check_flag, check_integers, product

# By their number.
_AXES = {1: '[out]', 2: '[in, out]', 4: '[window_height, window_width, in, out]'}


def check_weights(function, name, weights, ndim):
    """Returns finite dense weights as a float32 or float64 array.

    Args:
        function: name of the public function, for the messages.
        name: name of its argument.
        weights: array of `ndim` dimensions of any real type; floats of 8 and 16 bits become
            float32.
        ndim: 1 for `[out]`, 2 for `[in, out]`, 4 for `[window_height, window_width, in, out]`.

    Raises:
        ValueError, TypeError: it is something else, or holds NaN or infinity.
    """
    weights = real_array(function, name, weights)
    if weights.ndim != ndim or weights.size == 0:
        raise ValueError(
            f'{function}: `{name}` must be {_AXES[ndim]} and not empty, but its shape is '
            f'{list(weights.shape)}; reshape it')
    check_finite(function, name, weights)
    return weights


def check_finite(function, name, array):
    """Raises ValueError where an array of weights holds NaN or infinity.

    Args:
        function: name of the public function, for the messages.
        name: name of its argument.
        array: the argument.
    """
    finite = np.isfinite(array)
    if not finite.all():
        index = tuple(int(position) for position in np.argwhere(~finite)[0])
        raise ValueError(
            f'{function}: `{name}` must be finite, but it holds {array[index]} at '
            f'{list(index)}; repair the weights or take an earlier checkpoint')


def real_array(function, name, value):
    """`tensornet.tt.arguments.check_array` that takes floats that NumPy itself does not know."""
    array = as_array(function, name, value)
    if array.dtype.name.startswith(('bfloat16', 'float8')):
        array = array.astype(np.float32)
    return check_array(function, name, array)


def pad_to_modes(function, weights, modes_of_axes, allowed):
    """Pads the last two axes with zeros up to the products of their modes.

    Args:
        function: name of the public function, for the messages.
        weights: array `[..., in, out]`.
        modes_of_axes: for each of the two axes the argument's name and its modes.
        allowed: whether sizes may differ from the products at all.

    Returns:
        Array `[..., prod(inp_modes), prod(out_modes)]`.

    Raises:
        ValueError: a product is too small, or differs though padding is not allowed.
    """
    allowed = check_flag(function, 'pad', allowed)
    widths = [(0, 0)] * (weights.ndim - 2)
    for (name, modes), size, side in zip(modes_of_axes, weights.shape[-2:], ('input', 'output')):
        missing = product(modes) - size
        if missing < 0 or (missing > 0 and not allowed):
            remedy = '' if missing < 0 else ', or pass `pad=True` to add zeros'
            raise ValueError(
                f'{function}: the product of `{name}` {modes} is {product(modes)}, but the '
                f'weights of shape {list(weights.shape)} have {size} {side}s; choose modes that '
                f'multiply to {size}{remedy}; `tensornet.tt.choose_shape` finds modes, and the '
                'padding if they need it')
        widths.append((0, missing))
    return weights if widths[-2:] == [(0, 0), (0, 0)] else np.pad(weights, widths, 'constant')


def padded_sizes(dense_shape, modes_of_axes):
    """Returns the arguments of a layer that say how much of its modes it has.

    Args:
        dense_shape: shape `[..., in, out]` of the weights before padding.
        modes_of_axes: for each of the two axes the name of the layer's argument and its modes.

    Returns:
        Dict of the arguments; without those that need not be given.
    """
    return {name: size for (name, modes), size in zip(modes_of_axes, dense_shape[-2:])
            if size != product(modes)}


def crop(function, weights, shape):
    """Cuts the padding off: the leading part `shape` of `weights`; None returns all of it."""
    if shape is None:
        return weights
    shape = check_cropped_shape(function, shape, weights.shape)
    return weights[tuple(slice(size) for size in shape)]


def check_cropped_shape(function, shape, full_shape):
    """Returns the shape of the dense weights of cores without their padding, as a list of int.

    Args:
        function: name of the public function, for the messages.
        shape: the argument; None is the whole shape.
        full_shape: shape that the cores make.

    Raises:
        ValueError, TypeError: `shape` is no part of it.
    """
    if shape is None:
        return list(full_shape)
    shape = check_integers(function, 'shape', shape)
    if len(shape) != len(full_shape) or any(
            not 1 <= wanted <= size for wanted, size in zip(shape, full_shape)):
        raise ValueError(
            f'{function}: `shape` must be at most {list(full_shape)}, the shape that the cores '
            f'make, but it is {shape}; pass the shape before padding, or None')
    return shape
