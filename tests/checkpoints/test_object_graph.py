"""Names of variables from an object graph."""

import unittest

import numpy as np
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

    def test_hidden_copies_of_variables_that_share_a_name(self):
        names = {'a/w': 'x', 'b/w': 'x', '_all/0': 'x', '_all/1': 'x', '_all/2': 'x'}
        values = {'a/w': [1.], 'b/w': [0., 0.], '_all/0': [0., 0.], '_all/1': [1.], '_all/2': [1.]}
        self.assertEqual({path: path for path in ('a/w', 'b/w', '_all/2')},
                         names_of(names, values))
        values['_all/1'] = np.ones([1], np.float32)
        self.assertEqual({path: path for path in ('a/w', 'b/w', '_all/1')},
                         names_of(names, values))

    def test_copies_of_text(self):
        text = np.array([b'a', b'b'], object)
        self.assertEqual({'x': 'a/w'}, names_of({'a/w': 'x', '_b/w': 'x'},
                                                {'a/w': text, '_b/w': text.copy()}))


if __name__ == '__main__':
    unittest.main()
