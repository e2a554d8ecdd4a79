"""Tensor-train algebra on NumPy arrays; knows nothing of TensorFlow.

A train of d cores `[r_{k-1}, n_k, r_k]` stands for a tensor [n_1, ..., n_d]; one of cores
`[r_{k-1}, left_k, right_k, r_k]` for a matrix [prod(left), prod(right)].
"""
from tensornet.tt.choose_shape import LayerShape, choose_shape
from tensornet.tt.decompose import decompose
from tensornet.tt.decompose_matrix import decompose_matrix
from tensornet.tt.decomposition import Decomposition
from tensornet.tt.factorize import Factorization, factorize
from tensornet.tt.flat import flatten, unflatten, unflatten_matrix
from tensornet.tt.full import full, full_matrix
from tensornet.tt.matrix_svd import matrix_svd
from tensornet.tt.max_ranks import max_ranks
from tensornet.tt.round import round
from tensornet.tt.select_ranks import RankSelection, select_matrix_ranks, select_ranks
from tensornet.tt.svd import svd
from tensornet.tt.train import norm, ranks, storage

__all__ = [
    'Decomposition', 'Factorization', 'LayerShape', 'RankSelection', 'choose_shape', 'decompose',
    'decompose_matrix', 'factorize', 'flatten', 'full', 'full_matrix', 'matrix_svd', 'max_ranks',
    'norm', 'ranks', 'round', 'select_matrix_ranks', 'select_ranks', 'storage', 'svd', 'unflatten',
    'unflatten_matrix']
