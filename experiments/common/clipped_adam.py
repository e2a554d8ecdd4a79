"""The training step of the recurrent networks."""
import tensorflow.compat.v1 as tf

# The largest norm of the gradient of all variables.
_LARGEST_NORM = 1.0


def clipped_adam(loss, highest_rate, steps):
    """Adds a step of Adam on clipped gradients, and the summaries of it.

    Args:
        loss: scalar tensor.
        highest_rate: the learning rate at the start; it falls to zero along a cosine.
        steps: those of the whole run.

    Returns:
        The operation; it increments the global step.
    """
    global_step = tf.train.get_or_create_global_step()
    learning_rate = tf.train.cosine_decay(highest_rate, global_step, steps)
    optimizer = tf.train.AdamOptimizer(learning_rate)
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    gradients, norm = tf.clip_by_global_norm(gradients, _LARGEST_NORM)
    update = optimizer.apply_gradients(zip(gradients, variables), global_step)
    tf.summary.scalar('loss', loss)
    tf.summary.scalar('learning_rate', learning_rate)
    tf.summary.scalar('gradient_norm', norm)
    return update
