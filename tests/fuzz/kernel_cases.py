"""Calls of TensorFlow's kernels as the library makes them, drawn at random with their sizes.

A case is a dictionary of plain numbers and names, so that it can be printed, sent to another
process and run again.
"""

import numpy as np

from tests.references.convolution_gradients import (
    convolution_and_gradients,
    depthwise_and_gradients,
    out_size,
)

DTYPES = ('float16', 'bfloat16', 'float32', 'float64')
KINDS = ('convolution', 'depthwise', 'product', 'batched', 'bias', 'sum')
# The forms of a batched product: leading axes of the left and of the right factor.
LEADING = (([], ['n']), (['n'], []), (['n'], ['n']), (['n', 1], [1, 'm']), ([1, 'n'], ['m', 1]))


def draw(random, kind=None, dtype=None):
    """Draws a case; sizes of 0 and 1 are as frequent as all others together.

    Args:
        random: `numpy.random.RandomState`.
        kind, dtype: one of `KINDS` and `DTYPES`; None draws these as well.
    """
    case = {'kind': kind or _pick(random, KINDS[:2] * 2 + KINDS),
            'dtype': dtype or _pick(random, DTYPES + ('float32',) * 2),
            'seed': int(random.randint(2 ** 31)), 'known': bool(random.randint(2))}
    batch = int(_pick(random, (0, 1, 1, 2, 3, 5, 40)))
    if case['kind'] in ('convolution', 'depthwise'):
        case.update(_images(random, batch, case['kind'] == 'depthwise'))
    elif case['kind'] == 'product':
        case.update(rows=batch, depth=_size(random), columns=_size(random), **_transposed(random))
    elif case['kind'] == 'batched':
        leading = LEADING[random.randint(len(LEADING))]
        named = {1: 1, 'n': batch, 'm': _size(random)}
        case.update(leading=[[named[size] for size in axes] for axes in leading],
                    rows=_size(random), depth=_size(random), columns=_size(random),
                    small=bool(random.randint(2)), **_transposed(random))
    else:
        shape = [batch] + [int(_pick(random, (1, 2, 7))) for _ in range(_pick(random, (0, 2)))]
        case.update(shape=shape + [_size(random)])
        if case['kind'] == 'sum':
            case['axis'] = int(random.randint(len(case['shape'])))
    return case


def _images(random, batch, depthwise):
    while True:
        window = [int(_pick(random, (1, 1, 2, 3, 4, 5))) for _ in 'yx']
        image = [int(_pick(random, (1, 1, 2, 3, 5, 8, 12, 16))) for _ in 'yx']
        if random.randint(40) == 0:
            image[random.randint(2)] = 0
        strides = [int(_pick(random, (1, 1, 2, 3, 4))) for _ in 'yx']
        if depthwise:
            strides[1] = strides[0]
        dilations = [int(_pick(random, (1, 1, 1, 2, 3, 5))) for _ in 'yx']
        padding = _pick(random, ('SAME', 'VALID'))
        # An image may lack one pixel for the window; the output is then empty.
        if padding == 'SAME' or all(size >= (part - 1) * dilation for size, part, dilation
                                    in zip(image, window, dilations)):
            break
    channels = int(_pick(random, (1, 1, 2, 3, 4, 8, 16, 33)))
    out_channels = int(_pick(random, (1, 1, 2, 4, 8, 16, 33)))
    return dict(batch=batch, image=image, channels=channels, window=window, strides=strides,
                padding=padding, dilations=dilations,
                out_channels=channels if depthwise else out_channels,
                biases=bool(random.randint(2)))


def _size(random):
    return int(_pick(random, (1, 1, 1, 2, 3, 4, 5, 8, 16, 31, 64, 100)))


def _transposed(random):
    return {'transpose_left': bool(random.randint(2)), 'transpose_right': bool(random.randint(2))}


def _pick(random, choices):
    return choices[random.randint(len(choices))]


def operands(case):
    """Returns the shapes of a case's factors and that of its output."""
    kind = case['kind']
    if kind in ('convolution', 'depthwise'):
        images = [case['batch']] + case['image'] + [case['channels']]
        multiple = 1 if kind == 'depthwise' else case['out_channels']
        sizes = [out_size(*sizes, case['padding'], dilation) for *sizes, dilation
                 in zip(case['image'], case['window'], case['strides'], case['dilations'])]
        shapes = [images, case['window'] + [case['channels'], multiple]]
        shapes += [[case['out_channels']]] if case['biases'] else []
        return shapes, [case['batch']] + sizes + [case['out_channels']]
    if kind in ('product', 'batched'):
        left, right = [case['rows'], case['depth']], [case['depth'], case['columns']]
        left = left[::-1] if case['transpose_left'] else left
        right = right[::-1] if case['transpose_right'] else right
        leading = case.get('leading', [[], []])
        out = list(np.broadcast(*(np.empty(axes) for axes in leading)).shape)
        return [leading[0] + left, leading[1] + right], out + [case['rows'], case['columns']]
    if kind == 'bias':
        return [case['shape'], case['shape'][-1:]], case['shape']
    return [case['shape']], case['shape'][:case['axis']] + case['shape'][case['axis'] + 1:]


def reference(case, arrays, out_gradient):
    """Returns the output of a case and the gradients of `sum(out * out_gradient)`, in float64.

    Args:
        case: the case.
        arrays: list of its factors.
        out_gradient: array of the shape of the output.
    """
    kind = case['kind']
    if kind in ('convolution', 'depthwise'):
        run = convolution_and_gradients if kind == 'convolution' else depthwise_and_gradients
        out, images, kernel = run(arrays[0], arrays[1], out_gradient, case['strides'],
                                  case['padding'], case['dilations'])
        if not case['biases']:
            return [out, images, kernel]
        return [out + arrays[2], images, kernel, out_gradient.sum(axis=(0, 1, 2))]
    if kind in ('product', 'batched'):
        left, right = arrays
        matrices = (left.swapaxes(-2, -1) if case['transpose_left'] else left,
                    right.swapaxes(-2, -1) if case['transpose_right'] else right)
        left_gradient = np.matmul(out_gradient, matrices[1].swapaxes(-2, -1))
        right_gradient = np.matmul(matrices[0].swapaxes(-2, -1), out_gradient)
        if case['transpose_left']:
            left_gradient = left_gradient.swapaxes(-2, -1)
        if case['transpose_right']:
            right_gradient = right_gradient.swapaxes(-2, -1)
        return [np.matmul(*matrices), _folded(left_gradient, left.shape),
                _folded(right_gradient, right.shape)]
    if kind == 'bias':
        axes = tuple(range(out_gradient.ndim - 1))
        return [arrays[0] + arrays[1], out_gradient, out_gradient.sum(axis=axes)]
    axis = case['axis']
    return [arrays[0].sum(axis=axis),
            np.broadcast_to(np.expand_dims(out_gradient, axis), arrays[0].shape)]


def _folded(gradient, shape):
    """Adds up the axes along which a factor of this shape was repeated."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    repeated = tuple(axis for axis, (size, own) in enumerate(zip(gradient.shape, shape))
                     if own == 1 and size != 1)
    return gradient.sum(axis=repeated, keepdims=True)
