"""Layers, slots and modes, recognized by names, shapes and sizes."""

import unittest

from parameterized import parameterized

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.checkpoint_layers import find_layer, layers_of
from tensornet.checkpoints.slots import owner_of
from tensornet.tt.factorization import find_modes

# Names as the original library and TensorFlow's optimizers make them.
SHAPES = {
    'global_step': [],
    'net/fc/weights': [8, 6],
    'net/fc/weights/Momentum': [8, 6],
    'net/fc/weights/ExponentialMovingAverage': [8, 6],
    'net/fc/biases': [6],
    'train/net/fc/weights/Adam_1': [8, 6],
    'train/beta1_power': [],
    'fc/weights': [8, 6],
    'net/conv/filters': [3, 3, 4, 8],
    'net/tt/mat_core_1': [6, 2],
    'net/tt/biases': [6],
    'net/tt_conv/filters': [3, 3, 1, 2],
    'net/tt_conv/core_1': [4, 4],
    'net/direct/core_1': [1, 6],
    'net/direct/core_4': [2, 5],
    'net/bn/weights': [8],
    'net/bn/biases': [8],
    'net/bn/net/bn/moments/Squeeze/ExponentialMovingAverage': [8],
    'net/bn/net/bn/net/bn/moments/Squeeze/ExponentialMovingAverage/biased': [8],
    'net/bn2/moving_mean': [8],
    'net/bn2/moving_variance': [8],
    'net/embedding/table': [100, 8],
}


class LayersTest(unittest.TestCase):

    @parameterized.expand([
        ('net/fc', 'linear'), ('fc', 'linear'), ('net/conv', 'conv'), ('net/tt', 'tt'),
        ('net/tt_conv', 'tt_conv'), ('net/direct', 'tt_conv_direct'),
        ('net/bn', 'batch_normalization'), ('net/bn2', 'batch_normalization'),
        ('net/embedding', 'embedding'), ('', 'other'), ('train', 'other'),
    ])
    def test_kind(self, scope, kind):
        kinds = {layer.scope: layer.kind for layer in layers_of(SHAPES)}
        self.assertEqual(kind, kinds[scope])
        self.assertEqual(11, len(kinds))

    def test_every_variable_is_in_one_layer(self):
        names = [name for layer in layers_of(SHAPES) for name in layer.variables + layer.slots]
        self.assertEqual(sorted(SHAPES), sorted(names))

    @parameterized.expand([('weights', [10]), ('moving_mean', [10])])
    def test_layers_below_a_normalization(self, name, shape):
        below = {'fc/weights': [32, 32], 'conv/filters': [3, 3, 1, 2], 'tt/mat_core_1': [6, 2],
                 'bn/moving_mean': [4], 'model/moments/Squeeze/ExponentialMovingAverage': [10]}
        layers = layers_of({f'model/{name}': shape, **{
            f'model/{variable}': size for variable, size in below.items()}})
        self.assertEqual({'model': 'batch_normalization', 'model/fc': 'linear',
                          'model/conv': 'conv', 'model/tt': 'tt',
                          'model/bn': 'batch_normalization'},
                         {layer.scope: layer.kind for layer in layers})

    def test_slots_of_a_layer(self):
        layers = {layer.scope: layer for layer in layers_of(SHAPES)}
        self.assertEqual(['net/fc/biases', 'net/fc/weights'], layers['net/fc'].variables)
        self.assertEqual({'net/fc/weights/Momentum', 'net/fc/weights/ExponentialMovingAverage',
                          'train/net/fc/weights/Adam_1'}, set(layers['net/fc'].slots))
        self.assertEqual(2, len(layers['net/bn'].slots))

    @parameterized.expand([
        ('net/fc/weights/Momentum', 'net/fc/weights'),
        ('train/net/fc/weights/Adam_1', 'net/fc/weights'),
        ('net/fc/weights', None), ('fc/weights', None), ('global_step', None),
        ('train/beta1_power', None), ('net/bn/biases', None),
    ])
    def test_owner(self, name, owner):
        self.assertEqual(owner, owner_of(name, SHAPES))

    def test_below_a_scope_the_shape_must_be_that_of_the_owner(self):
        shapes = {'fc/weights': [8, 6], 'other/fc/weights/scale': [6]}
        self.assertIsNone(owner_of('other/fc/weights/scale', shapes))

    @parameterized.expand([(name,) for name in (
        'weights', 'biases', 'filters', 'kernel', 'bias', 'gamma', 'beta', 'embeddings', 'table',
        '_kernel', 'core_1',
        'mat_core_2')])
    def test_weights_of_a_layer_in_a_scope_called_like_a_variable_are_no_slots(self, name):
        shapes = {'table': [16, 16], f'decoder/table/{name}': [16, 16], f'table/{name}': [16, 16]}
        for other in sorted(shapes):
            self.assertIsNone(owner_of(other, shapes))
        slots = {f'{other}/Adam': [16, 16] for other in shapes}
        for slot in slots:
            self.assertEqual(slot[:-len('/Adam')], owner_of(slot, dict(shapes, **slots)))


