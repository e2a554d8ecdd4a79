"""Pulling the dense hidden layer towards TT-matrices while it trains, by ADMM.

The training is to end with weights `W` close to a TT-matrix `Z` of given ranks. What ADMM adds to
the loss, `rho / 2 * ||W - Z + U||^2`, is split off: after each step of the optimizer on the loss
alone, `W` goes a part of the way to `Z - U`. That is the proximal step of the penalty; within Adam,
which divides by the size of the gradient, the penalty would also slow down the loss. Every few
steps `Z` becomes the TT-SVD of `W + U`, and `U`, the scaled dual variable, takes on what is left of
it.
"""
import collections

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import tt

_SCOPE = 'preparation'

Preparation = collections.namedtuple('Preparation', [
    'inp_modes', 'out_modes', 'ranks', 'first', 'last', 'every'])
Preparation.__doc__ = """Which TT-matrices the hidden weights are pulled to, and how strongly.

Attributes:
    inp_modes, out_modes, ranks: of the TT-matrices.
    first, last: part of the way that the weights go in a step, from 0 to 1, at the start and at
        the end of the training; between them it grows geometrically.
    every: training steps between two updates of `Z` and `U`.
"""


def pull(preparation, weights, steps):
    """Adds the operation to run after each training step, when the global step counts it.

    The weights are free until the first update. `Z` and `U` are variables and so part of a
    checkpoint: a resumed training goes on as if it had not been interrupted.

    Args:
        preparation: a `Preparation`.
        weights: the variable of the hidden weights.
        steps: steps of the whole training.

    Returns:
        The operation.
    """
    every = preparation.every
    periods = max(steps // every, 1)
    with tf.variable_scope(_SCOPE):
        target, dual = [tf.get_variable(name, weights.shape, initializer=tf.zeros_initializer(),
                                        trainable=False) for name in ('target', 'dual')]
    step = tf.train.get_global_step().read_value()
    period = step // every

    def part(period):
        """The part of the way in a step of a period."""
        done = tf.cast(period, tf.float32) / periods
        growing = preparation.first * (preparation.last / preparation.first) ** done
        return tf.where(period < 1, 0.0, growing)  # There is no target yet.

    def update():
        shifted = weights.read_value() + dual.read_value()
        nearest = tf.numpy_function(lambda matrix: _nearest(preparation, matrix), [shifted],
                                    tf.float32)
        nearest.set_shape(weights.shape)
        # The dual variable itself, rho times the scaled one, stays as it is when rho grows.
        left = (shifted - nearest) * (part(period - 1) / part(period))
        return tf.group(target.assign(nearest), dual.assign(left))

    is_due = tf.logical_and(tf.equal(step % every, 0), period >= 1)
    with tf.control_dependencies([tf.cond(is_due, update, tf.no_op)]):
        way = target.read_value() - dual.read_value() - weights.read_value()
        return weights.assign_add(part(period) * way).op


def _nearest(preparation, matrix):
    """The TT-SVD of a matrix at the ranks, float32 of its shape."""
    cores = tt.decompose_matrix(matrix, preparation.inp_modes, preparation.out_modes,
                                preparation.ranks).cores
    return np.float32(tt.full_matrix(cores))
