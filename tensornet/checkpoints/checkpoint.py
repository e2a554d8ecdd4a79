"""A TensorFlow checkpoint to read from."""

from __future__ import annotations

import difflib
import os
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError, damaged
from tensornet.checkpoints.object_graph import OBJECT_GRAPH, is_value, names_of_keys, path_of
from tensornet.checkpoints.prefix import check_source, find_prefix
from tensornet.checkpoints.stored_slices import partial_slices, read_slices
from tensornet.tt.arguments import check_flag

# What TensorFlow's reader raises depends on its version: errors of its own or their translations.
_READ_ERRORS = (tf.errors.OpError, LookupError, RuntimeError, ValueError)


class Checkpoint:
    """The variables of a checkpoint, read one at a time.

    Both formats of `tf.train.Saver` are read: that with an index file, and the single files of
    TensorFlow before 0.12.

    Args:
        path: the checkpoint's prefix, such as 'logs/model.ckpt-60'; or one of its files; or a
            folder, whose latest checkpoint is read; or the folder of a SavedModel.
        object_based: whether to read it also where it was saved object by object, by
            `tf.train.Checkpoint` or Keras. A variable then has its own name if no other has the
            same, and else the path to it, such as 'layer_with_weights-0/kernel'.

    Attributes:
        prefix: the prefix.
        shapes: dict from the names of the variables to their shapes, lists of int.
        dtypes: dict from the names to their `tf.DType`.
        paths: dict from the path to each variable of a checkpoint that was saved object by object
            to its name; empty for other checkpoints.

    Raises:
        CheckpointError: there is no checkpoint, it is damaged, or it was saved object by object
            and `object_based` is False.
        TypeError: an argument is of a wrong type.
    """

    def __init__(self, path: Union[str, os.PathLike], object_based: bool = False) -> None:
        self.prefix: str = find_prefix(check_source('Checkpoint', 'path', path))
        object_based = check_flag('Checkpoint', 'object_based', object_based)
        try:
            self._reader = tf.train.NewCheckpointReader(self.prefix)
            shapes = self._reader.get_variable_to_shape_map()
            dtypes = self._reader.get_variable_to_dtype_map()
        except _READ_ERRORS as error:
            raise damaged(self.prefix, error) from error
        self.paths: Dict[str, str] = {}
        self._partial: Optional[Dict[str, List[str]]] = None
        self._keys = {name: name for name in shapes}
        if OBJECT_GRAPH in shapes:
            if not object_based:
                raise CheckpointError(
                    f'{self.prefix}: the checkpoint was saved object by object, by '
                    'tf.train.Checkpoint or Keras; save the variables by name with '
                    'tf.compat.v1.train.Saver first')
            self._keys = names_of_keys([key for key in shapes if is_value(key)],
                                       self._read(OBJECT_GRAPH), self._read)
            self.paths = {path_of(key): name for name, key in self._keys.items()}
        self.shapes: Dict[str, List[int]] = {
            name: list(shapes[key]) for name, key in self._keys.items()}
        self.dtypes: Dict[str, tf.DType] = {
            name: tf.as_dtype(dtypes[key]).base_dtype for name, key in self._keys.items()}

    def key(self, name: str) -> str:
        """Returns the name that a variable has in the files.

        Raises:
            CheckpointError: the checkpoint has no such variable.
        """
        if name not in self._keys:
            near = difflib.get_close_matches(str(name), self._keys)
            instead = f'did you mean {" or ".join(near)}?' if near else '`shapes` has all names'
            raise CheckpointError(f'{self.prefix}: it has no variable {name!r}; {instead}')
        return self._keys[name]

    def read(self, name: str) -> np.ndarray:
        """Returns the value of a variable as an array.

        Raises:
            CheckpointError: the checkpoint is damaged, or has no such variable, or only a part of
                it.
        """
        key = self.key(name)
        if name in self.partial:
            raise CheckpointError(
                f'{self.prefix}: only a part of the variable {name} was saved, so it can only be '
                'restored into a part of a variable that is cut as it was')
        return self._read(key)

    @property
    def partial(self) -> Dict[str, List[str]]:
        """The variables of which only parts were saved, see `partial_slices`."""
        if self._partial is None:
            slices = partial_slices(self.prefix)
            self._partial = {name: slices[key] for name, key in self._keys.items()
                             if key in slices}
        return self._partial

    def read_parts(self, name: str, slices: Sequence[str]) -> List[np.ndarray]:
        """Returns parts of a variable, given as in `partial`, as arrays.

        Raises:
            CheckpointError: the checkpoint is damaged, or has no such variable or parts of it.
        """
        key = self.key(name)
        try:
            return read_slices(self.prefix, key, self.dtypes[name], slices)
        except _READ_ERRORS as error:
            raise CheckpointError(
                f'{self.prefix}: of the variable {name} it holds the parts '
                f'{", ".join(self.partial.get(name, []))}, but not {", ".join(slices)}; build the '
                'variables with the partitioner that they were saved with') from error

    def _read(self, key: str) -> Any:
        try:
            return self._reader.get_tensor(key)
        except _READ_ERRORS as error:
            raise damaged(self.prefix, error) from error
