"""Checks of arguments that `tensornet.tt`, the planner and the layers share.

Every message starts with the name of the public function, or with the scope of the layer, and names
the argument, what was expected, what came and what to do about it.
"""
import collections.abc
import math
import numbers
import sys
import warnings

import numpy as np

# No array or tensor has more elements.
LARGEST_SIZE = 2**63 - 1
# NumPy's largest. TensorFlow's may have 63 bits, which leaves room for the seeds of further cores.
LARGEST_SEED = 2**32 - 1
# Characters of a value in a message.
_LONGEST_SHOWN = 100
_PACKAGE = __name__.split('.')[0] + '.'


def check_integer(function, name, value, minimum=1, maximum=LARGEST_SIZE):
    """Returns `value` as int. Integral floats pass, since scripts divide to get sizes."""
    if isinstance(value, (list, tuple, np.ndarray)):
        remedy = 'pass a flat list of integers' if name.endswith(']') else 'pass an int'
        raise ValueError(
            f'{function}: `{name}` must be one integer, but it has shape {_shape(value)}; {remedy}')
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(
            f'{function}: `{name}` must be an integer, but it is {shown(value)} of type '
            f'{type(value).__name__}; pass an int')
    if not isinstance(value, numbers.Integral) and (
            not math.isfinite(value) or value != int(value)):
        raise ValueError(
            f'{function}: `{name}` must be an integer, but it is {value!r}; pass a whole number')
    integer = int(value)
    if integer < minimum:
        raise ValueError(
            f'{function}: `{name}` must be at least {minimum}, but it is {shown(value)}; '
            f'pass a larger number')
    if integer > maximum:
        raise ValueError(
            f'{function}: `{name}` must be at most {maximum}, but it is {shown(value)}; '
            f'pass a smaller number')
    return integer


def check_integers(function, name, values):
    """Returns `values`, a 1-D sequence of positive integers, as a non-empty list of int."""
    values = check_list(function, name, values, 'positive integers', '[4, 8, 8, 4]')
    if not values:
        raise ValueError(
            f'{function}: `{name}` must be a list of at least one positive integer, but it is '
            f'empty; pass a list such as [4, 8, 8, 4]')
    return [check_integer(function, f'{name}[{k}]', value) for k, value in enumerate(values)]


def check_window(function, window):
    """Returns the window of a convolution as a list of two int."""
    window = check_integers(function, 'window', window)
    if len(window) != 2:
        raise ValueError(f'{function}: `window` must be height and width, but it is {window}; '
                         'pass that of the layer')
    return window


def check_list(function, name, values, content, example):
    """Returns a sequence as a list.

    Args:
        function: name of the public function, for the messages.
        name: name of its argument.
        values: the argument.
        content: what the list is to hold, for the message.
        example: such a list, for the message.

    Raises:
        TypeError: it is a string, has no order, or cannot be gone through, such as a tensor in a
            graph.
    """
    if hasattr(values, 'dtype'):
        # Going through a variable of a graph would add operations; as an array it has no axis.
        try:
            values = np.asarray(values)
        except Exception:
            # A tensor of a graph, which is for the message below.
            pass
    is_array = isinstance(values, np.ndarray)
    is_list = not is_array and not hasattr(values, 'dtype') and np.iterable(values)
    if not (is_list or is_array and values.ndim > 0) or is_no_list(values):
        raise TypeError(
            f'{function}: `{name}` must be a list of {content}, but it is {shown(values)}; '
            f'pass a list such as {example}')
    return list(values)


def is_no_list(values):
    """Returns whether what can be gone through is a text, or has no order to rely on."""
    return isinstance(values, (str, bytes, collections.abc.Mapping, collections.abc.Set))


def check_seed(function, seed):
    """Returns a seed as int, or None."""
    if seed is None:
        return None
    return check_integer(function, 'seed', seed, minimum=0, maximum=LARGEST_SEED)


