"""Modes and ranks of a layer from its sizes and a target, before there are weights."""

from __future__ import annotations

import collections
import math
from typing import Optional, Sequence

from tensornet.tt.arguments import (
    admitted_ranks,
    check_integer,
    check_one_given,
    check_window,
    product,
)
from tensornet.tt.balanced_ranks import capped, common_rank, raised, tt_size
from tensornet.tt.factorization import LARGEST_FACTORED, MOST_FACTORS, find_modes
from tensornet.tt.parameter_limit import parameter_limit, unmet


class LayerShape(collections.namedtuple('LayerShape', ['inp_modes', 'out_modes', 'ranks'])):
    """Modes and ranks of a layer, in the order of the layers' and the initializers' arguments.

    Attributes:
        inp_modes: list of d modes, which multiply to the size of the input or to more.
        out_modes: list of d modes of the output, likewise.
        ranks: list of d+1 TT-ranks; for `tt_conv` the first is that of the filters.
        sizes: dict of the layer's further arguments where modes multiply to more, `inp_size` and
            `out_size`, or `inp_ch` and `out_ch` for `tt_conv`; else empty.
    """

    def __new__(cls, inp_modes, out_modes, ranks, sizes=()):
        shape = super().__new__(cls, inp_modes, out_modes, ranks)
        shape.sizes = dict(sizes)
        return shape

    @classmethod
    def _make(cls, fields):
        return cls(*fields)

    def __repr__(self):
        return super().__repr__()[:-1] + f', sizes={self.sizes})'

    def __eq__(self, other):
        return tuple(self) == other and self.sizes == getattr(other, 'sizes', self.sizes)

    def __ne__(self, other):
        return not self == other

    def _replace(self, **changes):
        """Returns the shape with other modes or ranks and the same sizes."""
        return type(self)(*super()._replace(**changes), sizes=self.sizes)


def choose_shape(inp_size: int, out_size: int, *, compression: Optional[float] = None,
                 parameters: Optional[int] = None, cores: Optional[int] = None,
                 window: Optional[Sequence[int]] = None) -> LayerShape:
    """Chooses modes and ranks of a TT layer that has a given number of parameters.

        shape = tt.choose_shape(4096, 1000, compression=20)
        out = layers.tt(inp, *shape, **shape.sizes,
                        cores_initializer=initializers.he.tt(*shape, **shape.sizes))

    There are as many cores as modes of 8 would need, or more where ranks of 1 would still be too
    large. The modes are factors of the sizes up to 16, as equal as possible. Where a size has no
    such factors, they multiply to more, such as 4100 for 4099; a layer then uses the first 4099.
    The ranks are the same at all bonds, limited by what is useful, and one higher where the size
    allows it. For weights that are there already, `tensornet.convert` and `select_matrix_ranks`
    choose better ones.

    Args:
        inp_size: number of inputs or input channels.
        out_size: number of outputs or output channels.
        compression: least ratio of the number of dense weights to that of parameters.
        parameters: largest number of parameters; exactly one of the two is given.
        cores: number d of modes; None chooses it.
        window: height and width of the window of `tt_conv`; None for `tt`.

    Returns:
        `LayerShape(inp_modes, out_modes, ranks)`, with `sizes`.

    Raises:
        ValueError, TypeError: an argument is wrong, or the target cannot be met; the message says
            what can.
    """
    function = 'choose_shape'
    sizes = [check_integer(function, name, size, maximum=LARGEST_FACTORED)
             for name, size in (('inp_size', inp_size), ('out_size', out_size))]
    if cores is not None:
        cores = check_integer(function, 'cores', cores, maximum=MOST_FACTORS)
    pixels = _pixels(function, window)
    check_one_given(function, compression=compression, parameters=parameters)
    dense_size = product(sizes) * (pixels or 1)
    size = parameter_limit(function, dense_size, parameters, compression)
    least = math.inf
    for inp_modes, out_modes in _mode_lists(sizes, cores):
        modes = ([pixels] if pixels else []) + [i * o for i, o in zip(inp_modes, out_modes)]
        if sum(modes) <= size:
            ranks = _even_ranks(modes, size)
            return LayerShape(inp_modes, out_modes, ranks[1:] if pixels else ranks,
                              _padded_sizes(sizes, inp_modes, out_modes, pixels))
        least = min(least, sum(modes))
    raise unmet(function, f' for the sizes {sizes[0]} and {sizes[1]}:', least, dense_size,
                parameters, compression, None if cores is None else 'or more `cores`')


def _mode_lists(sizes, cores):
    """Yields input and output modes, the usual number of them first, then more and more."""
    first = find_modes(*sizes, cores=cores)
    yield first
    if cores is None:
        for count in range(len(first[0]) + 1, max(sizes).bit_length() + 1):
            yield find_modes(*sizes, cores=count)


def _padded_sizes(sizes, inp_modes, out_modes, pixels):
    names = ('inp_ch', 'out_ch') if pixels else ('inp_size', 'out_size')
    return {name: size for name, size, modes in zip(names, sizes, (inp_modes, out_modes))
            if size < product(modes)}


def _even_ranks(modes, size):
    """The largest common rank that fits, and single ranks one higher where they fit too."""
    limits = admitted_ranks(modes)
    ranks = capped(modes, limits, common_rank(modes, limits, size))
    while True:
        trials = []
        for bond in range(1, len(modes)):
            if ranks[bond] < limits[bond]:
                trial = raised(modes, ranks[:bond] + [ranks[bond] + 1] + ranks[bond + 1:])
                if tt_size(modes, trial) <= size:
                    trials.append((ranks[bond], trial))
        if not trials:
            return ranks
        ranks = min(trials)[1]


def _pixels(function, window):
    if window is None:
        return None
    return product(check_window(function, window))
