"""Tensor-train algebra on NumPy arrays; knows nothing of TensorFlow.

A tensor train of d cores `[r_{k-1}, n_k, r_k]` stands for a tensor [n_1, ..., n_d]; one of cores
`[r_{k-1}, left_k, right_k, r_k]` for a matrix [prod(left), prod(right)].
"""
from tensornet.tt.cores import Decomposition
from tensornet.tt.factorization import Factorization, factorize
from tensornet.tt.flat import flatten, unflatten, unflatten_matrix
from tensornet.tt.full_tensor import full, full_matrix
from tensornet.tt.layer_shape import LayerShape, choose_shape
from tensornet.tt.rank_argument import max_ranks
from tensornet.tt.rank_selection import RankSelection, select_matrix_ranks, select_ranks
from tensornet.tt.rounding import round
from tensornet.tt.tensor_train import norm, ranks, storage
from tensornet.tt.tt_svd import decompose, decompose_matrix, matrix_svd, svd

__all__ = [
    'Decomposition', 'Factorization', 'LayerShape', 'RankSelection', 'choose_shape', 'decompose',
    'decompose_matrix', 'factorize', 'flatten', 'full', 'full_matrix', 'matrix_svd', 'max_ranks',
    'norm', 'ranks', 'round', 'select_matrix_ranks', 'select_ranks', 'storage', 'svd', 'unflatten',
    'unflatten_matrix']


def __dir__():
    return sorted(__all__)
