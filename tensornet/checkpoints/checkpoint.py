"""A TensorFlow checkpoint to read from."""
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError, damaged
from tensornet.checkpoints.prefix import find_prefix

_OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH'
# What TensorFlow's reader raises depends on its version: errors of its own or their translations.
_READ_ERRORS = (tf.errors.OpError, LookupError, RuntimeError, ValueError)


class Checkpoint:
    """The variables of a checkpoint, read one at a time.

    Both formats of `tf.train.Saver` are read: prefixes with an index file, and the single files
    of TensorFlow before 0.12.

    Args:
        path: the checkpoint's prefix, such as 'logs/model.ckpt-60', one of its files, or a folder
            whose latest checkpoint is meant.

    Attributes:
        prefix: the prefix.
        shapes: dict from the names of the variables to their shapes, lists of int.
        dtypes: dict from the names to their `tf.DType`.

    Raises:
        CheckpointError: there is none, or it is damaged or saved object by object.
    """

    def __init__(self, path):
        self.prefix = find_prefix(path)
        try:
            self._reader = tf.train.NewCheckpointReader(self.prefix)
            self.shapes = {name: list(shape) for name, shape
                           in self._reader.get_variable_to_shape_map().items()}
            self.dtypes = {name: tf.as_dtype(dtype).base_dtype for name, dtype
                           in self._reader.get_variable_to_dtype_map().items()}
        except _READ_ERRORS as error:
            raise damaged(self.prefix, error) from error
        if _OBJECT_GRAPH in self.shapes:
            raise CheckpointError(
                f'{self.prefix}: the checkpoint was saved object by object, by tf.train.Checkpoint '
                'or Keras; save the variables by name with tf.compat.v1.train.Saver first')

    def read(self, name):
        """Returns the value of a variable as an array.

        Raises:
            CheckpointError: the checkpoint is damaged.
        """
        try:
            return self._reader.get_tensor(name)
        except _READ_ERRORS as error:
            raise damaged(self.prefix, error) from error
