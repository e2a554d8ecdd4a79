"""Convolutions and their gradients, summed up over the pixels of the window."""

import numpy as np

from tests.references.convolution import spread


def convolution_and_gradients(images, kernel, out_gradient, strides, padding, dilations=(1, 1)):
    """Convolves, and differentiates `sum(out * out_gradient)`.

    Args:
        images: array `[batch, height, width, channels]`.
        kernel: array `[window_height, window_width, channels, out_channels]`.
        out_gradient: array `[batch, height', width', out_channels]`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        dilations: vertical and horizontal distance between the pixels that the window sees.

    Returns:
        float64 arrays: the output, the gradient of the images and that of the kernel.
    """
    return _summed_up(images, kernel, out_gradient, strides, padding, dilations,
                      ('byxc,co->byxo', 'byxo,co->byxc', 'byxc,byxo->co'))


def depthwise_and_gradients(images, kernel, out_gradient, strides, padding, dilations=(1, 1)):
    """The same for a depthwise convolution with a kernel `[height, width, channels, 1]`."""
    out, images_gradient, kernel_gradient = _summed_up(
        images, kernel[..., 0], out_gradient, strides, padding, dilations,
        ('byxc,c->byxc', 'byxc,c->byxc', 'byxc,byxc->c'))
    return out, images_gradient, kernel_gradient[..., np.newaxis]


def out_size(size, window, stride, padding, dilation=1):
    """Returns the height or width of the output."""
    covered = size if padding == 'SAME' else size - (window - 1) * dilation
    return max(-(-covered // stride), 0)


def _summed_up(images, kernel, out_gradient, strides, padding, dilations, subscripts):
    kernel = spread(kernel, dilations)
    images, out_gradient = (np.asarray(array, np.float64) for array in (images, out_gradient))
    sizes = [out_size(size, window, stride, padding)
             for size, window, stride in zip(images.shape[1:3], kernel.shape, strides)]
    befores, padded_sizes = [], []
    for size, out, window, stride in zip(images.shape[1:3], sizes, kernel.shape, strides):
        covered = max((out - 1) * stride + window, 0)
        befores.append(max(covered - size, 0) // 2 if padding == 'SAME' else 0)
        padded_sizes.append(max(covered, befores[-1] + size))
    top, left = befores
    inside = (slice(None), slice(top, top + images.shape[1]),
              slice(left, left + images.shape[2]))
    padded = np.zeros((len(images),) + tuple(padded_sizes) + images.shape[3:])
    padded[inside] = images
    out, padded_gradient = np.zeros(out_gradient.shape), np.zeros(padded.shape)
    kernel_gradient = np.zeros(kernel.shape)
    for y, x in np.ndindex(*kernel.shape[:2] if all(sizes) else (0, 0)):
        seen = (slice(None), slice(y, y + (sizes[0] - 1) * strides[0] + 1, strides[0]),
                slice(x, x + (sizes[1] - 1) * strides[1] + 1, strides[1]))
        out += np.einsum(subscripts[0], padded[seen], kernel[y, x])
        padded_gradient[seen] += np.einsum(subscripts[1], out_gradient, kernel[y, x])
        kernel_gradient[y, x] = np.einsum(subscripts[2], padded[seen], out_gradient)
    return out, padded_gradient[inside], kernel_gradient[::dilations[0], ::dilations[1]]
