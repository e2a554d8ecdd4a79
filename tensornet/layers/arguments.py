"""Checks of the layers' arguments.

Every layer makes one `Arguments` and passes what it was given through its methods before it
creates anything. A method returns the argument in the form that the layer works with, or raises:
TypeError where the type is wrong, ValueError where the value is. Each message says which scope,
which argument, what was expected, what came, and what to do.
"""

import numbers

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.initializers import Scheme
from tensornet.layers.argument_errors import shown
from tensornet.layers.size_arguments import SizeArguments
from tensornet.tt.arguments import as_float

FLOAT_TYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64)
ID_TYPES = (tf.int32, tf.int64)
NOT_DENSE = (tf.SparseTensor, tf.RaggedTensor, tf.IndexedSlices)


class Arguments(SizeArguments):
    """The arguments of one call of a layer: those of `SizeArguments`, tensors and all others."""

    def tensor(self, name, value, ndims=None, of_ids=''):
        """Checks a floating-point tensor.

        Args:
            name: name of the argument.
            value: the argument.
            ndims: admissible numbers of dimensions; None admits all but scalars, and a number
                that is not known.
            of_ids: what else to do with what may be ids, for the message.

        Returns:
            Its static shape, a list of integers and None; None where the number of dimensions is
            not known.
        """
        dtype, remedy, static_shape = self._dense(name, value)
        if dtype not in FLOAT_TYPES:
            remedy = f'convert it with `{remedy}`'
            if dtype in ID_TYPES:
                remedy += of_ids
            raise TypeError(
                f'{self.scope}: `{name}` must be of type float16, bfloat16, float32 or float64, '
                f"but it is {getattr(dtype, 'name', value.dtype)}; {remedy}")
        expected = f"have {' or '.join(map(str, ndims)) if ndims else '1 or more'}"
        if static_shape.ndims is None:
            if ndims is None:
                return None
            raise ValueError(
                f'{self.scope}: `{name}` must {expected} dimensions, but their number is not known '
                'while the graph is built; give it a shape with `set_shape` or `tf.reshape`')
        shape = static_shape.as_list()
        if not shape or (ndims and len(shape) not in ndims):
            raise ValueError(
                f'{self.scope}: `{name}` must {expected} dimensions, but its shape is '
                f'{shown(shape)}; reshape it with `tf.reshape`')
        return shape

    def ids(self, name, value):
        """Checks a tensor of ids, of any shape.

        Returns:
            Its static shape, a list of integers and None; None where the number of dimensions is
            not known.
        """
        dtype, remedy, static_shape = self._dense(
            name, value, 'convert it with `tf.constant`, or look sparse and ragged ids up with '
            '`tensornet.layers.tt_embedding_bag`')
        self.type_of_ids(name, dtype, remedy, value)
        return None if static_shape.ndims is None else static_shape.as_list()

    def type_of_ids(self, name, dtype, remedy, value):
        """Checks the type of ids.

        Args:
            name: name of the argument.
            dtype: `tf.DType`, None where TensorFlow has no such type.
            remedy: function that converts it.
            value: the ids.
        """
        if dtype in ID_TYPES:
            return
        remedy = f'convert it with `{remedy}`'
        if dtype in FLOAT_TYPES:
            remedy += ', or multiply vectors by a TT-matrix with `tensornet.layers.tt`'
        raise TypeError(f'{self.scope}: `{name}` must be of type int32 or int64, but it is '
                        f"{getattr(dtype, 'name', value.dtype)}; {remedy}")

    def float_type(self, name, value):
        """Checks a floating-point type and returns it as `tf.DType`."""
        expected, remedy = 'float16, bfloat16, float32 or float64', 'pass for example tf.float32'
        try:
            dtype = tf.as_dtype(value).base_dtype
        except Exception:  # TensorFlow raises what it likes for what is no type.
            dtype = None
        if dtype is None or isinstance(value, int):
            self.wrong_type(name, expected, value, remedy)
        if dtype not in FLOAT_TYPES:
            self.wrong_value(name, expected, value, remedy)
        return dtype

    def _dense(self, name, value, remedy='convert it with `tf.constant`'):
        """Checks that a value is a dense tensor or an array.

        Returns:
            Its `tf.DType`, None for an array of no such type; what converts it to another type;
            and its static `tf.TensorShape`.
        """
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return _type_of_array(value), 'astype', tf.TensorShape(value.shape)
        if tf.is_tensor(value) and not isinstance(value, NOT_DENSE):
            return value.dtype.base_dtype, 'tf.cast', value.shape
        return self.wrong_type(name, 'a dense tensor or an array', value, remedy)

    def choice(self, name, value, choices, remedy):
        """Checks a string that is one of `choices` and returns it."""
        expected = f"{', '.join(map(repr, choices[:-1]))} or {repr(choices[-1])}"
        if not isinstance(value, str):
            self.wrong_type(name, expected, value, remedy)
        if value not in choices:
            self.wrong_value(name, expected, value, remedy)
        return value

    def fraction(self, name, value):
        """Checks a number from 0 up to but without 1, or a scalar tensor; returns it."""
        if tf.is_tensor(value):
            return self._scalar(name, value)
        return self._number(name, value, lambda number: 0 <= number < 1,
                            'at least 0 and less than 1', '0.99')

    def positive(self, name, value):
        """Checks a positive number, or a scalar tensor; returns it."""
        if tf.is_tensor(value):
            return self._scalar(name, value)
        return self._number(name, value, lambda number: 0 < number < np.inf,
                            'positive and finite', '1e-3')

    def number(self, name, value):
        """Checks a finite number and returns it as a `float`."""
        return self._number(name, value, np.isfinite, 'finite', '1.0')

    def _number(self, name, value, admits, expected, example):
        """Checks a number and returns it as a `float`.

        Args:
            name: name of the argument.
            value: the argument.
            admits: function that tells of a `float` whether it may be the argument.
            expected, example: what it may be, and a case of it, for the messages.
        """
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a number', value, 'pass for example ' + example)
        number = as_float(value)
        if not admits(number):
            self.wrong_value(name, expected, value, 'pass for example ' + example)
        return number

    def _scalar(self, name, value):
        """Checks a scalar floating-point tensor, whose value only the running graph knows."""
        if isinstance(value, NOT_DENSE) or value.dtype.base_dtype not in FLOAT_TYPES:
            self.wrong_type(name, 'a number or a scalar floating-point tensor', value,
                            'convert it with `tf.cast`')
        if value.shape.ndims not in (None, 0):
            raise ValueError(f'{self.scope}: `{name}` must be a scalar, but its shape is '
                             f'{value.shape.as_list()}; pass one number')
        return value

    def flag(self, name, value):
        """Checks a truth value: a Python bool, which is returned, or a scalar bool tensor."""
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        if not tf.is_tensor(value):
            self.wrong_type(name, 'a bool or a scalar bool tensor', value,
                            'pass True, False or a `tf.placeholder(tf.bool, [])`')
        if value.dtype.base_dtype != tf.bool:
            raise TypeError(f'{self.scope}: `{name}` must be a bool or a scalar bool tensor, but '
                            f'it is a tensor of type {value.dtype.base_dtype.name}; convert it '
                            f'with `tf.cast({name}, tf.bool)`')
        if value.shape.ndims not in (None, 0):
            raise ValueError(f'{self.scope}: `{name}` must be a scalar, but its shape is '
                             f'{value.shape.as_list()}; pass one bool for the whole batch')
        return value

    def switch(self, name, value):
        """Checks what decides what is built: a bool, or 0 or 1. Returns it as a `bool`."""
        if isinstance(value, str):
            self.wrong_type(name, 'True or False', value,
                            'pass one of the two (if this is meant for another argument, one '
                            'may be missing before it)')
        if not isinstance(value, (bool, np.bool_, int, np.integer)):
            self.wrong_type(name, 'True or False', value, 'pass one of the two')
        if value not in (0, 1):
            self.wrong_value(name, 'True or False', value, 'pass one of the two')
        return bool(value)

    def function(self, name, value):
        """Checks an initializer or regularizer: something to call, or None."""
        if isinstance(value, Scheme):
            self.wrong_type(name, 'a function or None', value,
                            'pass a function, since a scheme is for a whole TT layer')
        if value is not None and not callable(value):
            self.wrong_type(name, 'a function or None', value,
                            'pass an initializer or regularizer, not its result')
        return value

    def per_core(self, name, value, cores):
        """Checks an initializer or regularizer that may differ from core to core.

        Args:
            name: name of the argument.
            value: one for all cores, or a list or tuple with one for each.
            cores: number of cores.

        Returns:
            List of `cores` entries.
        """
        if not isinstance(value, (list, tuple)):
            return [self.function(name, value)] * cores
        value = self._read(name, value)
        if len(value) != cores:
            raise ValueError(
                f'{self.scope}: `{name}` must be one function or a list of {cores}, one for each '
                f'core, but it has {len(value)} entries; pass exactly {cores}')
        return [self.function(f'{name}[{k}]', entry) for k, entry in enumerate(value)]


def _type_of_array(array):
    # TensorFlow would take elements with their bytes in the other order as they are.
    if not array.dtype.isnative:
        return None
    try:
        return tf.as_dtype(array.dtype)
    except TypeError:  # for example records, which TensorFlow has no type for
        return None
