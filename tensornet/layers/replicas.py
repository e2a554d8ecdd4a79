"""What layers do in the replicas of a `tf.distribute` strategy."""

import contextlib

import tensorflow.compat.v1 as tf

# TensorFlow exports, and warns of, only collections whose keys are text.
_DECISIONS = ('_tensornet_decisions_of_the_first_replica',)


def own_in_each_replica():
    """Context of variables that each replica moves by itself and that are read as their mean.

    Without a strategy it changes nothing.
    """
    if not tf.distribute.has_strategy():
        return contextlib.ExitStack()
    return tf.variable_creator_scope(lambda create, **arguments: create(**dict(
        arguments, synchronization=tf.VariableSynchronization.ON_READ,
        aggregation=tf.VariableAggregation.MEAN)))


def as_the_first_replica(name, decision):
    """Lets all replicas decide as the first does; without a strategy, returns `decision`.

    All replicas are built in one graph, one after the other: to the others every variable looks
    as if it were reused.

    Args:
        name: of what is decided.
        decision: what the replica would decide by itself.
    """
    context = tf.distribute.get_replica_context() if tf.distribute.has_strategy() else None
    if context is None:
        return decision
    replica = context.replica_id_in_sync_group
    if tf.is_tensor(replica):
        replica = tf.get_static_value(replica)
    replica = int(replica)
    kept = tf.get_collection_ref(_DECISIONS)
    if not kept:
        kept.append({})
    decisions = kept[0].setdefault((name, replica), [])
    if replica:
        decision = kept[0][name, 0][len(decisions)]
    decisions.append(decision)
    return decision
