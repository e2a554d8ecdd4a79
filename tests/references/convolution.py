"""Two-dimensional convolution, and the kernels that the TT formats stand for."""

import numpy as np

from tests.references.tt_matrix import tt_matrix


def convolve(images, kernel, strides=(1, 1), padding='SAME', dilations=(1, 1)):
    """Convolves window by window.

    Args:
        images: array `[batch, height, width, channels]`.
        kernel: array `[window_height, window_width, channels, out_channels]`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        dilations: vertical and horizontal distance between the pixels that the window sees.

    Returns:
        float64 array `[batch, height', width', out_channels]`.
    """
    kernel = spread(kernel, dilations)
    images = np.asarray(images, np.float64)
    sizes, pads = [], [(0, 0)]
    for size, window, stride in zip(images.shape[1:3], kernel.shape, strides):
        if padding == 'SAME':
            sizes.append(-(-size // stride))
            pad = max((sizes[-1] - 1) * stride + window - size, 0)
        else:
            sizes.append((size - window) // stride + 1)
            pad = 0
        pads.append((pad // 2, pad - pad // 2))
    padded = np.pad(images, pads + [(0, 0)], mode='constant')
    out = np.empty([len(images)] + sizes + [kernel.shape[3]])
    for y, x in np.ndindex(*sizes):
        top, left = y * strides[0], x * strides[1]
        patch = padded[:, top:top + kernel.shape[0], left:left + kernel.shape[1]]
        out[:, y, x] = np.tensordot(patch, kernel, axes=3)
    return out


def spread(kernel, dilations):
    """Puts zeros between the pixels of a window `[window_height, window_width, ...]`."""
    kernel = np.asarray(kernel, np.float64)
    sizes = [(size - 1) * dilation + 1 for size, dilation in zip(kernel.shape, dilations)]
    out = np.zeros(tuple(sizes) + kernel.shape[2:])
    out[::dilations[0], ::dilations[1]] = kernel
    return out


def tt_kernel(filters, cores, inp_modes, out_modes, ranks):
    """Writes out `K[y, x, (c), (o)] = sum_a filters[y, x, 0, a] M_a[(c), (o)]`.

    Returns:
        float64 array `[window_height, window_width, prod(inp_modes), prod(out_modes)]`.
    """
    return np.tensordot(filters[:, :, 0], tt_matrix(cores, inp_modes, out_modes, ranks), axes=1)


def tt_direct_kernel(cores, modes, ranks):
    """Writes out `K[y, x, c, o] = G_1[y] G_2[x] G_3[c] G_4[o]`.

    Args:
        cores: list of 4 arrays `[r_{k-1}, m_k * r_k]`.
        modes: the 4 mode sizes `m_k`.
        ranks: the 5 TT-ranks.

    Returns:
        float64 array `modes`.
    """
    cores = [np.asarray(core, np.float64).reshape([left, mode, right])
             for core, left, mode, right in zip(cores, ranks[:-1], modes, ranks[1:])]
    kernel = np.empty(modes)
    for index in np.ndindex(*modes):
        product = np.eye(1)
        for core, entry in zip(cores, index):
            product = product.dot(core[:, entry])
        kernel[index] = product[0, 0]
    return kernel
