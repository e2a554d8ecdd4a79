"""Noticing that a run diverges, and keeping its last good checkpoint."""
import math

import tensorflow.compat.v1 as tf

from experiments.common.errors import DivergenceError


def check_loss(loss, step):
    """Raises `DivergenceError` unless the number `loss`, computed in step `step`, is finite."""
    if not math.isfinite(loss):
        raise DivergenceError(f'the loss is {loss} at step {step}')


class FiniteWeights(tf.train.CheckpointSaverListener):
    """Refuses to save variables that are not finite.

    The loss of a step is that of the weights before its update, so a finite loss does not yet
    tell that the weights to be saved are good.
    """

    def begin(self):
        finite = [tf.reduce_all(tf.math.is_finite(variable))
                  for variable in tf.global_variables() if variable.dtype.is_floating]
        self._all_finite = tf.reduce_all(tf.stack(finite)) if finite else tf.constant(True)

    def before_save(self, session, global_step_value):
        """Raises `DivergenceError` unless all variables are finite."""
        if not session.run(self._all_finite):
            raise DivergenceError(f'the weights are not finite after step {global_step_value}')
