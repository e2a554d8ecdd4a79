"""What the layers of a graph cost."""

import re

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.variable_parts import whole_variables
from tensornet.cost.layer_cost import LayerCost
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_variables import costs_of_variables, stored_bytes
from tensornet.layers.graph_records import records_of
from tensornet.tt.arguments import product

_VARIABLES = ('VarHandleOp', 'VariableV2', 'Variable')
# What constants of a frozen graph that were weights are called; others have other names.
_WEIGHT = re.compile(r'(?:.*/)?(?:(?:mat_)?core_\d+|filters|weights|kernel|biases|bias|gamma|beta|'
                     r'moving_mean|moving_variance)$')


def of_graph(graph=None):
    """Returns what the layers of a graph cost.

    Layers that were built several times with the same variables, as in towers or for training and
    evaluation, count once, as they were built first. Of layers of two kinds that share variables,
    an embedding and an output, the first has them. Variables that no layer of this library owns
    are dense layers where their names and shapes say so; trained ones that remain are listed by
    their scopes.

    The graph itself says what was built in it, also after `tf.train.import_meta_graph` and
    loading a SavedModel, in whatever process. A `GraphDef` alone has but variables, or in a frozen
    graph constants, which tell less: no plan, time, strides or image, see `of_checkpoint`.

    Args:
        graph: `tf.Graph`; None takes the default graph.

    Returns:
        `NetworkCost`. Printing it shows a table.

    Raises:
        TypeError: `graph` is no graph.
    """
    graph = tf.get_default_graph() if graph is None else graph
    if not isinstance(graph, tf.Graph):
        raise TypeError('of_graph: `graph` must be a `tf.Graph` or None, but it is %r; pass for '
                        'example `session.graph`' % (graph,))
    variables = whole_variables(graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
                                + graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES))
    shapes = {name: whole.shape for name, whole in variables.items() if whole.shape is not None}
    dtypes = {name: variables[name].dtype for name in shapes}
    trained = whole_variables(graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES))
    if not shapes:
        shapes, dtypes = _of_operations(graph)
    recorded = _recorded(graph, shapes, dtypes)
    owned = {'%s/%s' % (layer.scope, name) for layer in recorded for name in layer.weights}
    scopes = {layer.scope for layer in recorded}
    found = []
    for layer, variables_found in costs_of_variables(shapes, dtypes):
        if layer.kind != 'other' and layer.scope not in scopes:
            found.append(layer)
            owned.update(variables_found.variables)
    return NetworkCost(recorded + found + _others(
        {name: shapes[name] for name in trained if name in shapes and name not in owned}, dtypes))


def _recorded(graph, shapes, dtypes):
    """Returns the layers that recorded themselves, a list of `LayerCost`."""
    layers = {}
    for record in records_of(graph):
        scope = record['scope']
        key = scope, record['kind']
        if key in layers:
            layers[key] = layers[key]._replace(calls=layers[key].calls + 1)
            continue
        known = {name: value for name, value in record.items() if name in LayerCost._fields}
        layer = LayerCost(weight_bytes=0, **dict({'dense_parameters': None}, **known))
        shared = {own for (other, _), earlier in layers.items() if other == scope
                  for own in earlier.weights}
        if shared.intersection(layer.weights):
            # An output that has the weights of an embedding, in the dense network as well.
            weights = {own: shape for own, shape in layer.weights.items() if own not in shared}
            layer = layer._replace(weights=weights,
                                   dense_parameters=sum(map(product, weights.values())))
        stored = {name: shapes[name] for name in ('%s/%s' % (scope, own) for own in layer.weights)
                  if name in shapes}
        if len(stored) == len(layer.weights):
            weight_bytes = stored_bytes(stored, dtypes)
        else:
            weight_bytes = layer.parameters * tf.as_dtype(layer.dtype).size
        dense = layer.dense_parameters
        layers[key] = layer._replace(
            weight_bytes=weight_bytes,
            dense_parameters=layer.parameters if dense is None else dense)
    return list(layers.values())


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
    """Returns shapes and types by name of the variables, or else weights, of a graph without
    collections."""
    operations = graph.get_operations()
    shapes = {op.name: tf.TensorShape(op.get_attr('shape')) for op in operations
              if op.type in _VARIABLES}
    dtypes = {op.name: tf.as_dtype(op.get_attr('dtype')) for op in operations
              if op.type in _VARIABLES}
    if not shapes:
        constants = [op for op in operations if op.type == 'Const' and _WEIGHT.match(op.name)]
        shapes = {op.name: op.outputs[0].shape for op in constants}
        dtypes = {op.name: op.outputs[0].dtype for op in constants}
    return ({name: shape.as_list() for name, shape in shapes.items()
             if shape.is_fully_defined()}, dtypes)
