"""Plans as JSON values, for `wisdom`. Nothing here knows of TensorFlow."""

from tensornet.contraction.step_operations import (
    BATCHED,
    CORE_GRADIENTS,
    SMALL,
    STORED,
    TRANSPOSED,
    StepOperations,
)
from tensornet.contraction.steps import LEFT, RIGHT, make_joins, make_steps


def plan_to_record(plan):
    """Returns groups, order and operations of a `Plan` as a JSON value."""
    if plan.is_chain:
        return {'groups': None}
    return {'groups': list(plan.groups), 'order': list(plan.order),
            'operations': [dict(operations._asdict(), joins=list(operations.joins))
                           for operations in plan.operations]}


def plan_from_record(record, plan):
    """Returns the `Plan` of a record, for the TT-matrix and setting of another plan.

    Raises:
        ValueError: the record is not one of a plan for such a TT-matrix.
    """
    try:
        if record['groups'] is None:
            return plan._replace(groups=None, order=None, operations=())
        groups, order = tuple(record['groups']), tuple(record['order'])
        operations = tuple(StepOperations(entry['product'], entry['core_gradient'],
                                          tuple(entry['joins'])) for entry in record['operations'])
    except (KeyError, TypeError) as error:
        raise ValueError(f'the record of a plan is damaged: {error!r}') from error
    d = plan.shape.d
    if (any(type(group) is not int or group < 1 for group in groups) or sum(groups) != d
            or len(order) != len(groups) - 1 or not all(side in (LEFT, RIGHT) for side in order)):
        raise ValueError(f'groups {groups} and order {order} do not fit {d} cores')
    steps = make_steps(plan.shape, groups, order)
    if len(operations) != len(steps) or not all(
            _carries_out(*pair, shape=plan.shape) for pair in zip(operations, steps)):
        raise ValueError('the operations do not fit the contractions')
    return plan._replace(groups=groups, order=order, operations=operations)


def _carries_out(operations, step, shape):
    """Whether operations are such as the step needs."""
    products = (STORED, TRANSPOSED) if step.columns == 1 else (BATCHED, SMALL)
    joins = make_joins(shape, step.first, step.last)
    return (operations.product in products and operations.core_gradient in CORE_GRADIENTS
            and len(operations.joins) == len(joins)
            and all(join in (BATCHED, SMALL) for join in operations.joins))