def check_flag(function, name, value):
    """Returns a bool; other values that count as true or false are mistakes."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f'{function}: `{name}` must be True or False, but it is {shown(value)}; '
                        f'pass one of the two')
    return bool(value)


def shown(value):
    """A value for a message, on one line and cut where it is long."""
    try:
        text = ' '.join(repr(value).split())
    except Exception:
        text = f'an object of type {type(value).__name__}'
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '...'


def warn(text, category=UserWarning):
    """Warns the caller of the package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals.get('__name__', '').startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def check_mode_pairs(function, left_modes, right_modes, names=('left_modes', 'right_modes')):
    """Returns the two lists of modes of a TT-matrix, which must have the same length.

    Args:
        function: name of the public function, for the messages.
        left_modes, right_modes: the arguments.
        names: what they are called.
    """
    left_modes, right_modes = [check_integers(function, name, modes)
                               for name, modes in zip(names, (left_modes, right_modes))]
    check_same_length(function, names, left_modes, right_modes)
    return left_modes, right_modes


def check_same_length(function, names, left_modes, right_modes):
    """Raises ValueError unless two lists, of arguments with these names, have the same length."""
    if len(left_modes) != len(right_modes):
        raise ValueError(
            f'{function}: `{names[0]}` and `{names[1]}` must have the same length, but they are '
            f'{list(left_modes)} and {list(right_modes)}; pad the shorter one with ones')


def check_eps(function, eps):
    """Returns a relative error in [0, 1) as float."""
    if isinstance(eps, (bool, np.bool_)) or not isinstance(eps, numbers.Real):
        raise TypeError(
            f'{function}: `eps` must be a number in [0, 1), but it is {shown(eps)} of type '
            f'{type(eps).__name__}; pass a relative error such as 0.01')
    if not 0 <= eps < 1:
        raise ValueError(
            f'{function}: `eps` must be in [0, 1), but it is {shown(eps)}; it is an error '
            f'relative to the norm, such as 0.01')
    return float(eps)


def check_compression(function, compression):
    """Returns a factor by which a size is to fall, which is positive, as float."""
    if isinstance(compression, (bool, np.bool_)) or not isinstance(compression, numbers.Real):
        raise TypeError(
            f'{function}: `compression` must be a number, but it is {shown(compression)} of type '
            f'{type(compression).__name__}; pass a factor such as 10')
    factor = as_float(compression)
    if not 0 < factor <= LARGEST_SIZE:
        raise ValueError(
            f'{function}: `compression` must be positive and finite, but it is '
            f'{shown(compression)}; pass a factor such as 10')
    return factor


def check_nonnegative(function, name, value, example):
    """Returns a finite number of at least 0 as float; `example` is one for the messages."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(
            f'{function}: `{name}` must be a number of at least 0, but it is {shown(value)} of '
            f'type {type(value).__name__}; pass one such as {example}')
    number = as_float(value)
    if not 0 <= number < math.inf:
        raise ValueError(
            f'{function}: `{name}` must be a finite number of at least 0, but it is '
            f'{shown(value)}; pass one such as {example}')
    return number


def as_float(number):
    """Returns a real number as float; an integer beyond all floats becomes infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def check_one_given(function, **targets):
    """Raises ValueError unless exactly one of some arguments is not None.

    Args:
        function: name of the public function, for the message.
        targets: the arguments, by their names.
    """
    given = [f'`{name}`' for name, value in targets.items() if value is not None]
    if len(given) != 1:
        *names, last = [f'`{name}`' for name in targets]
        said = f'{" and ".join(given)} were given' if given else 'none was given'
        raise ValueError(f'{function}: exactly one of {", ".join(names)} and {last} is needed, but '
                         f'{said}; pass one target')


