"""Checkpoints written for a test, and graphs to restore them into."""

import os

import numpy as np
import tensorflow.compat.v1 as tf

BN = 'net/bn'
AVERAGE = BN + '/tower_0/' + BN + '/moments/Squeeze{number}/ExponentialMovingAverage'


def old_statistics(average=AVERAGE, scope=BN, steps=(3, 3)):
    """Returns the variables of an original batch normalization with two channels.

    Args:
        average: name of an average, with `{number}` for the number of the variance's op.
        scope: variable scope of the layer.
        steps: counts of updates of mean and variance.
    """
    values = {}
    for number, step, value in (('', steps[0], [1, 2]), ('_1', steps[1], [3, 4])):
        name = average.format(number=number)
        values[name] = np.array(value, np.float32)
        values[f'{scope}/{name}/biased'] = values[name] * (1 - 0.5 ** step)
        values[f'{scope}/{name}/local_step'] = np.array(step, np.float32)
    return values


def new_statistics(scope=BN, step=3):
    """Returns what `old_statistics` become."""
    return {scope + '/moving_mean': np.array([1, 2], np.float32),
            scope + '/moving_variance': np.array([3, 4], np.float32),
            scope + '/local_step': np.array(step, np.float32)}


def save(folder, values, name='model.ckpt', **options):
    """Saves arrays under the names of a dict, with the saver of TensorFlow.

    Returns:
        The prefix of the checkpoint.
    """
    os.makedirs(folder, exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        make_variables(values)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver(**options).save(session, os.path.join(folder, name))


def make_variables(values):
    """Adds variables with these names and initial values to the graph; returns them by name."""
    return {name: tf.get_variable(name, initializer=tf.constant(value))
            for name, value in values.items()}


def zeros(values):
    """Returns the same names, shapes and types, but zeros."""
    return {name: np.zeros_like(value) for name, value in values.items()}
