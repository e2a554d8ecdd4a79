"""Loss and measure of the network files in nets/."""
import tensorflow.compat.v1 as tf


def losses(logits, labels):
    """The mean cross entropy, also added to the collection `losses`.

    Args:
        logits: float tensor `[batch, classes]`.
        labels: integer tensor `[batch]`.

    Returns:
        A scalar tensor.
    """
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=labels)
    loss = tf.reduce_mean(entropy, name='cross_entropy')
    tf.add_to_collection('losses', loss)
    return loss


def evaluation(logits, labels):
    """The number of images whose largest logit is that of their label.

    Args:
        logits: float tensor `[batch, classes]`.
        labels: integer tensor `[batch]`.

    Returns:
        An int32 scalar tensor.
    """
    right = tf.equal(tf.argmax(logits, 1), tf.cast(labels, tf.int64))
    return tf.reduce_sum(tf.cast(right, tf.int32))