def check_array(function, name, value):
    """Returns `value` as a float32 or float64 array; does not look at its elements."""
    array = as_array(function, name, value)
    if array.dtype.kind not in 'fiu' or array.dtype.itemsize > 8:
        remedy = 'pass an array of real numbers'
        # Of other kinds the conversion fails, or loses the imaginary part.
        if array.dtype.kind in 'bf':
            remedy = 'convert it with `.astype(numpy.float64)`'
        elif 'float' in array.dtype.name:
            # Floats of few bits that NumPy does not know.
            remedy = 'convert it with `.astype(numpy.float32)`'
        raise TypeError(
            f'{function}: `{name}` must hold real numbers of at most 64 bits, but its dtype is '
            f'{array.dtype}; {remedy}')
    if array.dtype.kind in 'iu':
        return array.astype(np.float64)
    # Native byte order: LAPACK reads no other.
    wide = np.float64 if array.dtype.itemsize == 8 else np.float32
    return array.astype(wide, copy=False)


def as_array(function, name, value):
    """Returns `value` as an array of numbers of any type.

    Raises:
        TypeError: it is something else, such as a tensor or variable of a graph.
    """
    if np.ma.isMaskedArray(value):
        raise TypeError(
            f'{function}: `{name}` must be an array without a mask, but it is a masked array; '
            f'pass its `.filled(0)` or whatever the masked elements are to count as')
    try:
        with warnings.catch_warnings():
            # Of lists of unequal lengths NumPy makes an array of objects, with a warning or not.
            warnings.simplefilter('ignore')
            array = np.asarray(value)
    except Exception as error:
        raise _not_an_array(function, name, value) from error
    if array.dtype == object or value is None:
        raise _not_an_array(function, name, value)
    return array


def check_size(function, name, array, modes):
    """Raises unless `array` has as many elements as the modes multiply to."""
    expected = product(modes)
    if array.size != expected:
        raise ValueError(
            f'{function}: the product of `modes` {modes} is {expected}, but `{name}` of shape '
            f'{list(array.shape)} has {array.size} elements; choose modes that multiply to '
            f'{array.size} or pad `{name}`')


def check_matrix_shape(function, name, matrix, left_modes, right_modes):
    """Raises unless `matrix` is [prod(left_modes), prod(right_modes)]."""
    if matrix.ndim != 2:
        raise ValueError(
            f'{function}: `{name}` must be a matrix, but its shape is {list(matrix.shape)}; '
            f'reshape it to two dimensions')
    sides = (('left_modes', left_modes, 'rows'), ('right_modes', right_modes, 'columns'))
    for (side, modes, what), size in zip(sides, matrix.shape):
        if product(modes) != size:
            raise ValueError(
                f'{function}: the product of `{side}` {modes} is {product(modes)}, but `{name}` '
                f'has {size} {what}; choose modes that multiply to {size} or pad `{name}`')


def product(sizes):
    """Product as a Python integer, which does not overflow."""
    result = 1
    for size in sizes:
        result *= size
    return result


def admitted_ranks(modes):
    """Largest TT-ranks of a tensor with checked modes, as Python integers of any size, [d + 1]."""
    left = [1]
    for mode in modes:
        left.append(left[-1] * mode)
    return [min(size, left[-1] // size) for size in left]


def _shape(value):
    try:
        return list(np.shape(value))
    except Exception:
        # Lists of unequal lengths, or of what is no array.
        return [len(value), '?']


def _not_an_array(function, name, value):
    what = f'a {type(value).__name__} that is no array of numbers'
    remedy = 'pass a NumPy array; for a tensor or variable, pass what `session.run` returns'
    if value is None:
        what = 'None'
    elif isinstance(value, (list, tuple)):
        remedy = 'pass rows of equal lengths that hold numbers only'
    elif isinstance(value, np.ndarray):
        what = f'an array of objects of shape {list(value.shape)}'
        remedy = 'convert it with `.astype(numpy.float64)`'
    return TypeError(f'{function}: `{name}` must be an array of real numbers, but it is {what}; '
                     f'{remedy}')
