"""What the table of formats says, against the layers and each other."""

import inspect
import unittest

import numpy as np
from parameterized import parameterized

from tensornet import convert, layers, tt
from tensornet.checkpoints.checkpoint_layers import find_layer
from tensornet.convert.layer_formats import FORMATS, from_dense, to_matrix, to_matrix_cores
from tests.sessions import assert_close

SHAPES = {2: [7, 10], 4: [3, 2, 7, 10]}
INP_MODES, OUT_MODES = [2, 2, 2], [3, 2, 2]


def weights_of(layer_format):
    """Dense weights, and the layer that they become, padded where it takes modes."""
    dense = np.random.RandomState(0).normal(size=SHAPES[layer_format.ndim])
    return dense, from_dense(layer_format.name, dense, INP_MODES, OUT_MODES, True, ranks=5)


class LayerFormatsTest(unittest.TestCase):

    @parameterized.expand(FORMATS)
    def test_functions_and_arguments(self, name):
        layer_format, arguments = FORMATS[name], inspect.signature(getattr(layers, name)).parameters
        self.assertEqual(name, layer_format.name)
        named = [*layer_format.mode_arguments, *layer_format.size_arguments]
        self.assertEqual([], [argument for argument in named if argument not in arguments])
        for function in ('from_dense', 'from_cores', 'from_variables', 'to_dense'):
            self.assertTrue(hasattr(convert, f'{name}_{function}'))
        converting = inspect.signature(getattr(convert, f'{name}_from_dense')).parameters
        self.assertEqual([layer_format.dense_argument, *layer_format.mode_arguments],
                         list(converting)[:1 + len(layer_format.mode_arguments)])

    @parameterized.expand(FORMATS)
    def test_shapes_of_variables_tell_kind_and_modes(self, name):
        layer_format = FORMATS[name]
        dense, weights = weights_of(layer_format)
        shapes = {own: list(value.shape) for own, value in weights.variables.items()}
        found = find_layer({f'net/{own}': shape for own, shape in shapes.items()}, 'net')
        self.assertEqual((layer_format.found_as, list(shapes)), (found.kind, found.names))
        self.assertEqual(list(dense.shape), list(weights.dense_shape))
        if layer_format.takes_modes:
            self.assertIn((INP_MODES, OUT_MODES), layer_format.possible_modes(shapes, 7, 10))

    @parameterized.expand(FORMATS)
    def test_parts_and_matrix_are_those_of_the_dense_weights(self, name):
        layer_format = FORMATS[name]
        _, weights = weights_of(layer_format)
        expected, parts = layer_format.to_dense(weights), np.zeros(weights.dense_shape)
        for where, part in layer_format.dense_parts(weights):
            parts[where] += part
        assert_close(parts, expected, 1e-14)
        matrix = tt.full_matrix(to_matrix_cores(weights))
        exists = to_matrix(weights, np.ones(weights.dense_shape)) == 1
        assert_close(matrix * exists, to_matrix(weights, expected), 1e-14)


if __name__ == '__main__':
    unittest.main()
