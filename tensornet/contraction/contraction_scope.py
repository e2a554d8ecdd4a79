"""Names of operations, by which TensorBoard groups them."""

import tensorflow.compat.v1 as tf


def contraction_scope(number):
    """Returns the name scope of one contraction; what merges its cores is in `merge` below it.

    Gradients repeat the names below `gradients`.

    Args:
        number: of the contraction, from 1, in the order in which they meet the batch.
    """
    return tf.name_scope(f'contraction_{number}')
