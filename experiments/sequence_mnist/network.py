"""An LSTM that reads an image row by row."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from tensornet.rnn import TTLSTMCell, unroll

CLASSES = 10

_SCOPE = 'inference'
_CELL = 'lstm'


def inference(images, mean, hidden_modes, inp_modes, inp_ranks, state_ranks, dropout=None):
    """Adds the network to the graph: an LSTM, whose last output a linear layer classifies.

    Each row of an image is one step. Called again in the same graph, it shares the variables.

    Args:
        images: uint8 tensor `[batch, height, width]` of known height and width.
        mean: array `[height, width]`, the mean training image, from 0 to 255.
        hidden_modes: modes of the hidden units.
        inp_modes: modes of a row, as many; their product is at least the width.
        inp_ranks: TT-ranks of the matrix from a row to the gates; None for a dense matrix.
        state_ranks: TT-ranks of the matrix from the state to the gates; None for a dense matrix.
        dropout: function applied to the last output, or None.

    Returns:
        The logits, `[batch, 10]`.
    """
    width = images.shape.as_list()[2]
    rows = (tf.cast(images, tf.float32) - mean.astype(np.float32)) / 255.0
    with tf.variable_scope(_SCOPE, reuse=tf.AUTO_REUSE):
        cell = TTLSTMCell(
            hidden_modes, None if inp_ranks is None else inp_modes, inp_ranks, state_ranks,
            inp_size=width, scope=_CELL)
        _, state = unroll(cell, rows)
        hidden = state.h if dropout is None else dropout(state.h)
        return tensornet.layers.linear(hidden, CLASSES, scope='logits')


def count_cell_weights():
    """The number of weights of the cell in the current graph, without its biases."""
    return sum(variable.shape.num_elements()
               for variable in tf.trainable_variables(f'{_SCOPE}/')
               if f'/{_CELL}/' in variable.op.name and not variable.op.name.endswith('/biases'))
