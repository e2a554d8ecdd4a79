"""Recurrent cells with TT-matrices, for `dynamic_rnn` and `static_rnn` of TensorFlow."""

from tensornet.rnn.tt_gru_cell import TTGRUCell
from tensornet.rnn.tt_lstm_cell import LSTMStateTuple, TTLSTMCell
from tensornet.rnn.unrolling import unroll

__all__ = ['LSTMStateTuple', 'TTGRUCell', 'TTLSTMCell', 'unroll']


def __dir__():
    return sorted(__all__)
