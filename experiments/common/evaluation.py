"""Measuring a classifier on a whole set of images."""
import numpy as np


def classification_error(session, logits, images_tensor, images, labels, batch_size=1000):
    """The share of images whose largest logit is not that of their label, in percent.

    Args:
        session: a `tf.Session`.
        logits: tensor `[batch, classes]`, computed from `images_tensor`.
        images_tensor: the tensor to feed images into.
        images: array `[size, ...]`.
        labels: integer array `[size]`.
        batch_size: images fed at a time.

    Returns:
        The error as a float, in percent.
    """
    wrong = 0
    for start in range(0, len(images), batch_size):
        part = slice(start, start + batch_size)
        scores = session.run(logits, {images_tensor: images[part]})
        wrong += int(np.sum(np.argmax(scores, axis=1) != labels[part]))
    return 100.0 * wrong / len(images)
