"""The original initializer of the layers: Xavier for each variable by itself."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.initializers.seed import check_seed


class xavier:
    """Truncated-normal Xavier initializer, the default of every layer.

    Draws from a normal distribution truncated at two standard deviations, with
    `stddev = sqrt(1.3 * 2 / (fan_in + fan_out))`, as `xavier_initializer(uniform=False)` of
    TensorFlow 1's contrib did. The fans are those of the variable: its last two axes, each
    multiplied by all earlier axes; for a core this is not the scale of the product matrix.

    May be passed to a layer as the class itself or as an instance.

    Args:
        seed: integer seed of the draws, from 0 to 2^32 - 1; None takes the graph's.

    Raises:
        ValueError, TypeError: the seed is something else.
    """

    def __init__(self, seed: Optional[int] = None) -> None:
        self.seed = check_seed('xavier', seed)

    def __call__(self, shape, dtype=tf.float32, partition_info=None):
        """Draws initial values.

        Args:
            shape: list of integers, the shape of the variable.
            dtype: floating-point type of the values.
            partition_info: of a part of a partitioned variable, whose fans are those of the whole.

        Returns:
            Tensor `shape` of type `dtype`.
        """
        fan_in, fan_out = _fans(shape if partition_info is None else partition_info.full_shape)
        stddev = math.sqrt(1.3 * 2.0 / (fan_in + fan_out))
        return tf.random.truncated_normal(shape, 0.0, stddev, dtype or tf.float32, seed=self.seed)


def _fans(shape):
    shape = [int(size) for size in shape]
    if not shape:
        return 1, 1
    receptive_field = int(np.prod(shape[:-2]))
    fan_in = shape[-2] if len(shape) > 1 else shape[-1]
    return receptive_field * fan_in, receptive_field * shape[-1]
