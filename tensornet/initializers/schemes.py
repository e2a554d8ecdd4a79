"""Xavier, Glorot, He and LeCun initialization."""

from __future__ import annotations

import math
from typing import Callable, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.constant_one import is_constant_one
from tensornet.initializers.orthogonal_cores import (
    direct_core_initializers,
    filters_initializer,
    matrix_core_initializers,
)
from tensornet.tt.arguments import (
    check_integer,
    check_mode_pairs,
    check_seed,
    check_window,
    product,
)
from tensornet.tt.rank_argument import check_ranks


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
        whole = shape if partition_info is None else partition_info.full_shape
        fan_in, fan_out = _fans(whole)
        # Without elements there may be no fans.
        stddev = math.sqrt(1.3 * 2.0 / max(fan_in + fan_out, 1))
        # Parts that are drawn with one seed would all be alike, so they are cut out of the whole.
        is_cut = partition_info is not None and self.seed is not None
        values = tf.random.truncated_normal(whole if is_cut else shape, 0.0, stddev,
                                            dtype or tf.float32, seed=self.seed)
        return tf.slice(values, partition_info.var_offset, shape) if is_cut else values


class Scheme:
    """A variance of weights, and initializers that give it to TT layers.

    The elements of the matrix or kernel that the cores make have the variance, in every draw and
    not only on average, for any modes and ranks. (If a rank exceeds the rank before it times
    the mode, which is of no use, this holds only on average.) The cores are random matrices with
    orthonormal columns, scaled so that the elements of all of them have the same variance. The fans
    of a padded layer are the sizes that it has, not those of its modes.

        out = layers.tt(inp, [4, 8, 8, 4], [4, 8, 8, 4], [1, 8, 8, 8, 1], initializers.he)

    A layer calls the method of its name, which a script can do as well, for example to set a seed.

    Args:
        name: name of the scheme.
        variance: function of fan in and fan out, that of one weight.
    """

    def __init__(self, name: str, variance: Callable[[float, float], float]) -> None:
        self.name = name
        self.variance = variance

    def __repr__(self):
        return f'tensornet.initializers.{self.name}'

    def tt(self, inp_modes, out_modes, ranks, seed=None, *, inp_size=None, out_size=None):
        """Initializers of the cores of `tensornet.layers.tt`.

        Args:
            inp_modes, out_modes, ranks: the layer's `inp_modes`, `out_modes` and `mat_ranks`.
            seed: integer seed of the draws, from 0 to 2^32 - 1; None takes the graph's.
            inp_size, out_size: the layer's, where its modes multiply to more.

        Returns:
            List of d initializers, the layer's `cores_initializer`.

        Raises:
            ValueError, TypeError: modes or ranks do not make a TT-matrix.
        """
        return self._matrix(f'{self.name}.tt', ('inp', inp_modes, inp_size),
                            ('out', out_modes, out_size), ranks, seed)

    def tt_embedding(self, voc_modes, emb_modes, ranks, seed=None, *, voc_size=None,
                     emb_size=None):
        """Initializers of the cores of `tensornet.layers.tt_embedding` and `tt_embedding_bag`.

        The fans are those of the layer that multiplies by the transposed table, which may share
        the cores: fan in is `emb_size`, fan out `voc_size`. So `lecun` makes rows of about length
        one.

        Args:
            voc_modes, emb_modes, ranks: the layer's arguments.
            seed: integer seed of the draws, from 0 to 2^32 - 1; None takes the graph's.
            voc_size, emb_size: the layer's, where its modes multiply to more.

        Returns:
            List of d initializers, the layer's `cores_initializer`.

        Raises:
            ValueError, TypeError: modes or ranks do not make a TT-matrix.
        """
        return self._matrix(f'{self.name}.tt_embedding', ('emb', emb_modes, emb_size),
                            ('voc', voc_modes, voc_size), ranks, seed)

    def tt_conv(self, window, inp_ch_modes, out_ch_modes, ranks, seed=None, *, inp_ch=None,
                out_ch=None):
        """Initializers of the filters and cores of `tt_conv`, `tt_conv_full`, `tt_conv1d_full`.

            filters, cores = initializers.he.tt_conv([3, 3], [4, 4], [4, 8], [9, 8, 1])

        Args:
            window, inp_ch_modes, out_ch_modes, ranks: the layer's arguments.
            seed: integer seed of the draws, from 0 to 2^32 - 1; None takes the graph's.
            inp_ch, out_ch: the layer's, where its modes multiply to more.

        Returns:
            An initializer, the layer's `filters_initializer`, and a list of d initializers, its
            `cores_initializer`.

        Raises:
            ValueError, TypeError: the arguments do not make such a kernel.
        """
        function = f'{self.name}.tt_conv'
        window = check_window(function, window)
        inp_modes, out_modes = check_mode_pairs(function, inp_ch_modes, out_ch_modes,
                                                ('inp_ch_modes', 'out_ch_modes'))
        seed = check_seed(function, seed)
        pixels = product(window)
        modes = [pixels] + [i * o for i, o in zip(inp_modes, out_modes)]
        ranks = check_ranks(function, ranks, modes, first_bond=1)[1:]
        free = len(inp_modes) + (not is_constant_one('tt_conv', 'filters', pixels * ranks[0]))
        variance = self.variance(
            pixels * _live(function, 'inp_ch', inp_ch, 'inp_ch_modes', inp_modes),
            pixels * _live(function, 'out_ch', out_ch, 'out_ch_modes', out_modes))
        variance = _variance_of_elements(variance, ranks, free)
        return (filters_initializer(window, ranks[0], variance, seed),
                matrix_core_initializers(inp_modes, out_modes, ranks, variance,
                                         None if seed is None else seed + 1))

    def tt_conv_direct(self, window, in_ch, out_ch, ranks, seed=None):
        """Initializers of the cores of `tensornet.layers.tt_conv_direct`.

        Args:
            window, out_ch, ranks: the layer's arguments.
            in_ch: number of channels of its input.
            seed: integer seed of the draws, from 0 to 2^32 - 1; None takes the graph's.

        Returns:
            List of 4 initializers, the layer's `cores_initializer`.

        Raises:
            ValueError, TypeError: the arguments do not make such a kernel.
        """
        function = f'{self.name}.tt_conv_direct'
        modes = check_window(function, window) + [check_integer(function, 'in_ch', in_ch),
                                             check_integer(function, 'out_ch', out_ch)]
        ranks = check_ranks(function, ranks, modes)
        seed = check_seed(function, seed)
        free = sum(not is_constant_one('tt_conv_direct', f'core_{k}', left * mode * right)
                   for k, (left, mode, right) in enumerate(zip(ranks, modes, ranks[1:]), start=1))
        variance = self.variance(product(modes[:3]), product(modes[:2] + modes[3:]))
        variance = _variance_of_elements(variance, ranks, max(free, 1))
        return direct_core_initializers(modes, ranks, variance, seed)

    def _matrix(self, function, inp, out, ranks, seed):
        """Initializers of the cores of a TT-matrix.

        Args:
            function: name of the public function, for the messages.
            inp, out: triples of what their arguments are called, modes, and size or None.
            ranks, seed: the arguments.
        """
        (inp_name, inp_modes, inp_size), (out_name, out_modes, out_size) = inp, out
        inp_modes, out_modes = check_mode_pairs(function, inp_modes, out_modes,
                                                (inp_name + '_modes', out_name + '_modes'))
        ranks = check_ranks(function, ranks, [i * o for i, o in zip(inp_modes, out_modes)])
        seed = check_seed(function, seed)
        variance = self.variance(*(
            _live(function, name + '_size', size, name + '_modes', modes)
            for name, modes, size in ((inp_name, inp_modes, inp_size),
                                      (out_name, out_modes, out_size))))
        variance = _variance_of_elements(variance, ranks, len(inp_modes))
        return matrix_core_initializers(inp_modes, out_modes, ranks, variance, seed)


