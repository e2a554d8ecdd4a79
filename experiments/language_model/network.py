"""A recurrent language model whose embedding is tied to its output."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from tensornet import initializers
from tensornet.rnn import LSTMStateTuple, TTLSTMCell, unroll

_SCOPE = 'language_model'
_EMBEDDING = 'embedding'


def inference(words, state, vocabulary_size, embedding, voc_modes, emb_modes, ranks, dropout=None):
    """Adds the network to the graph: embedding, one dense LSTM, and the embedding transposed.

    The rows of the embedding, the LSTM and its outputs have the same size. Output `v` is the
    product of the LSTM's output and row `v` of the embedding, plus a bias. Called again in the same
    graph, it shares the variables.

    Args:
        words: integer tensor `[batch, time]` of places in the vocabulary.
        state: an `LSTMStateTuple` of tensors `[batch, size]`, before the first word.
        vocabulary_size: number of words.
        embedding: 'tt', or 'dense' for a table.
        voc_modes: modes of the vocabulary; their product is at least `vocabulary_size`. A dense
            embedding has none.
        emb_modes: modes of a row; their product is the size, for a dense embedding too.
        ranks: TT-ranks. A dense embedding has none.
        dropout: function of a tensor and its number, applied to the inputs of the LSTM, 0, and to
            its outputs, 1; or None.

    Returns:
        The logits of the following words, `[batch, time, vocabulary_size]`, and the state behind
        the last word, an `LSTMStateTuple`.
    """
    size = int(np.prod(emb_modes))
    drop = dropout or (lambda tensor, number: tensor)
    with tf.variable_scope(_SCOPE, reuse=tf.AUTO_REUSE):
        if embedding == 'tt':
            cores = initializers.lecun.tt(emb_modes, voc_modes, ranks, out_size=vocabulary_size)
            rows = tensornet.layers.tt_embedding(words, voc_modes, emb_modes, ranks, cores,
                                                 scope=_EMBEDDING, voc_size=vocabulary_size)
        else:
            rows = tf.nn.embedding_lookup(_table(vocabulary_size, size), words)
        hidden, state = unroll(TTLSTMCell([size], scope='lstm'), drop(rows, 0), initial_state=state)
        hidden = drop(hidden, 1)
        if embedding == 'tt':
            flat = tensornet.layers.tt(
                tf.reshape(hidden, [-1, size]), emb_modes, voc_modes, ranks, cores,
                scope=_EMBEDDING, out_size=vocabulary_size)
        else:
            flat = _dense_logits(tf.reshape(hidden, [-1, size]), vocabulary_size)
        logits = tf.reshape(flat, tf.concat([tf.shape(words), [vocabulary_size]], axis=0))
        return logits, LSTMStateTuple(*state)


def count_embedding_parameters():
    """The number of weights of the embedding in the current graph, without the output's biases."""
    return sum(variable.shape.num_elements()
               for variable in tf.trainable_variables(f'{_SCOPE}/{_EMBEDDING}/')
               if not variable.op.name.endswith('/biases'))


def _table(vocabulary_size, size):
    with tf.variable_scope(_EMBEDDING):
        # As for the TT embedding: rows of about length one.
        return tf.get_variable('table', [vocabulary_size, size],
                               initializer=tf.random_normal_initializer(stddev=size ** -0.5))


def _dense_logits(hidden, vocabulary_size):
    table = _table(vocabulary_size, hidden.shape.as_list()[1])
    with tf.variable_scope(_EMBEDDING):
        biases = tf.get_variable('biases', [vocabulary_size], initializer=tf.zeros_initializer)
    return tf.matmul(hidden, table, transpose_b=True) + biases
