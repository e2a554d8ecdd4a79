"""Measuring a language model on a text."""
import collections

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.rnn import LSTMStateTuple

Meter = collections.namedtuple('Meter', ['words', 'counted', 'state', 'surprise', 'state_behind'])
Meter.__doc__ = """A language model in a graph, to be fed with text.

Attributes:
    words: placeholder, int32 `[rows, length + 1]`.
    counted: placeholder, float `[rows, length]`: which of the words from the second on count.
    state: placeholders of the state before the first word, a named tuple of `[rows, size]`.
    surprise: scalar, minus the sum of the logarithms of the counted words' probabilities.
    state_behind: the state behind the last word but one, like `state`.
"""


def build_meter(network, rows, length, size):
    """Adds a network to the graph to measure it.

    Args:
        network: function of words `[rows, length]` and a state that returns logits and the state
            behind, see `network.inference`.
        rows: pieces of a text that are read side by side.
        length: words read at a time.
        size: of the state.

    Returns:
        A `Meter`.
    """
    words = tf.placeholder(tf.int32, [rows, length + 1])
    counted = tf.placeholder(tf.float32, [rows, length])
    state = LSTMStateTuple(*(tf.placeholder(tf.float32, [rows, size]) for _ in range(2)))
    logits, state_behind = network(words[:, :-1], state)
    surprises = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=words[:, 1:], logits=logits)
    return Meter(words, counted, state, tf.reduce_sum(surprises * counted), state_behind)


def perplexity(session, meter, text):
    """The exponential of the mean surprise at the words of a text, from the second on.

    The text is cut into pieces, which are read side by side. The state before a piece is zero.

    Args:
        session: a `tf.Session`.
        meter: a `Meter`.
        text: int32 array of at least two words.

    Returns:
        A float.
    """
    rows, length = meter.counted.shape.as_list()
    predicted = len(text) - 1
    piece = -(-predicted // rows)
    state = tuple(np.zeros(part.shape.as_list(), np.float32) for part in meter.state)
    total = 0.0
    for start in range(0, piece, length):
        inside = np.arange(start, start + length)
        places = np.arange(rows)[:, None] * piece + np.append(inside, start + length)
        counted = (inside < piece) & (places[:, :-1] < predicted)
        surprise, state = session.run(
            [meter.surprise, meter.state_behind],
            {meter.words: text[np.minimum(places, predicted)], meter.counted: counted,
             **dict(zip(meter.state, state))})
        total += float(surprise)
    return float(np.exp(total / predicted))
