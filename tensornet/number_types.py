"""Converting arrays to another type if it holds their values."""
import numpy as np

_NUMBERS = 'biufc'


def exact(array, dtype):
    """Returns an array in another type, or None if that would change a value.

    Args:
        array: array of numbers, bfloat16 included.
        dtype: NumPy type of the result.
    """
    converted = _converted(array, dtype)
    if converted is None or array.dtype == converted.dtype:
        return converted
    before, after = _known(array), _known(converted)
    with np.errstate(all='ignore'):
        # Integers that wrap around and infinity come back as they were.
        back = after if before.dtype.kind == 'c' else after.real
        same = (back.astype(before.dtype) == before) & (np.isfinite(after) == np.isfinite(before))
        if 'c' not in before.dtype.kind + after.dtype.kind:
            same &= (after < 0) == (before < 0)
    same |= (before != before) & (after != after)
    if after.dtype.kind != 'c':
        same &= before.imag == 0
    return converted if np.all(same) else None


def rounded(array, dtype):
    """Same as `exact`, but numbers may be rounded to a type of floats or complex numbers.

    Complex numbers become real ones, and anything becomes integers, only exactly.

    None is returned if a finite number is infinite there.
    """
    converted = _converted(array, dtype)
    if converted is None or array.dtype == converted.dtype:
        return converted
    before, after = _known(array), _known(converted)
    if before.dtype.kind + after.dtype.kind not in ('ff', 'if', 'uf', 'fc', 'ic', 'uc', 'cc'):
        return exact(array, dtype)
    return converted if np.all(np.isfinite(after) == np.isfinite(before)) else None


def _converted(array, dtype):
    """Array in another type, whatever becomes of its numbers; None if one type has no numbers."""
    dtype = np.dtype(dtype)
    if array.dtype == dtype:
        return array
    array, kind = _known(array), _known(np.empty(0, dtype)).dtype.kind
    if array.dtype.kind not in _NUMBERS or kind not in _NUMBERS:
        return None
    array = array.real if kind != 'c' else array
    with np.errstate(all='ignore'):
        # TensorFlow 1 brings no other conversion to bfloat16.
        return (array.astype(np.float32) if _is_foreign(dtype) else array).astype(dtype)


def _known(array):
    """Array in a type that NumPy itself computes with; the others are floats of few bits."""
    return array.astype(np.float32) if _is_foreign(array.dtype) else array


def _is_foreign(dtype):
    return dtype.name.startswith(('bfloat16', 'float8'))
