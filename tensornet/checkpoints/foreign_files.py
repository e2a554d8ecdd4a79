"""Files that are no checkpoints, but hold weights."""
import os

import tensorflow.compat.v1 as tf

_ZIP, _HDF5 = b'PK\x03\x04', b'\x89HDF\r\n\x1a\n'
_FROM_KERAS = ('load the model with Keras and save it with `model.export(FOLDER)`, or, in '
               "TensorFlow 1, with `model.save_weights(PREFIX, save_format='tf')`")
_KINDS = [
    # Ending, first bytes (None: whatever they are), what it is, and what to do.
    ('.keras', _ZIP, 'a model that Keras saved', _FROM_KERAS),
    ('', _HDF5, 'an HDF5 file, as Keras saves weights', _FROM_KERAS),
    ('.npz', _ZIP, 'an archive of NumPy arrays', 'convert them with `tt_from_dense`'),
    ('', b'\x93NUMPY', 'a NumPy array', 'convert it with `tt_from_dense`'),
    ('', _ZIP, 'a zip archive, such as PyTorch and Keras save',
     'pass its weights, as arrays, to `tt_from_dense`'),
    ('.pb', None, 'a graph', 'weights are in it only where it is frozen; pass the checkpoint that '
     'it was made from, or the folder of a SavedModel'),
    ('.pbtxt', None, 'a graph', 'pass the checkpoint that belongs to it'),
    ('.meta', None, 'a graph', 'pass the checkpoint that belongs to it'),
    ('.tflite', None, 'a TensorFlow Lite model', 'pass the checkpoint that it was made from'),
]
_LONGEST_START = 8


def what_else(path):
    """Says what a file is that is no checkpoint.

    Args:
        path: of a file.

    Returns:
        The text, with what to do; None for other files and where there is none.
    """
    if not tf.io.gfile.exists(path) or tf.io.gfile.isdir(path):
        return None
    try:
        with tf.io.gfile.GFile(path, 'rb') as file:
            start = file.read(_LONGEST_START)
    except tf.errors.OpError:
        return None
    name = os.path.basename(path).lower()
    for ending, first, what, remedy in _KINDS:
        if name.endswith(ending) and (first is None or start.startswith(first)):
            return f'it is no checkpoint, but {what}; {remedy}'
    return None
