"""Checks of the layers' arguments that are sizes: modes, ranks, windows, and those of the input."""

import collections.abc
import numbers
from typing import List

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import TTMatrixShape
from tensornet.layers.argument_errors import ArgumentErrors, shown
from tensornet.tt.arguments import LARGEST_SIZE, check_same_length, product
from tensornet.tt.rank_argument import check_bonds, common_ranks, is_one_rank

# TensorFlow's kernels count windows and strides in 32 bits.
LARGEST_ENTRY = 2 ** 31 - 1


class SizeArguments(ArgumentErrors):
    """The arguments of one call of a layer that are sizes; see `tensornet.layers.arguments`."""

    def channels(self, name, shape, axis=-1):
        """Returns the size of an axis of `shape`, which must be known and not 0."""
        if shape[axis] == 0:
            raise ValueError(f'{self.scope}: `{name}` must have 1 or more channels, but its shape '
                             f'is {shown(shape)}; pass an input that has some')
        if shape[axis] is None:
            raise ValueError(
                f"{self.scope}: the {'second' if axis == 1 < len(shape) - 1 else 'last'} dimension "
                f'of `{name}` must be known while the graph is built, but its shape is '
                f'{shown(shape)}; give it a shape with `set_shape` or `tf.reshape`')
        return shape[axis]

    def size(self, name, value, expected='a positive integer', example='4') -> int:
        """Checks one positive integer and returns it as an `int`.

        Args:
            name: name of the argument.
            value: the argument.
            expected, example: what it may be, and a case of it, for the messages.
        """
        if isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.ndim:
            self.wrong_value(name, 'one integer', value, 'pass a single number')
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, expected, value, 'convert it with `int`' if _holds_number(value)
                            else 'pass for example ' + example)
        if not _is_whole(value) or value < 1:
            self.wrong_value(name, expected, value, 'pass for example ' + example)
        if value > LARGEST_ENTRY:
            self.wrong_value(name, f'at most {LARGEST_ENTRY}', value, 'choose a smaller one')
        return int(value)

    def sizes(self, name, values, length=None, largest=LARGEST_ENTRY,
              largest_product=LARGEST_SIZE, expected='a list of positive integers',
              example='[4, 8, 8, 4]') -> List[int]:
        """Checks a sequence of positive integers, for example modes.

        Args:
            name: name of the argument.
            values: list, tuple or 1-D array; floats without a fraction count as integers, since
                scripts from Python 2 divide with `/`.
            length: how many there must be; None takes any number but zero.
            largest, largest_product: the largest admissible entry and product; None where another
                check bounds them.
            expected, example: what it may be, and a case of it, for the messages.

        Returns:
            List of `int`.
        """
        if isinstance(values, (str, bytes)) or values is None or tf.is_tensor(values):
            self.wrong_type(name, expected, values, 'pass for example ' + example)
        values = self._read(name, values)
        if not _is_flat(values):
            self.wrong_value(name, expected.replace('a list', 'a flat list'), values,
                             'pass a list, a tuple or a 1-D array')
        if len(values) == 0:
            self.wrong_value(name, expected, values, 'pass at least one number')
        if length is not None and len(values) != length:
            self.wrong_value(name, f'a list of {length} integers', values,
                             f'pass exactly {length} numbers')
        sizes = []
        for entry in values:
            if isinstance(entry, (bool, np.bool_)) or not isinstance(entry, numbers.Real):
                self.wrong_type(name, 'made of positive integers', values,
                                f'replace the entry {shown(entry)}')
            if not _is_whole(entry) or entry < 1:
                self.wrong_value(name, 'made of positive integers', values,
                                 f'replace the entry {entry}')
            if largest is not None and entry > largest:
                self.wrong_value(name, f'made of integers up to {largest}', values,
                                 f'replace the entry {entry}')
            sizes.append(int(entry))
        if largest_product is not None:
            self._countable(name, sizes, largest_product)
        return sizes

    def ranks(self, name, values, modes, boundaries, first_bond=0) -> List[int]:
        """Checks TT-ranks.

        Args:
            name: name of the argument.
            values: list, tuple or 1-D array of positive integers, one more than there are cores;
                or one number, the rank of all bonds, capped at the largest useful rank of each.
            modes: modes of the whole tensor train, the window of a convolution among them.
            boundaries: which of `values[0]`, `values[-1]` must be 1, as the indices 0 and -1.
            first_bond: 1 where the list begins behind the first mode, the window.

        Returns:
            List of `int`.
        """
        expected, example = 'one rank or a list of positive integers', '8, or [1, 8, 8, 1]'
        if is_one_rank(values) or _holds_number(values):
            bonds = common_ranks(self.size(name, values, expected, example), modes)
        else:
            ranks = self.sizes(name, values, largest_product=None, expected=expected,
                               example=example)
            check_bonds(self.scope, ranks, len(modes) - first_bond, boundaries, name)
            bonds = [1] * first_bond + ranks
        if any(left * mode * right > LARGEST_SIZE
               for left, mode, right in zip(bonds, modes, bonds[1:])):
            self.wrong_value(name, f'ranks that make cores of at most {LARGEST_SIZE} elements',
                             values, 'choose smaller ranks or modes')
        return bonds[first_bond:]

    def matrix(self, name, ranks, inp_modes, out_modes) -> TTMatrixShape:
        """Checks the TT-ranks of a TT-matrix, of which the first and the last are 1.

        Args:
            name: name of the argument that holds the ranks.
            ranks: the argument.
            inp_modes, out_modes: lists of d positive integers.

        Returns:
            `TTMatrixShape`.
        """
        modes = [i * o for i, o in zip(inp_modes, out_modes)]
        return TTMatrixShape.of(inp_modes, out_modes,
                                self.ranks(name, ranks, modes, boundaries=(0, -1)))

    def equal_length(self, first, first_values, second, second_values):
        """Checks that two lists have one entry for each core."""
        check_same_length(self.scope, (first, second), first_values, second_values)

    def live_size(self, name, size, modes_name, modes) -> int:
        """Checks how many features or channels a layer has, of those that modes multiply to.

        Args:
            name: name of the argument.
            size: the argument; None is all of them.
            modes_name: name of the argument with the modes.
            modes: list of positive integers.

        Returns:
            `int`.
        """
        if size is None:
            return product(modes)
        size = self.size(name, size)
        self._countable(modes_name, modes, LARGEST_ENTRY)
        if size > product(modes):
            self.wrong_value(name, f'at most {product(modes)}, the product of `{modes_name}` '
                                   f'{modes}', size, 'choose larger modes')
        return size

    def features(self, names, modes, size, found, meaning):
        """Checks that the input has the features or channels that the arguments say.

        Args:
            names: names of the arguments with the size and with the modes.
            modes: list of positive integers.
            size: how many the input must have, of `live_size`.
            found: how many it has.
            meaning: what they are, 'features' or 'channels'.
        """
        if found == size:
            return
        size_name, modes_name = names
        if size != product(modes):
            remedy = f'pass {size_name}={found}' if found else 'pass an input that has some'
            if found > product(modes):
                remedy += ', and modes that multiply to so many or more'
            raise ValueError(f'{self.scope}: `{size_name}` is {size}, but `inp` has {found} '
                             f'{meaning}; {remedy}')
        if found:
            padding = f', or pass {size_name}={found}, which pads them with zeros'
            remedy = (f"choose modes that multiply to {found}{padding if found < size else ''}; "
                      '`tensornet.tt.choose_shape` finds modes, and the padding if they need it')
        else:
            remedy = 'pass an input that has some'
        raise ValueError(f'{self.scope}: the product of `{modes_name}` {modes} is {size}, but '
                         f'`inp` has {found} {meaning}; {remedy}')

    def trailing_features(self, names, modes, size, shape):
        """Checks that the trailing dimensions of the input multiply to its features.

        Args:
            names: names of the arguments with the size and with the modes.
            modes: list of positive integers.
            size: how many features the input must have, of `live_size`.
            shape: static shape of the input, or None.

        Returns:
            How many leading dimensions are left; the batch is their product. None where only the
            graph that runs can tell.
        """
        if shape is None:
            self._countable(names[1], modes)
            return None
        found = 1
        for axis in reversed(range(len(shape))):
            if shape[axis] is None:
                if axis == 0 and len(shape) > 1:
                    break
                if size % found:
                    raise ValueError(
                        f'{self.scope}: the trailing dimensions of `inp` must multiply to '
                        f'{features_shown(names, modes, size)}, but its shape is {shown(shape)}; '
                        f'use `tf.reshape(inp, [-1, {size}])`')
                self._countable(names[1], modes)
                return None
            found *= shape[axis]
            if found == size:
                return axis
            if found > size or found == 0:
                break
        features = shape[1:] or shape
        self.features(names, modes, size,
                      shape[-1] if None in features else product(features), 'features')

    def elements(self, name, shape):
        """Returns the shape of a variable, which must not have more elements than a tensor can."""
        if product(shape) > LARGEST_SIZE:
            raise ValueError(f'{self.scope}: `{name}` must have at most {LARGEST_SIZE} elements, '
                             f'but its shape would be {list(shape)}; choose smaller sizes')
        return shape

    def _read(self, name, values):
        if not isinstance(values, collections.abc.Sequence):
            return values
        try:
            return list(values)
        except Exception as error:
            raise TypeError(f'{self.scope}: `{name}` must be a list, but reading it fails: '
                            f'{error}; pass a list, a tuple or a 1-D array') from error

    def _countable(self, name, modes, largest_product=LARGEST_SIZE):
        if product(modes) > largest_product:
            self.wrong_value(name, f'a list with a product of at most {largest_product}', modes,
                             'choose smaller numbers')


def features_shown(names, modes, size):
    """Returns the number of features of an input, for messages, with the argument that says it."""
    size_name, modes_name = names
    said_by = f'the product of `{modes_name}`' if size == product(modes) else f'`{size_name}`'
    return f'{size}, {said_by}'


def _is_flat(values):
    if isinstance(values, np.ndarray):
        return values.ndim == 1
    return (isinstance(values, collections.abc.Sequence)
            and not any(isinstance(entry, (list, tuple, np.ndarray)) for entry in values))


def _holds_number(value):
    """Whether a value is no number, but becomes one by `int`."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in 'iuf'
    return isinstance(value, tf.Dimension)


def _is_whole(number):
    try:
        return number == int(number)
    except (ValueError, OverflowError):  # NaN and infinity
        return False