class FindModesTest(unittest.TestCase):

    @parameterized.expand([
        ('net/w1', 'net/w1'), ('net/w2', 'net/w2'), ('net/kernel', 'net'), ('other/w', 'other'),
        ('top', 'top'), ('second', 'second')])
    def test_scopes_of_named_weights(self, name, scope):
        shapes = {'net/w1': [8, 6], 'net/w2': [6, 4], 'net/kernel': [3, 3, 2, 2],
                  'net/w2/Adam': [6, 4], 'other/w': [8, 6], 'other/w/Adam': [8, 6], 'other/v': [6],
                  'top': [8, 6], 'second': [6, 4]}
        self.assertEqual(scope, find_layer(shapes, name).scope)

    @parameterized.expand([('filters', 'the filters'), ('core_1', 'a core'), ('core_2', 'a core')])
    def test_variables_of_a_tt_layer(self, last, what):
        shapes = {'net/filters': [3, 3, 1, 4], 'net/core_1': [8, 8], 'net/core_2': [4, 8]}
        for argument in ('layer', 'following'):
            with self.assertRaisesRegex(
                    CheckpointError, f'^`{argument}` net/{last}: the variable net/{last} is {what} '
                    'of a TT layer; name the layer, net$'):
                find_layer(shapes, f'net/{last}', argument=argument)

    @parameterized.expand([([0, 8],), ([3, 3, 8, 0],), ([8],), ([2, 8, 8],)])
    def test_weights_that_cannot_be_converted(self, shape):
        for layer in ('net/fc', 'net/fc/kernel'):
            with self.assertRaisesRegex(CheckpointError, f'`layer` {layer}: the variable '
                                        'net/fc/kernel must be .* not empty, but its shape'):
                find_layer({'net/fc/kernel': shape}, layer)

    @parameterized.expand([
        ('square', (1024, 1024), [4, 4, 8, 8], [8, 8, 4, 4]),
        ('classes', (4096, 1000), [8, 8, 8, 8], [8, 5, 5, 5]),
        ('few_outputs', (784, 10), [4, 4, 7, 7], [5, 2, 1, 1]),
        ('vgg', (25088, 4096), [7, 7, 8, 8, 8], [8, 8, 4, 4, 4]),
        ('two_at_least', (6, 4), [2, 3], [2, 2]),
        ('padded', (2047, 4099), [4, 4, 4, 4, 8], [7, 6, 5, 5, 4]),
        ('number_of_cores', (64, 64, 3), [4, 4, 4], [4, 4, 4]),
    ])
    def test_modes(self, _, sizes, inp_modes, out_modes):
        self.assertEqual((inp_modes, out_modes), find_modes(*sizes))


if __name__ == '__main__':
    unittest.main()
