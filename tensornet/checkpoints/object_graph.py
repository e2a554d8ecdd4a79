"""Names of the variables of a checkpoint that was saved object by object.

`tf.train.Checkpoint`, Keras and SavedModels of TensorFlow 2 store a variable under a key, the path
to it from the object that was saved: `layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE`. The
names of the variables are in another entry, the object graph.
"""

from __future__ import annotations

import collections
import hashlib
from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np
from google.protobuf import message
from tensorflow.core.protobuf import trackable_object_graph_pb2

OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH'
_VALUE = '/.ATTRIBUTES/VARIABLE_VALUE'


def is_value(key: str) -> bool:
    """Whether a key is that of a variable, and not of another attribute of an object."""
    return key.endswith(_VALUE)


def path_of(key: str) -> str:
    """Returns the path to a variable: its key without the end that all keys have."""
    return key[:-len(_VALUE)]


def names_of_keys(keys: Sequence[str], graph: bytes,
                  read: Callable[[str], Any]) -> Dict[str, str]:
    """Returns the names of variables.

    Args:
        keys: list of the keys of the variables.
        graph: the object graph, a serialized message.
        read: function that returns the value of a key.

    Returns:
        Dict from names to keys. A variable has its own name if no other has the same, and else the
        path to it. If such a path is the name of another variable, all have their paths. Copies
        that Keras saves below hidden attributes are left out, one for each variable that is not
        below one and has the same name and value.
    """
    full_names = _full_names(graph)
    groups: Dict[str, List[str]] = collections.OrderedDict()
    for key in sorted(keys, key=lambda key: (key.count('/'), key)):
        groups.setdefault(full_names.get(key) or path_of(key), []).append(key)
    names, kept = {}, []
    for name, found in groups.items():
        found = _without_copies(found, read)
        kept += found
        if len(found) == 1:
            names[name] = found[0]
        else:
            names.update((path_of(key), key) for key in found)
    return names if len(names) == len(kept) else {path_of(key): key for key in kept}


def _full_names(graph):
    objects = trackable_object_graph_pb2.TrackableObjectGraph()
    try:
        objects.ParseFromString(graph)
    except message.DecodeError:
        # The paths serve as names.
        return {}
    return {attribute.checkpoint_key: attribute.full_name
            for node in objects.nodes for attribute in node.attributes}


def _without_copies(keys: List[str], read: Callable[[str], Any]) -> List[str]:
    """Returns the keys without those below hidden attributes that repeat others."""
    hidden = [key for key in keys if key.startswith('_')]
    if len(hidden) in (0, len(keys)):
        return keys
    originals = collections.Counter(
        _content(read(key)) for key in keys if key not in hidden)
    for key in hidden:
        content = _content(read(key))
        if originals[content]:
            originals[content] -= 1
            keys = [other for other in keys if other != key]
    return keys


def _content(value: Any) -> Tuple[str, Tuple[int, ...], bytes]:
    """What tells a value from others, without the value itself, which may be large."""
    array = np.asarray(value)
    data = repr(array.tolist()).encode() if array.dtype == object else array.tobytes()
    return array.dtype.str, array.shape, hashlib.sha256(data).digest()
