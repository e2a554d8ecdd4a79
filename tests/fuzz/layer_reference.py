"""What a layer computes, by its dense weights in float64."""

import string

import numpy as np

from tests.fuzz.layer_cases import channels_axis
from tests.references.convolution_gradients import convolution_and_gradients, out_size
from tests.references.multilinear import contraction, gradients


def reference(case, inp, variables, out_gradient):
    """Computes the output and the gradients of `sum(out * out_gradient)`.

    Args:
        case: of `layer_cases`.
        inp: array.
        variables: dictionary from the names of the variables to arrays.
        out_gradient: function that returns the array for a shape.

    Returns:
        Output, gradient of the input, and a dictionary of the gradients of the variables.
    """
    names, tensors, axes, out_axes, weights_shape = _factors(case, variables)
    weights = contraction(tensors, axes, out_axes).reshape(weights_shape)
    # Modes may multiply to more than the layer has; what stands behind that counts nowhere.
    inp = np.moveaxis(inp, channels_axis(case), -1)
    live = weights.shape[:-2] + (inp.shape[-1], _out_size(case, weights))
    images, weights = _as_images(case, inp), weights[tuple(map(slice, live))]
    kernel = weights
    if weights.ndim == 2:
        kernel = weights.reshape((1, 1) + weights.shape)
    arguments = case['arguments']
    geometry = (arguments.get('strides', [1, 1]), arguments.get('padding', 'VALID'),
                arguments.get('dilations', [1, 1]))
    out_shape = _out_shape(images, kernel, *geometry)
    seed = _moved_seed(case, out_shape, out_gradient)
    out, images_gradient, kernel_gradient = convolution_and_gradients(images, kernel, seed,
                                                                      *geometry)
    behind = [(0, whole - part) for whole, part in zip(weights_shape, live)]
    weights_gradient = np.pad(kernel_gradient.reshape(live), behind, 'constant').reshape(
        _sizes(axes, tensors, out_axes))
    found = dict(zip(names, (gradient.reshape(variables[name].shape) for name, gradient in zip(
        names, gradients(tensors, axes, out_axes, weights_gradient)))))
    if 'biases' in variables:
        out = out + variables['biases']
        found['biases'] = seed.sum(axis=(0, 1, 2))
    out, images_gradient = [
        np.moveaxis(array.reshape(shape), -1, channels_axis(case)) for array, shape in (
            (out, _own_shape(case, out_shape)), (images_gradient, inp.shape))]
    return out, images_gradient, found


def dense_weights(case, variables):
    """Computes the dense weights of a TT layer, without regard to its sizes.

    Args:
        case: dictionary with `layer` and its `arguments`, of which the modes count.
        variables: dictionary from the names of the variables to arrays of ordinary numbers.

    Returns:
        Float64 array `[..., in, out]`, as many as the modes multiply to.
    """
    _, tensors, axes, out_axes, shape = _factors(case, variables)
    return contraction(tensors, axes, out_axes).reshape(shape)


def _out_size(case, weights):
    names = {'tt': 'out_size', 'linear': 'out_size'}
    return case['arguments'].get(names.get(case['layer'], 'out_ch'), weights.shape[-1])


def _as_images(case, inp):
    if case['layer'] in ('tt', 'linear'):
        return inp[:, np.newaxis, np.newaxis]
    return inp[:, np.newaxis] if case['layer'] == 'tt_conv1d_full' else inp


def _own_shape(case, out_shape):
    if case['layer'] in ('tt', 'linear'):
        return (out_shape[0], out_shape[3])
    return (out_shape[0],) + out_shape[2:] if case['layer'] == 'tt_conv1d_full' else out_shape


def _moved_seed(case, out_shape, out_gradient):
    """Returns the gradient of the output as one of images with the channels last."""
    own, axis = list(_own_shape(case, out_shape)), channels_axis(case)
    own.insert(axis % len(own), own.pop())
    return np.moveaxis(out_gradient(own), axis, -1).reshape(out_shape)


def _out_shape(images, kernel, strides, padding, dilations):
    sizes = [out_size(*sizes, padding, dilation) for *sizes, dilation
             in zip(images.shape[1:3], kernel.shape, strides, dilations)]
    return (len(images), *sizes, *kernel.shape[3:])


def _sizes(axes, tensors, out_axes):
    known = {}
    for own, tensor in zip(axes, tensors):
        known.update(zip(own, tensor.shape))
    return [known[letter] for letter in out_axes]


def _factors(case, variables):
    """Returns the names of the factors, these as tensors, their axes, and the dense weights'."""
    layer, arguments = case['layer'], case['arguments']
    variables = {name: np.asarray(value, np.float64) for name, value in variables.items()}
    if layer == 'linear':
        return ['weights'], [variables['weights']], ['io'], 'io', variables['weights'].shape
    if layer == 'conv':
        filters = variables['filters']
        return ['filters'], [filters], ['yxio'], 'yxio', filters.shape
    if layer == 'tt_conv_direct':
        names = [f'core_{k + 1}' for k in range(4)]
        ranks = [len(variables[name]) for name in names] + [1]
        sizes = [variables[name].size // (left * right)
                 for name, left, right in zip(names, ranks, ranks[1:])]
        tensors = [variables[name].reshape([left, size, right]) for name, left, size, right
                   in zip(names, ranks, sizes, ranks[1:])]
        return names, tensors, ['ayb', 'bxc', 'cid', 'doe'], 'yxio', sizes
    letters = iter(string.ascii_letters)
    inp_modes = arguments.get('inp_modes', arguments.get('inp_ch_modes'))
    out_modes = arguments.get('out_modes', arguments.get('out_ch_modes'))
    prefix = 'mat_core' if layer == 'tt' else 'core'
    names = [f'{prefix}_{k + 1}' for k in range(len(inp_modes))]
    ranks = [variables[name].shape[1] // i for name, i in zip(names, inp_modes)] + [1]
    inp_axes, out_axes = ([next(letters) for _ in inp_modes] for _ in 'io')
    bonds = [next(letters) for _ in ranks]
    tensors = [variables[name].reshape([o, right, left, i]) for name, o, right, left, i
               in zip(names, out_modes, ranks[1:], ranks[:-1], inp_modes)]
    axes = [o + right + left + i for o, right, left, i
            in zip(out_axes, bonds[1:], bonds[:-1], inp_axes)]
    matrix_axes, sizes = ''.join(inp_axes + out_axes), [int(np.prod(inp_modes)),
                                                        int(np.prod(out_modes))]
    if layer == 'tt':
        return names, tensors, axes, matrix_axes, sizes
    filters, window = variables['filters'], variables['filters'].shape[:2]
    y, x = next(letters), next(letters)
    return (names + ['filters'], tensors + [filters[:, :, 0]], axes + [y + x + bonds[0]],
            y + x + matrix_axes, list(window) + sizes)
