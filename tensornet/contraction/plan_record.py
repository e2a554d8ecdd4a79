"""Plans as JSON values, for `wisdom`. Nothing here knows of TensorFlow."""

from tensornet.contraction.measurement import Measurement
from tensornet.contraction.step_operations import (
    BATCHED,
    CORE_GRADIENTS,
    SMALL,
    STORED,
    TRANSPOSED,
    StepOperations,
)
from tensornet.contraction.steps import LEFT, RIGHT, make_joins, make_steps


def matrix_key(plan):
    """Returns one line of text that names the TT-matrix of a `Plan` and what it is planned for."""
    setting = plan.setting
    modes_and_ranks = 'modes %s -> %s ranks %s' % tuple(_joined(part) for part in plan.shape)
    return '%s, batch %d, %s, %s' % (modes_and_ranks, setting.batch_size, setting.dtype,
                                     'training' if setting.training else 'forward')


def to_record(plan):
    """Returns a measured `Plan` as a JSON value."""
    operations = [dict(operation._asdict(), joins=list(operation.joins))
                  for operation in plan.operations]
    return {'groups': None if plan.is_chain else list(plan.groups),
            'order': None if plan.is_chain else list(plan.order),
            'operations': operations, 'seconds': plan.measurement.seconds,
            'times': [list(pair) for pair in plan.measurement.times]}


def from_record(record, plan):
    """Returns a `Plan` for the same layer as `plan` from a record.

    Raises:
        ValueError: the record is not one of such a layer.
    """
    try:
        measurement = Measurement(
            float(record['seconds']),
            tuple((str(name), float(seconds)) for name, seconds in record['times']))
        groups, order = record['groups'], record['order']
        if groups is None:
            return plan._replace(groups=None, order=None, operations=(), measurement=measurement)
        groups, order = tuple(groups), tuple(order)
        operations = tuple(StepOperations(entry['product'], entry['core_gradient'],
                                          tuple(entry['joins'])) for entry in record['operations'])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError('the record is damaged: %r' % error) from error
    d = len(plan.shape.inp_modes)
    if (any(type(group) is not int or group < 1 for group in groups) or sum(groups) != d
            or len(order) != len(groups) - 1 or not set(order) <= {LEFT, RIGHT}):
        raise ValueError('groups %s and order %s do not fit %d cores' % (groups, order, d))
    steps = make_steps(plan.shape, groups, order)
    if len(operations) != len(steps) or not all(
            _carries_out(*pair, shape=plan.shape) for pair in zip(operations, steps)):
        raise ValueError('the operations do not fit the contractions')
    return plan._replace(groups=groups, order=order, operations=operations,
                         measurement=measurement)


def _carries_out(operations, step, shape):
    """Whether operations are such as the step needs."""
    products = (STORED, TRANSPOSED) if step.columns == 1 else (BATCHED, SMALL)
    joins = make_joins(shape, step.first, step.last)
    return (operations.product in products and operations.core_gradient in CORE_GRADIENTS
            and len(operations.joins) == len(joins)
            and set(operations.joins) <= {BATCHED, SMALL})


def _joined(numbers):
    return '·'.join(str(number) for number in numbers)
