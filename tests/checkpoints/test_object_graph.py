"""Names of variables from an object graph."""

import unittest

from parameterized import parameterized
from tensorflow.core.protobuf import trackable_object_graph_pb2

from tensornet.checkpoints.object_graph import names_of_keys

VALUE = '/.ATTRIBUTES/VARIABLE_VALUE'


def names_of(full_names, values=None):
    """Names of keys, given by their paths as dicts to their full names and values."""
    graph = trackable_object_graph_pb2.TrackableObjectGraph()
    node = graph.nodes.add()
    for path, name in full_names.items():
        node.attributes.add(checkpoint_key=path + VALUE, full_name=name)
    keys = [path + VALUE for path in full_names]
    found = names_of_keys(keys, graph.SerializeToString(),
                          lambda key: (values or {}).get(key[:-len(VALUE)], key))
    return {name: key[:-len(VALUE)] for name, key in found.items()}


class NamesTest(unittest.TestCase):

    @parameterized.expand([
        ('own_names', {'a/w': 'x', 'b/w': 'y'}, {'x': 'a/w', 'y': 'b/w'}),
        ('one_name', {'a/w': 'x', 'b/w': 'x', 'c': 'z'}, {'a/w': 'a/w', 'b/w': 'b/w', 'z': 'c'}),
        ('path_as_a_name', {'a/w': 'x', 'b/w': 'x', 'c': 'a/w'},
         {'a/w': 'a/w', 'b/w': 'b/w', 'c': 'c'}),
        ('no_name', {'a/w': '', 'b': 'a/w'}, {'a/w': 'a/w', 'b': 'b'})])
    def test_names(self, _, full_names, expected):
        self.assertEqual(expected, names_of(full_names))

    def test_hidden_copies_are_left_out(self):
        names = {'a/w': 'x', '_hidden/w': 'x', 'b': 'y'}
        self.assertEqual({'x': 'a/w', 'y': 'b'}, names_of(names, {'a/w': 1., '_hidden/w': 1.}))
        self.assertEqual({'a/w': 'a/w', '_hidden/w': '_hidden/w', 'y': 'b'}, names_of(names))


if __name__ == '__main__':
    unittest.main()
