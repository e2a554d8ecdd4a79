"""The type in which converted variables are stored."""
import numpy as np

_KEPT_TYPES = ('float16', 'bfloat16', 'float32', 'float64')


def stored_type(dtype):
    """Returns the NumPy type of cores whose weights had a `tf.DType`."""
    return dtype.as_numpy_dtype if dtype.name in _KEPT_TYPES else np.float32
