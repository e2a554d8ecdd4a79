"""The layers: functions that create variables and add a layer's computation to the graph."""

from tensornet.gone_names import missing_attribute
from tensornet.layers.batch_normalization import batch_normalization
from tensornet.layers.conv import conv
from tensornet.layers.default_plan import default_plan
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.linear import linear
from tensornet.layers.master_weights import master_weights
from tensornet.layers.moving_statistics import moving_statistics
from tensornet.layers.tt import tt
from tensornet.layers.tt_conv import tt_conv
from tensornet.layers.tt_conv1d_full import tt_conv1d_full
from tensornet.layers.tt_conv_direct import tt_conv_direct
from tensornet.layers.tt_conv_full import tt_conv_full
from tensornet.layers.tt_embedding import tt_embedding
from tensornet.layers.tt_embedding_bag import tt_embedding_bag

__all__ = [
    'batch_normalization',
    'conv',
    'default_plan',
    'get_var_wrap',
    'linear',
    'master_weights',
    'moving_statistics',
    'tt',
    'tt_conv',
    'tt_conv1d_full',
    'tt_conv_direct',
    'tt_conv_full',
    'tt_embedding',
    'tt_embedding_bag',
]

__getattr__ = missing_attribute(__name__)


def __dir__():
    return sorted(__all__)
