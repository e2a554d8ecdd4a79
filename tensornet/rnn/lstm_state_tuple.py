"""The state of an LSTM."""

from collections import namedtuple


class LSTMStateTuple(namedtuple('LSTMStateTuple', ['c', 'h'])):
    """State of `TTLSTMCell`: the memory `c` and the output `h`, both `[batch, hidden_size]`.

    TensorFlow takes it for the same structure as `tf.nn.rnn_cell.LSTMStateTuple`, which has its
    name and fields.
    """

    __slots__ = ()
