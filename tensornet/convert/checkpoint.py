"""A TensorFlow checkpoint to read from."""
import glob
import os

import tensorflow.compat.v1 as tf

_OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH'
# What TensorFlow's reader raises depends on its version: errors of its own or their translations.
_READ_ERRORS = (tf.errors.OpError, LookupError, RuntimeError, ValueError)


class CheckpointError(Exception):
    """A checkpoint cannot be read or written as asked."""


class Checkpoint:
    """The variables of a checkpoint, read one at a time.

    Args:
        path: the checkpoint's prefix, such as 'logs/model.ckpt-60', its index file, or a folder
            whose latest checkpoint is meant.

    Attributes:
        prefix: the prefix.
        shapes: dict from the names of the variables to their shapes, lists of int.
        dtypes: dict from the names to their `tf.DType`.

    Raises:
        CheckpointError: there is none, or it is damaged or saved object by object.
    """

    def __init__(self, path):
        self.prefix = _prefix(path)
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
        """Returns the value of a variable as an array."""
        try:
            return self._reader.get_tensor(name)
        except _READ_ERRORS as error:
            raise damaged(self.prefix, error) from error


def damaged(prefix, error):
    """`CheckpointError` for an error of TensorFlow's while it reads a checkpoint."""
    reason = str(error).splitlines()[0]
    return CheckpointError(f'{prefix}: the checkpoint is damaged or incomplete ({reason}); copy '
                           'it again, or take an earlier one')


def files_of(prefix):
    """Returns the paths of the data and index files of the checkpoint of that prefix."""
    return sorted(glob.glob(glob.escape(prefix) + '.data-?????-of-?????')
                  + glob.glob(glob.escape(prefix) + '.index'))


def _prefix(path):
    if os.path.isdir(path):
        latest = tf.train.latest_checkpoint(path)
        if latest is None:
            raise CheckpointError(f'{path}: the folder has no file `checkpoint` that names its '
                                  'latest checkpoint; pass the prefix, such as '
                                  f'{os.path.join(path, "model.ckpt-60")}')
        return latest
    prefix = path[:-len('.index')] if path.endswith('.index') else path
    if not os.path.exists(prefix + '.index'):
        folder = os.path.dirname(prefix) or '.'
        found = sorted(name[:-len('.index')] for name in glob.glob(
            os.path.join(glob.escape(folder), '*.index')))
        raise CheckpointError(
            f'{path}: there is no checkpoint of that name, since {prefix}.index does not exist; '
            f'{"in its folder there is " + ", ".join(found) if found else "check the path"}')
    return prefix
