"""What the layers of a graph cost."""

from __future__ import annotations

from typing import Optional

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.graph_variables import whole_variables
from tensornet.checkpoints.weight_names import is_weight
from tensornet.cost.layer_cost import LayerCost
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_variables import costs_of_variables, stored_bytes
from tensornet.layers.graph_records import records_of
from tensornet.tt.arguments import product

_VARIABLES = ('VarHandleOp', 'VariableV2', 'Variable')
# By their averages a batch normalization without scale and shift is known.
_AVERAGES = ('moving_mean', 'moving_variance')


def of_graph(graph: Optional[tf.Graph] = None) -> NetworkCost:
    """Returns what the layers of a graph cost.

    A layer that was built several times with the same variables, as in towers or for training and
    evaluation, counts once, as it was built first. Variables may also be shared by layers of two
    kinds, such as an embedding and an output, or of different scopes, by a custom getter. They
    count for the first of these layers only, in the dense network as well. Variables that no layer
    of this library owns make dense layers where their names and shapes say so. Trained variables
    that remain are listed by their scopes.

    The graph itself holds what was built in it, also after `tf.train.import_meta_graph` or loading
    a SavedModel in another process. A `GraphDef` alone holds only variables, or constants where it
    is frozen. These tell less, see `of_checkpoint`: no plan, time, strides or image.

    Args:
        graph: `tf.Graph`; None takes the default graph.

    Returns:
        `NetworkCost`. Printing it shows a table.

    Raises:
        TypeError: `graph` is not a graph.
        ValueError: an entry in the collection of its layers is not one of this library.
    """
    graph = tf.get_default_graph() if graph is None else graph
    if not isinstance(graph, tf.Graph):
        raise TypeError(f'of_graph: `graph` must be a `tf.Graph` or None, but it is {graph!r}; '
                        'pass for example `session.graph`')
    variables = whole_variables(graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
                                + graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES))
    shapes = {name: whole.shape for name, whole in variables.items() if whole.shape is not None}
    dtypes = {name: variables[name].dtype for name in shapes}
    trained = whole_variables(graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES))
    if not shapes:
        shapes, dtypes = _of_operations(graph)
    recorded, owned = _recorded(graph, shapes, dtypes)
    scopes = {layer.scope for layer in recorded}
    found = []
    for layer, variables_found in costs_of_variables(shapes, dtypes):
        is_recorded = layer.scope in scopes or owned.intersection(variables_found.variables)
        if layer.kind != 'other' and not is_recorded:
            found.append(layer)
            owned.update(variables_found.variables)
    return NetworkCost(recorded + found + _others(
        {name: shapes[name] for name in trained if name in shapes and name not in owned}, dtypes))


def _recorded(graph, shapes, dtypes):
    """Returns the layers that recorded themselves, and the names of their variables.

    A call with the variables of an earlier layer of its kind, or some of them and its scope, is
    another call of that layer. What other layers share is not among their weights.

    Returns:
        List of `LayerCost`, and a set.
    """
    layers, names_of, owners = [], [], {}
    for record in records_of(graph):
        names = record['variables']
        same = [k for k, others in enumerate(names_of) if record['kind'] == layers[k].kind and (
            record['scope'] == layers[k].scope or names and set(names.values()) == others)]
        index = same[0] if same else len(layers)
        fields = {name: value for name, value in record.items() if name in LayerCost._fields}
        layer = LayerCost(weight_bytes=0, **dict({'dense_parameters': None}, **fields))
        known = {own for own, name in names.items() if name in owners}
        weights = {own: shape for own, shape in layer.weights.items()
                   if owners.setdefault(names[own], index) == index}
        if len(weights) < len(names):
            dense = sum(map(product, weights.values()))
        else:
            dense = layer.parameters if layer.dense_parameters is None else layer.dense_parameters
        layer = layer._replace(weights=weights, dense_parameters=dense, weight_bytes=_bytes_of(
            {own: shape for own, shape in weights.items() if own not in known}, names, shapes,
            dtypes, layer.dtype))
        if same:
            first = layers[index]
            layers[index] = first._replace(
                calls=first.calls + 1, weights=dict(first.weights, **weights),
                weight_bytes=first.weight_bytes + layer.weight_bytes,
                dense_parameters=max(first.dense_parameters, dense))
        else:
            layers.append(layer)
            names_of.append(set(names.values()))
    return layers, set(owners)


def _bytes_of(weights, names, shapes, dtypes, dtype):
    """Returns the bytes of weights: as their variables are stored, or else of a layer's type."""
    stored = {names[own]: shapes[names[own]] for own in weights if names[own] in shapes}
    if len(stored) == len(weights):
        return stored_bytes(stored, dtypes)
    return sum(map(product, weights.values())) * tf.as_dtype(dtype or tf.float32).size


def _others(shapes, dtypes):
    """Returns `LayerCost`s for trained variables of no layer, one for each scope."""
    scopes = {}
    for name in sorted(shapes):
        scope, _, own = name.rpartition('/')
        scopes.setdefault(scope, {})[own] = name
    return [LayerCost(scope, 'other', {own: shapes[name] for own, name in names.items()},
                      stored_bytes({name: shapes[name] for name in names.values()}, dtypes),
                      sum(product(shapes[name]) for name in names.values()))
            for scope, names in scopes.items()]


def _of_operations(graph):
    """Returns shapes and types by name of what operations say of a graph without collections.

    They are those of its variables, or else of constants that are named like weights.
    """
    operations = graph.get_operations()
    shapes = {op.name: tf.TensorShape(op.get_attr('shape')) for op in operations
              if op.type in _VARIABLES}
    dtypes = {op.name: tf.as_dtype(op.get_attr('dtype')) for op in operations
              if op.type in _VARIABLES}
    if not shapes:
        constants = [op for op in operations
                     if op.type == 'Const' and _was_weight(op.name.rpartition('/')[2])]
        shapes = {op.name: op.outputs[0].shape for op in constants}
        dtypes = {op.name: op.outputs[0].dtype for op in constants}
    return ({name: shape.as_list() for name, shape in shapes.items()
             if shape.is_fully_defined()}, dtypes)


def _was_weight(name):
    """Whether a constant of a frozen graph is called like a weight or an average."""
    return is_weight(name) or name in _AVERAGES