glorot = Scheme('glorot', lambda fan_in, fan_out: 2.0 / (fan_in + fan_out))
he = Scheme('he', lambda fan_in, fan_out: 2.0 / fan_in)
lecun = Scheme('lecun', lambda fan_in, fan_out: 1.0 / fan_in)


def _fans(shape):
    shape = [int(size) for size in shape]
    if not shape:
        return 1, 1
    receptive_field = int(np.prod(shape[:-2]))
    fan_in = shape[-2] if len(shape) > 1 else shape[-1]
    return receptive_field * fan_in, receptive_field * shape[-1]


def _variance_of_elements(variance, ranks, free):
    """Variance of the elements of `free` cores whose product has elements of `variance`.

    An element of the product is a sum over all indices of the bonds, `prod(ranks)` uncorrelated
    terms, each a product of one element of each core.
    """
    return (variance / product(ranks))**(1.0 / free)


def _live(function, name, size, modes_name, modes):
    """Number of the layer's inputs or outputs, all that its modes multiply to if `size` is None."""
    if size is None:
        return product(modes)
    size = check_integer(function, name, size)
    if size > product(modes):
        raise ValueError(
            f'{function}: `{name}` must be at most {product(modes)}, the product of '
            f'`{modes_name}` {modes}, but it is {size}; choose larger modes')
    return size
