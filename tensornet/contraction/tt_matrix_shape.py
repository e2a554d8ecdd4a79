"""Modes and TT-ranks of a TT-matrix as one value. Nothing here knows of TensorFlow."""

from typing import NamedTuple, Tuple

from tensornet.annotations import Modes
from tensornet.tt.arguments import product


class TTMatrixShape(NamedTuple):
    """Modes and TT-ranks of a TT-matrix `[prod(inp_modes), prod(out_modes)]`, as tuples.

    Attributes:
        inp_modes, out_modes: d modes `i_k` and d modes `o_k`.
        ranks: d+1 TT-ranks `r_k`.
    """

    inp_modes: Tuple[int, ...]
    out_modes: Tuple[int, ...]
    ranks: Tuple[int, ...]

    @classmethod
    def of(cls, inp_modes: Modes, out_modes: Modes, ranks: Modes) -> 'TTMatrixShape':
        """Returns the shape of these modes and d+1 ranks, whatever sequences they are."""
        return cls(tuple(inp_modes), tuple(out_modes), tuple(ranks))

    @property
    def d(self) -> int:
        """Number of cores."""
        return len(self.inp_modes)

    @property
    def inp_size(self) -> int:
        """Product of the input modes."""
        return product(self.inp_modes)

    @property
    def out_size(self) -> int:
        """Product of the output modes."""
        return product(self.out_modes)

    @property
    def modes(self):
        """List of the modes `i_k * o_k` of the tensor that the cores make."""
        return [i * o for i, o in zip(self.inp_modes, self.out_modes)]

    @property
    def core_shapes(self):
        """List of the shapes `[o_k * r_k, r_{k-1} * i_k]` in which the cores are stored."""
        return [[o * right, left * i] for i, o, left, right in zip(
            self.inp_modes, self.out_modes, self.ranks[:-1], self.ranks[1:])]

    @property
    def core_sizes(self):
        """List of the numbers of elements of the cores."""
        return [rows * columns for rows, columns in self.core_shapes]

    def __str__(self):
        inp_modes, out_modes, ranks = map(list, self)
        return f'modes {inp_modes} -> {out_modes} and ranks {ranks}'
