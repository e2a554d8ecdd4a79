"""Where a run of a graph spends its time."""

import collections

import tensorflow.compat.v1 as tf

# How many entries are returned, of types and of single operations.
_TYPES, _NODES = 12, 6


def operation_times(session, operations):
    """Traces one run.

    Args:
        session: a `tf.Session` in which `operations` have run before.
        operations: what is run.

    Returns:
        Dictionary from types of operation to milliseconds, largest first. Operations that run at
        the same time count each.
    """
    return dict(_traced(session, operations, lambda kind, name: kind).most_common(_TYPES))


def node_times(session, operations):
    """As `operation_times`, for single operations: keys are names with the type behind."""
    return dict(_traced(session, operations, '{1} ({0})'.format).most_common(_NODES))


def _traced(session, operations, key):
    metadata = tf.RunMetadata()
    session.run(operations, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE),
                run_metadata=metadata)
    totals = collections.Counter()
    for device in metadata.step_stats.dev_stats:
        for node in device.node_stats:
            kind = node.timeline_label.split('= ')[-1].split('(')[0]
            totals[key(kind, node.node_name)] += (
                node.op_end_rel_micros - node.op_start_rel_micros) / 1e3
    return totals
