"""What the formats have in common whose cores are one TT-matrix, of weights or of a table."""

from __future__ import annotations

import collections
from typing import Any, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.dense_weights import (
    check_cropped_shape,
    check_weights,
    crop,
    pad_to_modes,
    padded_sizes,
)
from tensornet.convert.layer_format import LayerFormat
from tensornet.convert.layer_variables import core_values, layer_variables, to_cores, to_variable
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.arguments import check_mode_pairs, product
from tensornet.tt.cores import check_cores
from tensornet.tt.full_tensor import full_matrix
from tensornet.tt.tt_svd import regroup
from tensornet.wording import errors_of_caller


class MatrixFormat(LayerFormat):
    """A kind of layer with the variables `mat_core_1..d`, the cores of a TT-matrix.

    Its methods are its public functions, such as `tt_from_dense`, whose names and arguments they
    name in messages.

    Attributes:
        ranks_argument: the layer's argument for its ranks.
    """

    found_as = 'tt'
    ndim = 2
    ranks_argument = 'ranks'

    def from_dense(self, dense: ArrayLike, inp_modes: Modes, out_modes: Modes, target: Target,
                   pad: bool = False) -> LayerWeights:
        function, name = f'{self.name}_from_dense', self.dense_argument
        matrix = check_weights(function, name, dense, ndim=2)
        modes = check_mode_pairs(function, inp_modes, out_modes, self.mode_arguments)
        dense_shape, dense_size = list(matrix.shape), matrix.size
        matrix = pad_to_modes(function, matrix, list(zip(self.mode_arguments, modes)), pad)
        decomposition = decompose_to(function, regroup(function, name, matrix, *modes),
                                     [i * o for i, o in zip(*modes)], dense_size, target)
        cores = [core.reshape(len(core), i, o, -1)
                 for core, i, o in zip(decomposition.cores, *modes)]
        return spread_norm(self._layer(cores, dense_shape))._replace(
            bond_errors=decomposition.bond_errors, relative_error=decomposition.relative_error)

    def from_cores(self, cores: Cores, shape: Optional[Sequence[int]] = None) -> LayerWeights:
        function = f'{self.name}_from_cores'
        cores = check_cores(function, cores)
        if cores[0].ndim != 4:
            raise ValueError(
                f'{function}: `cores` must be [r_{{k-1}}, i_k, o_k, r_k], but the first has shape '
                f'{list(cores[0].shape)}; split the modes of each core')
        full_shape = [product(core.shape[axis] for core in cores) for axis in (1, 2)]
        return self._layer(cores, check_cropped_shape(function, shape, full_shape))

    def from_variables(self, variables: Arrays, inp_modes: Any = None, out_modes: Any = None,
                       sizes: Optional[Sequence[int]] = None) -> LayerWeights:
        function = f'{self.name}_from_variables'
        inp_modes, out_modes = check_mode_pairs(function, inp_modes, out_modes,
                                                self.mode_arguments)
        values = layer_variables(function, variables, None, 'mat_core')
        cores = self.to_cores(function, values, inp_modes, out_modes, 'variables')
        return self._layer(cores, check_cropped_shape(function, sizes,
                                                      [product(inp_modes), product(out_modes)]))

    def multiplied_out(self, cores: Any, inp_modes: Modes, out_modes: Modes,
                       shape: Optional[Sequence[int]] = None) -> np.ndarray:
        """Returns the matrix of a layer's variables; see `tt_to_dense`."""
        function = f'{self.name}_to_dense'
        modes = check_mode_pairs(function, inp_modes, out_modes, self.mode_arguments)
        values = core_values(function, cores, 'mat_core')
        values = self.to_cores(function, values, *modes)
        with errors_of_caller({}, f'{function}: '):
            matrix = full_matrix(values)
        return crop(function, matrix, shape)

    def to_dense(self, weights: LayerWeights) -> np.ndarray:
        return self.multiplied_out(weights.cores, *weights.modes, weights.dense_shape)

    def tensor_train(self, weights: LayerWeights) -> List[np.ndarray]:
        return self.to_cores('LayerWeights', weights.cores, *weights.modes)

    def dense_parts(self, weights: LayerWeights) -> Iterator[Tuple[Tuple[Any, ...], np.ndarray]]:
        # The modes of the outputs are the first axes of the variables. So each value of the first
        # of them is a layer of its own.
        side = self.out_side
        modes, shape = list(weights.modes), list(weights.dense_shape)
        count, *rest = modes[side]
        size, length = product(rest), shape[side]
        modes[side] = [1] + rest
        inp_modes, out_modes = modes
        first, *others = weights.cores
        for k, core in enumerate(np.split(first, count)):
            start, end = k * size, min((k + 1) * size, length)
            if start >= length:
                return
            shape[side] = end - start
            yield ((slice(None),) * side + (slice(start, end),),
                   self.multiplied_out([core] + others, inp_modes, out_modes, shape))

    def to_cores(self, function: str, variables: List[np.ndarray], inp_modes: Modes,
                 out_modes: Modes, argument: str = 'cores') -> List[np.ndarray]:
        """Returns variables as cores `[r_{k-1}, row_k, column_k, r_k]`.

        Args, Raises: as for `layer_variables.to_cores`.
        """
        return to_cores(function, variables, inp_modes, out_modes, argument)

    def to_variable(self, core: np.ndarray) -> np.ndarray:
        """Returns a core `[r_{k-1}, row_k, column_k, r_k]` as the variable of the layer."""
        return to_variable(core)

    def _layer(self, cores: Cores, dense_shape: List[int]) -> LayerWeights:
        """Cores `[r_{k-1}, row_k, column_k, r_k]` as `LayerWeights` without an error."""
        modes = [[core.shape[axis] for core in cores] for axis in (1, 2)]
        ranks = [len(core) for core in cores] + [1]
        variables = collections.OrderedDict(
            (f'mat_core_{k}', self.to_variable(core)) for k, core in enumerate(cores, start=1))
        arguments = dict(zip(self.mode_arguments, modes))
        arguments[self.ranks_argument] = ranks
        arguments.update(padded_sizes(dense_shape, list(zip(self.size_arguments, modes))))
        return LayerWeights(self.name, arguments, variables, ranks, np.zeros(0), 0., dense_shape)
