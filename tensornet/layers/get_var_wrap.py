"""One variable of a layer."""

from __future__ import annotations

import contextlib
import numbers
from typing import Any, Optional, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.annotations import DTypeLike, Regularizer
from tensornet.layers.argument_errors import is_scope_name, shown
from tensornet.layers.arguments import NOT_DENSE, Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.layers.graph_records import note_name
from tensornet.number_types import rounded
from tensornet.tt.arguments import LARGEST_SIZE, product


@checked_call
def get_var_wrap(name: str, shape: Optional[Sequence[int]], initializer: Any,
                 regularizer: Regularizer, trainable: bool, cpu_variable: bool, *,
                 dtype: DTypeLike = tf.float32, use_resource: Optional[bool] = None) -> tf.Variable:
    """Gets or creates a variable in the current variable scope, on the CPU if asked.

    Args:
        name: name of the variable.
        shape: list of integers, its shape; None where the initializer has one.
        initializer: instance, class or function `(shape, dtype, partition_info)`; with a shape of
            None a tensor, an array or numbers; None takes TensorFlow's default.
        regularizer: function of the variable that returns its loss; the loss is added to
            `tf.GraphKeys.REGULARIZATION_LOSSES` when the variable is created. None takes that of
            the scope, if it has one.
        trainable: whether it joins `tf.GraphKeys.TRAINABLE_VARIABLES`.
        cpu_variable: True pins the variable to `/cpu:0`, False leaves the device as it is.
        dtype: its type.
        use_resource: whether it is a resource variable; None takes the scope's choice.

    Returns:
        The variable, of shape `shape`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.
    """
    is_name = isinstance(name, str) and name != '' and is_scope_name(name)
    check = Arguments(name if is_name else None, 'get_var_wrap')
    if not is_name:
        wrong = check.wrong_value if isinstance(name, str) else check.wrong_type
        wrong('name', 'a name of letters, digits and `_`', name, "pass for example 'weights'")
    dtype = _checked_type(check, dtype)
    shape, initializer = _checked_shape_and_initializer(check, shape, initializer, dtype)
    check.function('regularizer', regularizer)
    if use_resource is not None:
        use_resource = check.switch('use_resource', use_resource)
    trainable = check.switch('trainable', trainable)
    cpu_variable = check.switch('cpu_variable', cpu_variable)
    with tf.device('/cpu:0') if cpu_variable else contextlib.ExitStack():
        variable = tf.get_variable(name, shape=shape, dtype=dtype, initializer=initializer,
                                   regularizer=regularizer, trainable=trainable,
                                   use_resource=use_resource)
    note_name(name, variable)
    return variable


def _checked_type(check, dtype):
    try:
        checked = tf.as_dtype(tf.float32 if dtype is None else dtype)
    except Exception as error:
        raise TypeError(f'{check.scope}: `dtype` must be a type of numbers, but it is '
                        f'{shown(dtype)}; pass for example tf.float32') from error
    if isinstance(dtype, int) or not (checked.is_floating or checked.is_integer
                                      or checked.is_complex or checked.is_bool):
        check.wrong_type('dtype', 'a type of numbers', dtype, 'pass for example tf.float32')
    return checked.base_dtype


def _checked_shape_and_initializer(check, shape, initializer, dtype):
    if shape is not None:
        check.function('initializer', initializer)
        return _checked_shape(check, shape), initializer
    if isinstance(initializer, (list, tuple, numbers.Real, np.ndarray)):
        return None, _values(check, initializer, dtype)
    if not tf.is_tensor(initializer) or isinstance(initializer, NOT_DENSE):
        check.wrong_type('shape', 'a list of integers', shape, 'pass for example [4, 8]')
    if initializer.dtype.base_dtype != dtype or not initializer.shape.is_fully_defined():
        check.wrong_value('initializer', f'a tensor of type {dtype.name} and a known shape',
                          initializer, 'convert it with `tf.cast` or `tf.reshape`')
    return None, initializer


def _values(check, initializer, dtype):
    """Returns numbers as an array of the type; real numbers may be rounded."""
    try:
        given = np.asarray(initializer)
        values = rounded(given, dtype.as_numpy_dtype)
    except Exception as error:
        raise TypeError(f'{check.scope}: `initializer` must be numbers, but it is '
                        f'{shown(initializer)}; pass for example '
                        'tf.zeros_initializer()') from error
    if values is None and given.dtype.kind in 'OSUMm':
        check.wrong_type('initializer', 'numbers', initializer,
                         'pass for example tf.zeros_initializer()')
    if values is None:
        check.wrong_value('initializer', f'numbers that {dtype.name} holds', initializer,
                          'pass others, or another `dtype`')
    return values


def _checked_shape(check, shape):
    remedy = 'pass for example [4, 8]'
    if tf.is_tensor(shape) or isinstance(shape, (str, bytes)):
        check.wrong_type('shape', 'a list of integers', shape, remedy)
    try:
        sizes = tf.TensorShape(shape).as_list()
    except Exception as error:
        raise TypeError(f'{check.scope}: `shape` must be a list of integers of at least 0, but it '
                        f'is {shown(shape)}; {remedy}') from error
    given = shape if isinstance(shape, (list, tuple)) else np.ravel(shape)
    # TensorFlow 1 rounds numbers down and reads texts.
    if not all(map(_is_size, given)):
        check.wrong_type('shape', 'a list of integers', shape, remedy)
    if None in sizes or product(sizes) > LARGEST_SIZE:
        check.wrong_value('shape', 'a list of known integers with a product of at most '
                                   f'{LARGEST_SIZE}', shape, remedy)
    return sizes


def _is_size(size):
    """Whether this is an integer, or one that is not known."""
    if isinstance(size, (bool, np.bool_)):
        return False
    return size is None or isinstance(size, tf.Dimension) or hasattr(size, '__index__')
