"""The learning rate over a run."""
import collections
import math

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.training_flags import EARLIER, SCHEDULES

# Of the run: the paper divides the rate by ten after 30, 60 and 90 of its 100 epochs.
_DROPS = (0.3, 0.6, 0.9)

OneCycle = collections.namedtuple('OneCycle', ['warm_up', 'first_factor', 'last_factor'])
OneCycle.__doc__ = """The shape of the schedule 'one_cycle'.

Attributes:
    warm_up: share of the run in which the rate rises, from 0 to 1.
    first_factor, last_factor: of the highest rate, where it begins and ends.
"""
ONE_CYCLE = OneCycle(*(EARLIER[name] for name in OneCycle._fields))


def learning_rate(schedule, highest, step, last_step, decay=None, shape=ONE_CYCLE):
    """The learning rate of a step.

    Args:
        schedule: 'paper' divides the rate by ten after 30, 60 and 90 % of the run, or does as
            `decay` says; 'one_cycle' raises it linearly to the highest rate and lets it fall along
            a cosine.
        highest: the highest rate.
        step: integer scalar tensor, from 0.
        last_step: steps of the whole run.
        decay: pair of a number of steps and the factor that the rate is multiplied by each time
            they have passed, or None.
        shape: a `OneCycle`.

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
    # In steps; half of one where there is no such part, so that nothing is divided by zero.
    risen = shape.warm_up * last_step
    up, down = max(risen, 0.5), max(last_step - risen, 0.5)
    step = tf.cast(step, tf.float32)
    rising = shape.first_factor + (1 - shape.first_factor) * step / up
    cosine = 0.5 + 0.5 * tf.cos(math.pi * (step - risen) / down)
    falling = shape.last_factor + (1 - shape.last_factor) * cosine
    return highest * tf.where(step < risen, rising, falling)
