"""The result of a TT decomposition."""
import collections

import numpy as np


class Decomposition(collections.namedtuple('Decomposition',
                                           ['cores', 'bond_errors', 'relative_error'])):
    """A TT decomposition and its error.

    Attributes:
        cores: list of d arrays, [r_{k-1}, n_k, r_k], or [r_{k-1}, left_k, right_k, r_k] for a
            matrix.
        bond_errors: float64 array [d - 1]; Frobenius norm of what was cut at each bond, relative
            to the norm of the tensor.
        relative_error: relative Frobenius error of the whole approximation. Successive cuts are
            orthogonal to each other, so it is the root of the sum of the squared `bond_errors`.
    """
    __slots__ = ()

    @property
    def ranks(self):
        """TT-ranks, int32 array [d + 1]."""
        return np.array([core.shape[0] for core in self.cores] + [1], dtype=np.int32)
