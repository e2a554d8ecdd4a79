"""Running a case of `kernel_cases` by TensorFlow's functions or by those of the library."""

import numpy as np
import tensorflow.compat.v1 as tf

from tests.fuzz.kernel_cases import operands, reference
from tests.fuzz.rounding import excess


def _tensorflow_functions():
    def batched(left, right, case):
        if case['small'] and left.dtype in (tf.float32, tf.bfloat16) \
                and hasattr(tf.raw_ops, 'BatchMatMulV3'):
            return tf.raw_ops.BatchMatMulV3(
                x=left, y=right, Tout=left.dtype, adj_x=case['transpose_left'],
                adj_y=case['transpose_right'])
        return tf.matmul(left, right, transpose_a=case['transpose_left'],
                         transpose_b=case['transpose_right'])

    return {
        'convolution': lambda images, kernel, case: tf.nn.conv2d(
            images, kernel, strides=[1] + case['strides'] + [1], padding=case['padding'],
            dilations=[1] + case['dilations'] + [1]),
        'depthwise': lambda images, kernel, case: tf.nn.depthwise_conv2d_native(
            images, kernel, strides=[1] + case['strides'] + [1], padding=case['padding'],
            dilations=[1] + case['dilations'] + [1]),
        'product': lambda left, right, case: tf.matmul(
            left, right, transpose_a=case['transpose_left'], transpose_b=case['transpose_right']),
        'batched': batched,
        'bias': lambda out, biases, case: tf.nn.bias_add(out, biases),
        'sum': lambda terms, case: tf.reduce_sum(terms, axis=case['axis']),
    }


def _library_functions():
    from tensornet.contraction.batched_product import batched_product
    from tensornet.contraction.bias import add_bias
    from tensornet.contraction.conv_geometry import ConvGeometry
    from tensornet.contraction.dense_convolutions import dense_convolution
    from tensornet.contraction.depthwise_convolution import depthwise_convolution
    from tensornet.contraction.precision import matrix_product, summed, summed_rows

    def added_up(terms, case):
        is_matrix = len(case['shape']) == 2 and case['axis'] == 0
        return summed_rows(terms) if is_matrix else summed(terms, case['axis'])

    return {
        'convolution': lambda images, kernel, case: dense_convolution(
            images, kernel, case['strides'], case['padding'], case['dilations']),
        'depthwise': lambda images, kernel, case: depthwise_convolution(
            images, kernel, ConvGeometry(kernel.shape.as_list()[:2], case['strides'],
                                         case['padding'], case['dilations'])),
        'product': lambda left, right, case: matrix_product(
            left, right, case['transpose_left'], case['transpose_right']),
        'batched': lambda left, right, case: batched_product(
            left, right, case['small'], case['transpose_left'], case['transpose_right']),
        'bias': lambda out, biases, case: add_bias(out, biases),
        'sum': added_up,
    }


FUNCTIONS = {'tensorflow': _tensorflow_functions, 'library': _library_functions}


def faults(case, through):
    """Runs a case forward and backward.

    Args:
        case: the case.
        through: 'tensorflow' or 'library'.

    Returns:
        Dictionary from what is wrong to how: the error as a multiple of the allowed one, or the
        exception. Empty where all is right. None where TensorFlow has no such kernel.
    """
    functions = FUNCTIONS[through]()
    shapes, out_shape = operands(case)
    random = np.random.RandomState(case['seed'])
    with tf.Graph().as_default():
        dtype = tf.as_dtype(case['dtype'])
        # With a mean, so that sums grow with the number of their terms.
        arrays = [(random.normal(size=shape) / 2 + 0.25).astype(dtype.as_numpy_dtype)
                  for shape in shapes + [out_shape]]
        first_axis = case['kind'] in ('convolution', 'depthwise', 'bias', 'sum', 'product')
        inputs = [tf.placeholder(dtype, _partly_known(shape, case['known'] or index or
                                                      not first_axis))
                  for index, shape in enumerate(shapes)]
        out_gradient = tf.placeholder(dtype, [None] * len(out_shape))
        has_biases = case.get('biases', False)
        out = functions[case['kind']](*(inputs[:2] + [case]))
        if has_biases:
            out = functions['bias'](out, inputs[2], case)
        gradients = tf.gradients(out, inputs, out_gradient)
        wide = [array.astype(np.float64) for array in arrays]
        expected = reference(case, wide[:-1], wide[-1])
        magnitudes = reference(case, [np.abs(array) for array in wide[:-1]], np.abs(wide[-1]))
        terms = reference(case, [np.ones_like(array) for array in wide[:-1]],
                          np.ones_like(wide[-1]))
        names = ['out'] + [f'gradient {index}' for index in range(len(inputs))]
        found = {}
        with tf.Session() as session:
            for name, fetch, *numbers in zip(names, [out] + gradients, expected, magnitudes,
                                             terms):
                _fill_free_memory(numbers[0].shape)
                try:
                    actual = session.run(fetch, dict(zip(inputs + [out_gradient], arrays)))
                except tf.errors.OpError as error:
                    if 'No OpKernel' in str(error):
                        return None
                    found[name] = type(error).__name__ + ' ' + error.message[-300:]
                    continue
                ratio = excess(case['dtype'], actual, *numbers,
                               roundings=_roundings(case, name))
                if ratio > 1:
                    found[name] = (f'shape {actual.shape}' if actual.shape != numbers[0].shape
                                   else f'{ratio:.3g} times the allowed error')
    return found


def _partly_known(shape, known):
    return shape if known else [None] + shape[1:]


def _fill_free_memory(shape):
    """Leaves numbers behind in free memory, for kernels that write nothing to their output."""
    for _ in range(3):
        np.full(shape, 1e30)
        np.full(shape, 1e30, np.float32)


def _roundings(case, name):
    """How often numbers may be rounded: products of a repeated factor are before they add up."""
    if case['kind'] == 'batched' and name != 'out':
        return 2
    return 2 if case.get('biases', False) and name == 'out' else 1
