"""The learning rate over a run."""
import math

import tensorflow.compat.v1 as tf

SCHEDULES = ('paper', 'one_cycle')

# Of the run: the paper divides the rate by ten after 30, 60 and 90 of its 100 epochs.
_DROPS = (0.3, 0.6, 0.9)
_WARM_UP = 0.25
_FIRST_FRACTION = 0.04


def learning_rate(schedule, highest, step, last_step, decay=None):
    """The learning rate of a step.

    Args:
        schedule: 'paper' divides the rate by ten after 30, 60 and 90 % of the run, or does as
            `decay` says; 'one_cycle' raises it linearly from 4 % to 100 % in the first quarter of
            the run and lets it fall to zero along a cosine.
        highest: the highest rate.
        step: integer scalar tensor, from 0.
        last_step: steps of the whole run.
        decay: pair of a number of steps and the factor that the rate is multiplied by each time
            they have passed, or None.

    Returns:
        A float32 scalar tensor.
    """
    if schedule == 'paper' and decay is not None:
        steps, factor = decay
        return tf.train.exponential_decay(highest, step, steps, factor, staircase=True)
    if schedule == 'paper':
        boundaries = [int(math.ceil(drop * last_step)) - 1 for drop in _DROPS]
        rates = [highest * 0.1 ** drops for drops in range(len(_DROPS) + 1)]
        return tf.train.piecewise_constant(tf.cast(step, tf.int64), boundaries, rates)
    if schedule != 'one_cycle':
        raise ValueError(f'`schedule` is {schedule!r}, expected one of {", ".join(SCHEDULES)}')
    passed = tf.cast(step, tf.float32) / last_step
    rising = _FIRST_FRACTION + (1 - _FIRST_FRACTION) * passed / _WARM_UP
    falling = 0.5 + 0.5 * tf.cos(math.pi * (passed - _WARM_UP) / (1 - _WARM_UP))
    return highest * tf.where(passed < _WARM_UP, rising, falling)
