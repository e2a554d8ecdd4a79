"""Records of the layers that were built in a graph, for `tensornet.cost`.

Each call of a layer leaves a line of JSON in a collection of the graph. Text survives
`export_meta_graph` and SavedModels, also where `tensornet` is not imported.
"""

import json
import weakref
from typing import Dict, MutableMapping

import tensorflow.compat.v1 as tf

from tensornet.layers.current_graph import WRAPPED

COLLECTION = 'tensornet_layers'
# For each graph: names that layers asked for, to the names that the variables got.
_names: MutableMapping[tf.Graph, Dict[str, str]] = weakref.WeakKeyDictionary()


def note_name(asked, variable):
    """Notes what a variable is called, which a custom getter may decide.

    Args:
        asked: the name that a layer asked for, in the current variable scope.
        variable: what it got; the name of a variable behind a tensor is not known.
    """
    if isinstance(variable, tf.Tensor):
        return
    asked = _below(tf.get_variable_scope().name, asked)
    name = variable.name.partition(':')[0]
    names = _names.setdefault(tf.get_default_graph(), {})
    if name != asked:
        names[asked] = name
    else:
        names.pop(asked, None)


def add_record(kind, weights, **fields):
    """Records the layer of the current variable scope in the current graph.

    Functions that are traced within a graph have collections of their own, so the graphs around
    them get the record, too.

    Args:
        kind: name of the layer's function.
        weights: dict from the names of its weights below the scope to their shapes, lists.
        fields: others of `tensornet.cost.LayerCost`, as JSON values.
    """
    scope = tf.get_variable_scope().name
    names = _names.get(tf.get_default_graph(), {})
    variables = {own: names[_below(scope, own)] for own in weights if _below(scope, own) in names}
    if variables:
        fields['variables'] = variables
    text = json.dumps(dict(fields, scope=scope, kind=kind, weights=weights))
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

    Each has the full names of its `variables`, a dict from those of its weights below the scope.

    `import_meta_graph(..., import_scope=...)` puts the name of its scope before every text in a
    collection, as it does before the names of variables.
    """
    records = []
    for text in graph.get_collection(COLLECTION):
        around, brace, rest = tf.compat.as_text(text).partition('{')
        try:
            record = json.loads(brace + rest)
            scope, weights = record['scope'], record['weights']
        except (ValueError, KeyError) as error:
            raise ValueError(f'the collection {COLLECTION} of the graph has an entry that no layer '
                             f'of this library left: {text!r:.80}; clear it with '
                             'graph.clear_collection') from error
        variables = {own: around + record.get('variables', {}).get(own, _below(scope, own))
                     for own in weights}
        records.append(dict(record, scope=(around + scope).rstrip('/'), variables=variables))
    return records


def _below(scope, name):
    return f'{scope}/{name}' if scope else name
