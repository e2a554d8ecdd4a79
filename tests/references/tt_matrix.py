"""A TT-matrix written out entry by entry."""

import numpy as np


def tt_matrix(variables, inp_modes, out_modes, ranks):
    """Writes out `W[a, (i), (o)] = (G_1[i_1, o_1] ... G_d[i_d, o_d])[a]`.

    Args:
        variables: list of d arrays `[o_k * r_k, r_{k-1} * i_k]`, rows `(o_k, r_k)` and columns
            `(r_{k-1}, i_k)`.
        inp_modes, out_modes: the d mode sizes `i_k` and `o_k`.
        ranks: the d+1 TT-ranks, of which the last is 1.

    Returns:
        float64 array `[r_0, prod(inp_modes), prod(out_modes)]`.
    """
    cores = [np.asarray(variable, np.float64).reshape([o, right, left, i])
             for variable, o, right, left, i
             in zip(variables, out_modes, ranks[1:], ranks[:-1], inp_modes)]
    matrix = np.empty([ranks[0]] + list(inp_modes) + list(out_modes))
    for inp_index in np.ndindex(*inp_modes):
        for out_index in np.ndindex(*out_modes):
            product = np.eye(ranks[0])
            for core, i, o in zip(cores, inp_index, out_index):
                product = product.dot(core[o, :, :, i].T)
            matrix[(slice(None),) + inp_index + out_index] = product[:, 0]
    return matrix.reshape([ranks[0], int(np.prod(inp_modes)), int(np.prod(out_modes))])
