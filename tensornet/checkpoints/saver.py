"""Restoring checkpoints of the original library into graphs built with this one."""

from __future__ import annotations

import os
import warnings
from typing import Any, Dict, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.graph_variables import (
    Whole,
    check_session,
    set_values,
    whole_variables,
)
from tensornet.checkpoints.prefix import check_source
from tensornet.checkpoints.restoring import Matched, fitting_values, match
from tensornet.tt.arguments import check_flag


class Saver(tf.train.Saver):
    """A `tf.train.Saver` that also restores checkpoints of the original library.

    Variables are found by name, and the moving statistics of batch normalization also by their old
    names. Optimizer slots, the global step and averaged weights have kept their names. The cores
    of a TT layer are also found where a checkpoint of 2016 holds all of them in one flat `weights`.
    Where averages are restored into the weights, the plain weights of the checkpoint do not count
    as left over.

    Restoring adds nothing to the graph, so it works on a finalized one. Variables that the
    checkpoint lacks keep their values, or get their initial values if they have none. So this
    saver also serves as `tf.train.Scaffold(saver=...)` in a `tf.train.MonitoredTrainingSession`,
    which initializes nothing after a checkpoint has been restored. Saving is TensorFlow's.

    Args:
        var_list: list of variables, or dict from names in checkpoints to variables, such as
            `ema.variables_to_restore()`; None takes all global variables.
        reshape: whether a value of another shape but the same size is restored.
        strict: whether it is an error if the checkpoint lacks variables or has others besides.
            Otherwise a warning lists them.
        options: further arguments of `tf.train.Saver`, such as `max_to_keep`. They do not change
            how variables are restored.
    """

    def __init__(self, var_list: Any = None, reshape: bool = False, *, strict: bool = False,
                 **options: Any) -> None:
        if tf.executing_eagerly():
            raise RuntimeError('Saver: it restores the variables of a graph, but eager execution '
                               'is on; call tf.compat.v1.disable_eager_execution() first')
        self._var_list_argument = var_list
        self._may_reshape = check_flag('Saver', 'reshape', reshape)
        self._is_strict = check_flag('Saver', 'strict', strict)
        self._targets: Optional[Dict[str, Whole]] = None
        self._uninitialized: Any = None
        super().__init__(var_list, reshape, **options)

    def build(self) -> None:
        """Adds the ops that save to the graph; only called by hand after `defer_build=True`."""
        super().build()
        if self._targets is None:
            self._targets = _by_name(self._var_list_argument)
            with tf.name_scope('restored'):
                self._uninitialized = tf.report_uninitialized_variables(
                    [part for variable in self._targets.values() for part in variable.parts])
            # TensorFlow would report it where nothing is restored.
            self._uninitialized.mark_used()

    def restore(self, sess: tf.Session, save_path: Union[str, os.PathLike]) -> Matched:
        """Restores the variables.

        Everything is read and checked before the first variable changes. Values are converted to
        other types where nothing is lost, such as a global step that was a float.

        Args:
            sess: the session.
            save_path: prefix of a checkpoint, or the folder of its latest one.

        Returns:
            `Matched`: what was restored from where, what the checkpoint lacks, and what it has
            besides.

        Raises:
            RuntimeError: the saver has not been built yet.
            TypeError: an argument is no session or no path.
            CheckpointError: there is no such checkpoint, it is damaged, a variable does not fit,
                or, with `strict`, its variables are not exactly those to restore.
        """
        if self._targets is None:
            raise RuntimeError('Saver: it was made with `defer_build=True`; call `build()` first')
        check_session('Saver.restore', 'sess', sess)
        checkpoint = Checkpoint(check_source('Saver.restore', 'save_path', save_path))
        matched = match(checkpoint, self._targets)
        if self._is_strict and not matched.is_complete:
            raise CheckpointError(f'{matched.prefix}: nothing was restored, since the names differ '
                                  f'and `strict` is on; {matched}')
        set_values(sess, self._targets, fitting_values(checkpoint, matched, self._targets,
                                                       self._may_reshape))
        self._initialize(sess, matched.missing)
        if not matched.is_complete:
            warnings.warn(f'{matched.prefix}: some variables were not restored, and keep the '
                          f'values they have; {matched}', UserWarning, stacklevel=2)
        return matched

    def _initialize(self, session, names):
        """Gives variables their initial values where they have none."""
        parts = [part for name in names for part in self._targets[name].parts]
        if not parts:
            return
        without_value = {name.decode() for name in session.run(self._uninitialized)}
        session.run([part.initializer for part in parts if part.op.name in without_value])


def _by_name(var_list: Any) -> Dict[str, Whole]:
    """Returns a dict from the names to restore by to `Whole` variables."""
    if var_list is None:
        var_list = tf.global_variables()
    if hasattr(var_list, 'values'):
        return {name: Whole(_parts(variable)) for name, variable in var_list.items()}
    return whole_variables([part for variable in var_list for part in _parts(variable)])


def _parts(variable):
    """Returns the variables that an entry of `var_list` stands for."""
    is_partitioned = isinstance(variable, (list, tuple)) or (
        type(variable).__name__ == 'PartitionedVariable')
    parts = list(variable) if is_partitioned else [variable]
    for part in parts:
        if not hasattr(part, 'initializer'):
            raise TypeError(f'Saver: `var_list` must hold variables, but it holds {part!r}; '
                            'restore it with tf.train.Saver')
    return parts
