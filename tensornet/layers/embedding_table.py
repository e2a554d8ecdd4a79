"""The table that the embeddings have in common: its arguments and its cores."""

from typing import NamedTuple

from tensornet.contraction import TTMatrixShape
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import Functions, LayerVariables


class EmbeddingTable(NamedTuple):
    """Checked arguments of an embedding that describe its table, see `tt_embedding`.

    Attributes:
        matrix: `TTMatrixShape` of the transposed table, from `emb_modes` to `voc_modes`.
        voc_size, emb_size: numbers of rows, and of elements of a row.
        functions: `Functions` of the cores, lists.
        variables: `LayerVariables`.
    """

    matrix: TTMatrixShape
    voc_size: int
    emb_size: int
    functions: Functions
    variables: LayerVariables

    def cores(self):
        """Gets the cores below the current variable scope, and warns of useless ranks."""
        warn_of_useless_ranks('ranks', self.matrix.ranks, self.matrix.modes)
        return self.variables.cores('mat_core', self.matrix, self.functions)


def checked_table(check, matrix, sizes, functions, variables):
    """Checks the arguments of an embedding that describe its table; returns an `EmbeddingTable`.

    Args:
        check: the layer's `Arguments`.
        matrix: triple of `voc_modes`, `emb_modes` and `ranks`.
        sizes: pair of `voc_size` and `emb_size`.
        functions: `Functions` of the cores.
        variables: `LayerVariables`.
    """
    (voc_modes, emb_modes, ranks), (voc_size, emb_size) = matrix, sizes
    voc_modes = check.sizes('voc_modes', voc_modes)
    emb_modes = check.sizes('emb_modes', emb_modes)
    check.equal_length('voc_modes', voc_modes, 'emb_modes', emb_modes)
    voc_size = check.live_size('voc_size', voc_size, 'voc_modes', voc_modes)
    emb_size = check.live_size('emb_size', emb_size, 'emb_modes', emb_modes)
    matrix = check.matrix('ranks', ranks, emb_modes, voc_modes)
    functions = functions.checked_per_core(
        check, matrix.d, lambda scheme: scheme.tt_embedding(
            voc_modes, emb_modes, matrix.ranks, voc_size=voc_size, emb_size=emb_size))
    variables = variables.checked(check, check.float_type('dtype', variables.dtype))
    return EmbeddingTable(matrix, voc_size, emb_size, functions, variables)
