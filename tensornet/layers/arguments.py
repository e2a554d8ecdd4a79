"""Checks of the layers' arguments.

Every layer makes one `Arguments` and passes what it was given through its methods before it
creates anything. A method returns the argument in the form that the layer works with, or raises:
TypeError where the type is wrong, ValueError where the value is. Each message says which scope,
which argument, what was expected, what came, and what to do.
"""

import collections.abc
import numbers

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.layers.current_graph import check_graph
from tensornet.layers.scope_names import full_name, is_scope_name
from tensornet.layers.shown import shown
from tensornet.tt.arguments import product

FLOAT_TYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64)
NOT_DENSE = (tf.SparseTensor, tf.RaggedTensor, tf.IndexedSlices)
# TensorFlow's kernels count windows and strides in 32 bits, and elements in 64.
LARGEST_ENTRY = 2 ** 31 - 1
LARGEST_SIZE = 2 ** 63 - 1
PADDINGS = ('SAME', 'VALID')


class Arguments:
    """The arguments of one call of a layer.

    Args:
        scope: the layer's `scope` argument: a name, a variable scope or None.
        layer: name of the layer's function, which is also its default scope.

    Raises:
        RuntimeError: there is no graph that could hold the layer.
        TypeError: `scope` is of another type.
    """

    def __init__(self, scope, layer):
        self.scope = full_name(scope, layer)
        if scope is not None and not isinstance(scope, (str, tf.VariableScope)):
            self.wrong_type('scope', 'a name, a variable scope or None', scope,
                            "pass for example scope='%s_1'" % layer)
        if isinstance(scope, str) and not is_scope_name(scope):
            self.wrong_value('scope', 'a name of letters, digits and `_`', scope,
                             "pass for example scope='%s_1'" % layer)
        check_graph(self.scope, layer)

    def wrong_value(self, name, expected, got, remedy):
        """Raises ValueError for an argument that was to be `expected` and is `got`."""
        raise ValueError('%s: `%s` must be %s, but it is %s; %s'
                         % (self.scope, name, expected, shown(got), remedy))

    def wrong_type(self, name, expected, got, remedy):
        """Raises TypeError for an argument that was to be `expected` and is `got`."""
        raise TypeError('%s: `%s` must be %s, but it is %s of type %s; %s'
                        % (self.scope, name, expected, shown(got), type(got).__name__, remedy))

    def tensor(self, name, value, ranks=None):
        """Checks a floating-point tensor.

        Args:
            name: name of the argument.
            value: the argument.
            ranks: admissible numbers of dimensions; None admits all but scalars, and a number
                that is not known.

        Returns:
            Its static shape, a list of integers and None; None where the number of dimensions is
            not known.
        """
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            dtype, remedy = _type_of_array(value), 'astype'
            static_shape = tf.TensorShape(value.shape)
        elif tf.is_tensor(value) and not isinstance(value, NOT_DENSE):
            dtype, remedy = value.dtype.base_dtype, 'tf.cast'
            static_shape = value.shape
        else:
            self.wrong_type(name, 'a dense tensor or an array', value,
                            'convert it with `tf.constant`')
        if dtype not in FLOAT_TYPES:
            raise TypeError(
                '%s: `%s` must be of type float16, bfloat16, float32 or float64, but it is %s; '
                'convert it with `%s`'
                % (self.scope, name, getattr(dtype, 'name', value.dtype), remedy))
        expected = 'have %s' % (' or '.join(map(str, ranks)) if ranks else '1 or more')
        if static_shape.ndims is None:
            if ranks is None:
                return None
            raise ValueError(
                '%s: `%s` must %s dimensions, but their number is not known while the graph is '
                'built; give it a shape with `set_shape` or `tf.reshape`'
                % (self.scope, name, expected))
        shape = static_shape.as_list()
        if not shape or (ranks and len(shape) not in ranks):
            raise ValueError(
                '%s: `%s` must %s dimensions, but its shape is %s; reshape it with `tf.reshape`'
                % (self.scope, name, expected, shown(shape)))
        return shape

    def channels(self, name, shape):
        """Returns the size of the last axis of `shape`, which must be known and not 0."""
        if shape[-1] == 0:
            raise ValueError('%s: `%s` must have 1 or more channels, but its shape is %s; pass an '
                             'input that has some' % (self.scope, name, shown(shape)))
        if shape[-1] is None:
            raise ValueError(
                '%s: the last dimension of `%s` must be known while the graph is built, but its '
                'shape is %s; give it a shape with `set_shape` or `tf.reshape`'
                % (self.scope, name, shown(shape)))
        return shape[-1]

    def size(self, name, value):
        """Checks one positive integer and returns it as an `int`."""
        if isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.ndim:
            self.wrong_value(name, 'one integer', value, 'pass a single number')
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a positive integer', value, 'pass for example 4')
        if not _is_whole(value) or value < 1:
            self.wrong_value(name, 'a positive integer', value, 'pass for example 4')
        if value > LARGEST_ENTRY:
            self.wrong_value(name, 'at most %d' % LARGEST_ENTRY, value, 'choose a smaller one')
        return int(value)

    def sizes(self, name, values, length=None, largest=LARGEST_ENTRY):
        """Checks a sequence of positive integers, for example modes.

        Args:
            name: name of the argument.
            values: list, tuple or 1-D array; floats without a fraction count as integers, since
                scripts from Python 2 divide with `/`.
            length: how many there must be; None takes any number but zero.
            largest: the largest admissible entry; None where another check bounds them.

        Returns:
            List of `int`.
        """
        if isinstance(values, (str, bytes)) or values is None or tf.is_tensor(values):
            self.wrong_type(name, 'a list of positive integers', values,
                            'pass for example [4, 8, 8, 4]')
        values = self._read(name, values)
        if not _is_flat(values):
            self.wrong_value(name, 'a flat list of positive integers', values,
                             'pass a list, a tuple or a 1-D array')
        if len(values) == 0:
            self.wrong_value(name, 'a list of positive integers', values,
                             'pass at least one number')
        if length is not None and len(values) != length:
            self.wrong_value(name, 'a list of %d integers' % length, values,
                             'pass exactly %d numbers' % length)
        sizes = []
        for entry in values:
            if isinstance(entry, (bool, np.bool_)) or not isinstance(entry, numbers.Real):
                self.wrong_type(name, 'made of positive integers', values,
                                'replace the entry %s' % shown(entry))
            if not _is_whole(entry) or entry < 1:
                self.wrong_value(name, 'made of positive integers', values,
                                 'replace the entry %s' % entry)
            if largest is not None and entry > largest:
                self.wrong_value(name, 'made of integers up to %d' % largest, values,
                                 'replace the entry %s' % entry)
            sizes.append(int(entry))
        if largest is not None:
            self._countable(name, sizes)
        return sizes

    def ranks(self, name, values, cores, boundaries):
        """Checks TT-ranks.

        Args:
            name: name of the argument.
            values: list, tuple or 1-D array of `cores + 1` positive integers.
            cores: number of cores.
            boundaries: which of `values[0]`, `values[-1]` must be 1, as the indices 0 and -1.

        Returns:
            List of `int`.
        """
        ranks = self.sizes(name, values)
        if len(ranks) != cores + 1:
            self.wrong_value(name, 'a list of %d TT-ranks, one more than there are cores'
                             % (cores + 1), values, 'pass exactly %d numbers' % (cores + 1))
        for index in boundaries:
            if ranks[index] != 1:
                self.wrong_value(name, 'a list that %s with 1' % ('ends' if index else 'begins'),
                                 values, 'set %s[%d] to 1' % (name, index))
        return ranks

    def equal_length(self, first, first_values, second, second_values):
        """Checks that two lists have one entry for each core."""
        if len(first_values) != len(second_values):
            raise ValueError(
                '%s: `%s` and `%s` must have the same length, but they are %s and %s; pad the '
                'shorter one with ones' % (self.scope, first, second, first_values, second_values))

    def product(self, name, modes, features, meaning):
        """Checks that `modes` multiply to the `features` of the input.

        Args:
            name: name of the argument.
            modes: list of positive integers.
            features: what they must multiply to.
            meaning: what the input has so many of, 'features' or 'channels'.
        """
        if product(modes) != features:
            raise ValueError(
                '%s: the product of `%s` %s is %d, but `inp` has %d %s; choose modes that '
                'multiply to %d or pad the input'
                % (self.scope, name, modes, product(modes), features, meaning, features))

    def trailing_product(self, name, modes, shape):
        """Checks that the trailing dimensions of the input multiply to the product of `modes`.

        Args:
            name: name of the argument.
            modes: list of positive integers.
            shape: static shape of the input, or None.

        Returns:
            How many leading dimensions are left; the batch is their product. None where only the
            graph that runs can tell.
        """
        target = product(modes)
        if shape is None:
            self._countable(name, modes)
            return None
        size = 1
        for axis in reversed(range(len(shape))):
            if shape[axis] is None:
                if axis == 0 and len(shape) > 1:
                    break
                if target % size:
                    raise ValueError(
                        '%s: the trailing dimensions of `inp` must multiply to %d, the product of '
                        '`%s`, but its shape is %s; use `tf.reshape(inp, [-1, %d])`'
                        % (self.scope, target, name, shown(shape), target))
                self._countable(name, modes)
                return None
            size *= shape[axis]
            if size == target:
                return axis
            if size > target or size == 0:
                break
        features = shape[1:] or shape
        self.product(name, modes, shape[-1] if None in features else product(features),
                     'features')

    def _read(self, name, values):
        if not isinstance(values, collections.abc.Sequence):
            return values
        try:
            return list(values)
        except Exception as error:
            raise TypeError('%s: `%s` must be a list, but reading it fails: %s; pass a list, a '
                            'tuple or a 1-D array' % (self.scope, name, error)) from error

    def _countable(self, name, modes):
        if product(modes) > LARGEST_SIZE:
            self.wrong_value(name, 'a list with a product of at most %d' % LARGEST_SIZE, modes,
                             'choose smaller numbers')

    def window(self, name, values, inp_shape, padding):
        """Checks a window, which must fit into the padded input.

        Args:
            name: name of the argument.
            values: height and width.
            inp_shape: static shape of the input, `[batch, height, width, channels]`.
            padding: 'SAME' or 'VALID'.

        Returns:
            List of two `int`.
        """
        window = self.sizes(name, values, length=2)
        for size, available in zip(window, inp_shape[1:3]):
            if padding == 'VALID' and available is not None and size > available:
                self.wrong_value(
                    name, "at most the input's height and width %s with 'VALID' padding"
                    % shown(inp_shape[1:3]), values, "use a smaller window or padding='SAME'")
        return window

    def begins_with_one(self, name, values):
        """Checks a window or strides of a sequence, which has no height."""
        if values[0] != 1:
            self.wrong_value(name, 'of the form [1, n], since the input has no height', values,
                             'set %s[0] to 1' % name)

    def choice(self, name, value, choices, remedy):
        """Checks a string that is one of `choices` and returns it."""
        expected = '%s or %s' % (', '.join(map(repr, choices[:-1])), repr(choices[-1]))
        if not isinstance(value, str):
            self.wrong_type(name, expected, value, remedy)
        if value not in choices:
            self.wrong_value(name, expected, value, remedy)
        return value

    def padding(self, value):
        """Checks a padding scheme and returns it."""
        return self.choice('padding', value, PADDINGS, 'pass one of the two')

    def fraction(self, name, value):
        """Checks a number from 0 up to but without 1, or a scalar tensor; returns it."""
        if tf.is_tensor(value):
            return self._scalar(name, value)
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a number', value, 'pass for example 0.99')
        if not 0 <= value < 1:
            self.wrong_value(name, 'at least 0 and less than 1', value, 'pass for example 0.99')
        return float(value)

    def positive(self, name, value):
        """Checks a positive number, or a scalar tensor; returns it."""
        if tf.is_tensor(value):
            return self._scalar(name, value)
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a number', value, 'pass for example 1e-3')
        if not 0 < value < np.inf:
            self.wrong_value(name, 'positive and finite', value, 'pass for example 1e-3')
        return float(value)

    def _scalar(self, name, value):
        """Checks a scalar floating-point tensor, whose value only the running graph knows."""
        if isinstance(value, NOT_DENSE) or value.dtype.base_dtype not in FLOAT_TYPES:
            self.wrong_type(name, 'a number or a scalar floating-point tensor', value,
                            'convert it with `tf.cast`')
        if value.shape.ndims not in (None, 0):
            raise ValueError('%s: `%s` must be a scalar, but its shape is %s; pass one number'
                             % (self.scope, name, value.shape.as_list()))
        return value

    def flag(self, name, value):
        """Checks a truth value: a Python bool, which is returned, or a scalar bool tensor."""
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        if not tf.is_tensor(value):
            self.wrong_type(name, 'a bool or a scalar bool tensor', value,
                            'pass True, False or a `tf.placeholder(tf.bool, [])`')
        if value.dtype.base_dtype != tf.bool:
            raise TypeError('%s: `%s` must be a bool or a scalar bool tensor, but it is a tensor '
                            'of type %s; convert it with `tf.cast(%s, tf.bool)`'
                            % (self.scope, name, value.dtype.base_dtype.name, name))
        if value.shape.ndims not in (None, 0):
            raise ValueError('%s: `%s` must be a scalar, but its shape is %s; pass one bool for '
                             'the whole batch' % (self.scope, name, value.shape.as_list()))
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
                '%s: `%s` must be one function or a list of %d, one for each core, but it has %d '
                'entries; pass exactly %d' % (self.scope, name, cores, len(value), cores))
        return [self.function('%s[%d]' % (name, k), entry) for k, entry in enumerate(value)]


def _type_of_array(array):
    try:
        return tf.as_dtype(array.dtype)
    except TypeError:  # for example records, which TensorFlow has no type for
        return None


def _is_flat(values):
    if isinstance(values, np.ndarray):
        return values.ndim == 1
    return (isinstance(values, collections.abc.Sequence)
            and not any(isinstance(entry, (list, tuple, np.ndarray)) for entry in values))


def _is_whole(number):
    try:
        return number == int(number)
    except (ValueError, OverflowError):  # NaN and infinity
        return False
