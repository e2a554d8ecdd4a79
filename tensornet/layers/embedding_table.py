"""The table that the embeddings have in common: its arguments and its cores."""

from collections import namedtuple

from tensornet.initializers import Scheme
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import tt_matrix_cores


class EmbeddingTable(namedtuple('EmbeddingTable', [
        'voc_modes', 'emb_modes', 'ranks', 'voc_size', 'emb_size', 'initializers', 'regularizers',
        'trainable', 'cpu_variables', 'dtype'])):
    """Checked arguments of an embedding, see `tt_embedding`: lists, integers, bools and a type.

    Attributes:
        initializers, regularizers: lists with one entry for each core.
    """

    __slots__ = ()

    @property
    def modes(self):
        """Modes of the train."""
        return [voc * emb for voc, emb in zip(self.voc_modes, self.emb_modes)]

    def cores(self):
        """Gets the cores below the current variable scope, and warns of useless ranks."""
        warn_of_useless_ranks('ranks', self.ranks, self.modes)
        return tt_matrix_cores('mat_core', self.emb_modes, self.voc_modes, self.ranks,
                               self.initializers, self.regularizers, self.trainable,
                               self.cpu_variables, self.dtype)


def checked_table(check, voc_modes, emb_modes, ranks, voc_size, emb_size, cores_initializer,
                  cores_regularizer, trainable, cpu_variables, dtype):
    """Checks the arguments of an embedding that describe its table.

    Args:
        check: the layer's `Arguments`.
        voc_modes, emb_modes, ranks, voc_size, emb_size, cores_initializer, cores_regularizer,
            trainable, cpu_variables, dtype: as for `tt_embedding`.

    Returns:
        `EmbeddingTable`.
    """
    voc_modes = check.sizes('voc_modes', voc_modes)
    emb_modes = check.sizes('emb_modes', emb_modes)
    check.equal_length('voc_modes', voc_modes, 'emb_modes', emb_modes)
    voc_size = check.live_size('voc_size', voc_size, 'voc_modes', voc_modes)
    emb_size = check.live_size('emb_size', emb_size, 'emb_modes', emb_modes)
    modes = [voc * emb for voc, emb in zip(voc_modes, emb_modes)]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(0, -1))
    if isinstance(cores_initializer, Scheme):
        cores_initializer = cores_initializer.tt_embedding(
            voc_modes, emb_modes, ranks, voc_size=voc_size, emb_size=emb_size)
    d = len(voc_modes)
    return EmbeddingTable(
        voc_modes, emb_modes, ranks, voc_size, emb_size,
        check.per_core('cores_initializer', cores_initializer, d),
        check.per_core('cores_regularizer', cores_regularizer, d),
        check.switch('trainable', trainable), check.switch('cpu_variables', cpu_variables),
        check.float_type('dtype', dtype))
