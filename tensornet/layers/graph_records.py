"""Records of the layers that were built in a graph, for `tensornet.cost`.

Each call of a layer leaves a line of JSON in a collection of the graph. Text survives
`export_meta_graph` and SavedModels, also where `tensornet` is not imported.
"""

import json

import tensorflow.compat.v1 as tf

from tensornet.layers.current_graph import WRAPPED

COLLECTION = 'tensornet_layers'


def add_record(kind, weights, **fields):
    """Records the layer of the current variable scope in the current graph.

    Functions that are traced within a graph have collections of their own, so the graphs around
    them get the record, too.

    Args:
        kind: name of the layer's function.
        weights: dict from the names of its weights below the scope to their shapes, lists.
        fields: others of `tensornet.cost.LayerCost`, as JSON values.
    """
    text = json.dumps(dict(fields, scope=tf.get_variable_scope().name, kind=kind, weights=weights))
    graph, last = tf.get_default_graph(), None
    while graph is not None:
        records = graph.get_collection_ref(COLLECTION)
        # Branches and loops share the collections of the graph around them.
        if records is not last:
            records.append(text)
        if getattr(graph, 'name', '').startswith(WRAPPED):
            return
        graph, last = getattr(graph, 'outer_graph', None), records


def records_of(graph):
    """Returns the records of a graph, a list of dicts in the order of the calls.

    `import_meta_graph(..., import_scope=...)` puts the name of its scope before every text in a
    collection, as it does before the names of variables.
    """
    records = []
    for text in graph.get_collection(COLLECTION):
        around, brace, rest = tf.compat.as_text(text).partition('{')
        record = json.loads(brace + rest)
        records.append(dict(record, scope=(around + record['scope']).rstrip('/')))
    return records
