"""The `conv` network of `networks.py` in evaluation, in float64."""

import numpy as np

from tests.references.batch_normalization import normalize
from tests.references.convolution import convolve, tt_direct_kernel, tt_kernel
from tests.references.tt_matrix import tt_matrix


def exact_logits(values, images):
    """Computes the logits of the evaluation phase.

    Args:
        values: dict from the names of the variables below `inference/` to arrays.
        images: array `[batch, 8, 8, 3]`.

    Returns:
        float64 array `[batch, 10]`.
    """
    values = {name: np.asarray(value, np.float64) for name, value in values.items()}

    def cores(scope, count, name='core'):
        return [values[f'{scope}/{name}_{k}'] for k in range(1, count + 1)]

    def normalized(out, scope):
        return _relu(normalize(out, *[values[f'{scope}/{name}'] for name in (
            'moving_mean', 'moving_variance', 'weights', 'biases')]))

    def tt_conv(out, scope, *format):
        kernel = tt_kernel(values[f'{scope}/filters'], cores(scope, 2), *format)
        return convolve(out, kernel)

    out = normalized(convolve(images, values['conv1.1/filters']), 'bn1.1')
    out = normalized(tt_conv(out, 'tt_conv1.2', [4, 4], [4, 6], [5, 4, 1]), 'bn1.2')
    out = tt_conv(_max_pool(out), 'tt_conv2.1', [4, 6], [4, 4], [3, 4, 1])
    out = normalized(out + values['tt_conv2.1/biases'], 'bn2.1')
    kernel = tt_direct_kernel(cores('tt_conv2.2', 4), [3, 3, 16, 16], [1, 2, 4, 8, 1])
    out = _relu(convolve(out, kernel) + values['tt_conv2.2/biases'])
    matrix = tt_matrix(cores('tt4.1', 3, 'mat_core'), [4, 8, 8], [4, 4, 4], [1, 5, 5, 1])[0]
    out = normalized(out.reshape([len(out), -1]).dot(matrix), 'bn4.1')
    return out.dot(values['linear4.3/weights']) + values['linear4.3/biases']


def _relu(out):
    return np.maximum(out, 0)


def _max_pool(out):
    """Pools windows of 3 x 3 with stride 2 and padding SAME, for even heights and widths."""
    _, height, width, _ = out.shape
    padded = np.pad(out, [(0, 0), (0, 1), (0, 1), (0, 0)], mode='constant',
                    constant_values=-np.inf)
    return np.max([padded[:, y:y + height:2, x:x + width:2]
                   for y in range(3) for x in range(3)], axis=0)
