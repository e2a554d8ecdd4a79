"""From dense layers to TT layers and back: arrays, graphs and checkpoints.

`python -m tensornet.convert` converts the layers of a checkpoint.
"""
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.convert.changed_layers import change_modes, grow_layer, round_layer
from tensornet.convert.checkpoint_conversion import convert_checkpoint
from tensornet.convert.fitting import FittedLayer, fit_to_inputs
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.recurrent_formats import (
    CellWeights,
    gru_from_dense,
    gru_to_dense,
    lstm_from_dense,
    lstm_to_dense,
)
from tensornet.convert.report import Report
from tensornet.convert.request import Request
from tensornet.convert.scope_values import assign, read
from tensornet.convert.target import GrowthWarning
from tensornet.convert.tt_conv_direct_format import (
    tt_conv_direct_from_cores,
    tt_conv_direct_from_dense,
    tt_conv_direct_from_variables,
    tt_conv_direct_to_dense,
)
from tensornet.convert.tt_conv_format import (
    tt_conv_from_cores,
    tt_conv_from_dense,
    tt_conv_from_variables,
    tt_conv_to_dense,
)
from tensornet.convert.tt_embedding_format import (
    tt_embedding_from_cores,
    tt_embedding_from_dense,
    tt_embedding_from_variables,
    tt_embedding_to_dense,
)
from tensornet.convert.tt_format import (
    tt_from_cores,
    tt_from_dense,
    tt_from_variables,
    tt_to_dense,
)

__all__ = [
    'CellWeights', 'CheckpointError', 'FittedLayer', 'GrowthWarning', 'LayerWeights', 'Report',
    'Request', 'assign', 'change_modes', 'convert_checkpoint', 'fit_to_inputs', 'grow_layer',
    'gru_from_dense', 'gru_to_dense', 'lstm_from_dense', 'lstm_to_dense', 'read', 'round_layer',
    'tt_conv_direct_from_cores', 'tt_conv_direct_from_dense', 'tt_conv_direct_from_variables',
    'tt_conv_direct_to_dense', 'tt_conv_from_cores', 'tt_conv_from_dense',
    'tt_conv_from_variables', 'tt_conv_to_dense', 'tt_embedding_from_cores',
    'tt_embedding_from_dense', 'tt_embedding_from_variables', 'tt_embedding_to_dense',
    'tt_from_cores', 'tt_from_dense', 'tt_from_variables', 'tt_to_dense']


def __dir__():
    return sorted(__all__)
