"""The table of an embedding in the TT format, and its gradients, written out."""

import numpy as np


def tt_table(variables, voc_modes, emb_modes, ranks):
    """Multiplies out the table whose cores have these variables.

    Args:
        variables: list of d arrays `[v_k * r_k, r_{k-1} * e_k]`.
        voc_modes, emb_modes: the d modes `v_k` and `e_k`.
        ranks: the d+1 TT-ranks, of which the first and the last are 1.

    Returns:
        float64 array `[prod(voc_modes), prod(emb_modes)]`.
    """
    table = np.ones([1, 1, 1])
    for core in _cores(variables, voc_modes, emb_modes, ranks):
        table = np.einsum('VEl,vrle->VvEer', table, core)
        table = table.reshape(table.shape[0] * table.shape[1], -1, table.shape[4])
    return table[:, :, 0]


def tt_table_gradients(variables, voc_modes, emb_modes, ranks, gradient):
    """Gradients of the variables, for that of the table.

    Args:
        variables, voc_modes, emb_modes, ranks: as for `tt_table`.
        gradient: array `[prod(voc_modes), prod(emb_modes)]`.

    Returns:
        List of d float64 arrays of the shapes of the variables.
    """
    d = len(voc_modes)
    gradients = []
    for k in range(d):
        parts = [voc_modes[:k], emb_modes[:k], ranks[:k + 1]], [
            voc_modes[k + 1:], emb_modes[k + 1:], ranks[k + 1:]]
        left = _open_table(variables[:k], *parts[0])
        right = _open_table(variables[k + 1:], *parts[1])
        shape = [left.shape[1], voc_modes[k], right.shape[1], left.shape[2], emb_modes[k],
                 right.shape[2]]
        whole = np.asarray(gradient, np.float64).reshape(shape)
        core = np.einsum('AvBaeb,lAas,rBbt->vrle', whole, left[..., None], right[..., None])
        gradients.append(core.reshape(np.shape(variables[k])))
    return gradients


def _open_table(variables, voc_modes, emb_modes, ranks):
    """Multiplies out neighbouring cores of which one bond is open.

    Returns:
        Array `[rank, prod(voc_modes), prod(emb_modes)]`: of the open bond, which is the last one
        where the first rank is 1 and there is no other, else the first.
    """
    table = np.eye(ranks[0]).reshape(ranks[0], 1, 1, ranks[0])
    for core in _cores(variables, voc_modes, emb_modes, ranks):
        table = np.einsum('aVEl,vrle->aVvEer', table, core)
        table = table.reshape(ranks[0], table.shape[1] * table.shape[2], -1, table.shape[5])
    return table[:, :, :, 0] if table.shape[3] == 1 else np.moveaxis(table[0], -1, 0)


def _cores(variables, voc_modes, emb_modes, ranks):
    return [np.asarray(variable, np.float64).reshape(voc, right, left, emb)
            for variable, voc, emb, left, right
            in zip(variables, voc_modes, emb_modes, ranks[:-1], ranks[1:])]
