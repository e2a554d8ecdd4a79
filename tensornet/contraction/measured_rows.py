"""The fastest plan of an embedding by measurement."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.measured_plans import matrix_key
from tensornet.contraction.measuring import Kind
from tensornet.contraction.row_joins import group_ranges
from tensornet.contraction.row_lookup import tt_rows
from tensornet.contraction.row_plans import ranked_row_plans
from tensornet.contraction.step_operations import BATCHED, SMALL
from tensornet.contraction.trial import core, run_targets, variable

# How many of the model's best are compared.
CANDIDATES = 8


def _describe(estimated):
    unique = ', equal ids once' if estimated.unique else ''
    return f'rows of {matrix_key(estimated.shape, estimated.setting)}{unique}'


def _name(plan):
    return f"{plan.way}; {' '.join(plan.kinds)}"


def _candidates(estimated):
    ranked = ranked_row_plans(estimated.shape, estimated.setting)
    return [plan for plan in ranked if plan.unique == estimated.unique][:CANDIDATES]


def _variations(plan):
    """Yields the plans that differ in the kind of one product."""
    for k, kind in enumerate(plan.kinds):
        other = SMALL if kind == BATCHED else BATCHED
        yield plan._replace(kinds=plan.kinds[:k] + (other,) + plan.kinds[k + 1:])


def _prepare(estimated):
    """Creates ids that are all equally likely, cores and the gradient of the rows."""
    shape, setting = estimated.shape, estimated.setting
    count = setting.batch_size
    # With a seed: where operations are to be deterministic, none may go without.
    ids = tf.Variable(tf.random.uniform([count], 0, shape.out_size, tf.int64, seed=1),
                      trainable=False)
    cores = [core(core_shape, setting) for core_shape in shape.core_shapes]
    return ids, cores, variable([count, shape.inp_size], setting)


def _operations(plan, ids, cores, out_gradient):
    cores = [tf.convert_to_tensor(variable) for variable in cores]
    out = tt_rows(tf.convert_to_tensor(ids), cores, plan)
    return run_targets(out, cores, out_gradient, plan.setting)


def _to_record(plan):
    return {'groups': list(plan.groups), 'order': list(plan.order), 'unique': plan.unique,
            'kinds': list(plan.kinds), 'merges': [list(kinds) for kinds in plan.merges]}


def _from_record(record, plan):
    """Returns the `RowPlan` of a record; ValueError if there is none for such a table."""
    try:
        found = plan._replace(
            groups=tuple(record['groups']), order=tuple(record['order']),
            unique=bool(record['unique']), kinds=tuple(record['kinds']),
            merges=tuple(map(tuple, record['merges'])))
        is_one = (sum(found.groups) == plan.shape.d and found.unique == plan.unique
                  and all(type(group) is int and group > 0 for group in found.groups)
                  and sorted(found.order) == list(range(1, len(found.groups)))
                  and len(found.kinds) == len(found.order)
                  and [len(kinds) for kinds in found.merges]
                  == [last - first - 1 for first, last in group_ranges(found.groups)]
                  and {*found.kinds}.union(*found.merges) <= {BATCHED, SMALL})
    except (KeyError, TypeError) as error:
        raise ValueError(f'the record of a plan is damaged: {error!r}') from error
    if not is_one:
        raise ValueError(f'groups {found.groups} and order {found.order} do not fit '
                         f'{plan.shape.d} cores')
    return found


ROWS = Kind(_describe, _name, _candidates, _variations, _prepare, _operations, _to_record,
            _from_record)
