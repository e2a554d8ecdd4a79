"""Initializers of cores with orthogonal columns, whose product has elements of one variance."""

import math

import tensorflow.compat.v1 as tf

from tensornet.tt.arguments import product


def matrix_core_initializers(inp_modes, out_modes, ranks, variance, seed):
    """Initializers of `mat_core_1..d` or `core_1..d`, `[o_k * r_k, r_{k-1} * i_k]`.

    Args:
        inp_modes, out_modes: lists of d modes `i_k` and `o_k`.
        ranks: list of d+1 TT-ranks `r_k`.
        variance: of each element.
        seed: integer seed of the first, or None.

    Returns:
        List of d initializers.
    """
    return [orthogonal_core([left, i, o, right], [2, 3, 0, 1], [o * right, left * i], variance,
                            None if seed is None else seed + k)
            for k, (i, o, left, right) in enumerate(zip(inp_modes, out_modes, ranks, ranks[1:]))]


def direct_core_initializers(modes, ranks, variance, seed):
    """Initializers of `core_1..4` of `tt_conv_direct`, `[r_{k-1}, m_k * r_k]`.

    Args:
        modes: list of 4 modes `m_k`.
        ranks: list of 5 TT-ranks `r_k`.
        variance: of each element.
        seed: integer seed of the first, or None.

    Returns:
        List of 4 initializers.
    """
    return [orthogonal_core([left, mode, right], [0, 1, 2], [left, mode * right], variance,
                            None if seed is None else seed + k)
            for k, (mode, left, right) in enumerate(zip(modes, ranks, ranks[1:]))]


def filters_initializer(window, rank, variance, seed):
    """Initializer of `filters`, `[window_height, window_width, 1, r_0]`.

    Args:
        window: height and width.
        rank: `r_0`.
        variance: of each element.
        seed: integer seed, or None.
    """
    shape = window + [1, rank]
    return orthogonal_core(shape, [0, 1, 2, 3], shape, variance, seed)


class orthogonal_core:
    """Initializer of one core of a tensor train.

    The core `[r_{k-1}, ..., r_k]`, as a matrix with the last axis for its columns, gets columns
    that are orthogonal to each other and of equal length. So the norm of a tensor train of such
    cores is the product of these lengths, whatever was drawn. Where there are more columns than
    rows, the rows are orthogonal instead.

    Args:
        core_shape: shape of the core, the right rank last.
        axes: order of its axes in the variable.
        shape: shape of the variable.
        variance: of each element.
        seed: integer seed of the draws; None takes the graph's.
    """

    def __init__(self, core_shape, axes, shape, variance, seed):
        self.core_shape = core_shape
        self.axes = axes
        self.shape = shape
        self.variance = variance
        self.seed = seed
        self._whole = None

    def __call__(self, shape, dtype=tf.float32, partition_info=None):
        """Draws initial values.

        Args:
            shape: list of integers, the shape of the variable.
            dtype: floating-point type of the values.
            partition_info: which part of a partitioned variable is wanted, or None. The parts
                make an orthogonal core where one run of the session initializes all of them.

        Returns:
            Tensor `shape` of type `dtype`.

        Raises:
            ValueError: the shape is not that of the core.
        """
        whole = shape if partition_info is None else partition_info.full_shape
        whole = [int(size) for size in whole]
        if whole != self.shape:
            raise ValueError(
                f'the initializer is one for a variable of shape {self.shape}, but the variable '
                f'has shape {whole}; make it from the modes and ranks of the layer')
        dtype = tf.as_dtype(dtype or tf.float32)
        if partition_info is None:
            return self._drawn(dtype)
        # TensorFlow asks for one part after another.
        if self._whole is None or not any(partition_info.var_offset):
            self._whole = self._drawn(dtype)
        offset = partition_info.var_offset
        part = tf.slice(self._whole, offset, shape)
        if [first + int(size) for first, size in zip(offset, shape)] == whole:
            # The last part; what is kept on would keep its graph alive.
            self._whole = None
        return part

    def _drawn(self, dtype):
        columns = self.core_shape[-1]
        rows = product(self.core_shape[:-1])
        # Unit vectors of that many elements have elements of variance 1 / max(rows, columns).
        gain = math.sqrt(self.variance * max(rows, columns))
        # There is no orthogonalization in half precision.
        wide = tf.float64 if dtype == tf.float64 else tf.float32
        matrix = tf.orthogonal_initializer(gain, self.seed)([rows, columns], wide)
        core = tf.transpose(tf.reshape(matrix, self.core_shape), self.axes)
        return tf.cast(tf.reshape(core, self.shape), dtype)
