"""The table that the embeddings have in common: its arguments and its cores."""

from typing import NamedTuple, Optional

from tensornet.annotations import Modes, Ranks
from tensornet.contraction import TTMatrixShape
from tensornet.initializers import Scheme
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import Functions, LayerVariables


class EmbeddingTable(NamedTuple):
    """Checked arguments of an embedding that describe its table, see `tt_embedding`.

    Attributes:
        functions: `Functions` of the cores, lists.
        variables: `LayerVariables`.
    """

    voc_modes: Modes
    emb_modes: Modes
    ranks: Ranks
    voc_size: Optional[int]
    emb_size: Optional[int]
    functions: Functions
    variables: LayerVariables

    @property
    def modes(self):
        """Modes of the tensor that the cores make, one for each core."""
        return [voc * emb for voc, emb in zip(self.voc_modes, self.emb_modes)]

    def cores(self):
        """Gets the cores below the current variable scope, and warns of useless ranks."""
        warn_of_useless_ranks('ranks', self.ranks, self.modes)
        matrix = TTMatrixShape.of(self.emb_modes, self.voc_modes, self.ranks)
        return self.variables.cores('mat_core', matrix, self.functions)


def checked_table(check, table):
    """Checks an `EmbeddingTable` of arguments as they were given; returns one that is checked.

    Args:
        check: the layer's `Arguments`.
        table: `EmbeddingTable`; its `functions` may hold a `Scheme` as initializer.
    """
    voc_modes, emb_modes, ranks, voc_size, emb_size, functions, variables = table
    voc_modes = check.sizes('voc_modes', voc_modes)
    emb_modes = check.sizes('emb_modes', emb_modes)
    check.equal_length('voc_modes', voc_modes, 'emb_modes', emb_modes)
    voc_size = check.live_size('voc_size', voc_size, 'voc_modes', voc_modes)
    emb_size = check.live_size('emb_size', emb_size, 'emb_modes', emb_modes)
    modes = [voc * emb for voc, emb in zip(voc_modes, emb_modes)]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(0, -1))
    if isinstance(functions.initializer, Scheme):
        functions = functions._replace(initializer=functions.initializer.tt_embedding(
            voc_modes, emb_modes, ranks, voc_size=voc_size, emb_size=emb_size))
    functions = functions.checked_per_core(check, 'cores', len(voc_modes))
    variables = variables.checked(check, check.float_type('dtype', variables.dtype))
    return EmbeddingTable(voc_modes, emb_modes, ranks, voc_size, emb_size, functions, variables)
