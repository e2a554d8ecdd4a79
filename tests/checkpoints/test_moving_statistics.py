"""Which variable of an old checkpoint is which statistic of which layer."""

import json
import os
import unittest

from parameterized import parameterized

from tensornet.checkpoints.moving_statistics import find_moving_statistics
from tests.checkpoints import trained

TF11 = ('moments/moments_1/mean', 'moments/moments_1/variance')
TF14 = ('moments/Squeeze', 'moments/Squeeze_1')


def names_of(scope, name_scope, ops, slots=('biased', 'local_step')):
    """Returns the names of the averages and of their slots, mean first."""
    averages = [f'{scope}/{name_scope}/{op}/ExponentialMovingAverage' for op in ops]
    return averages + [f'{scope}/{average}/{slot}'
                       for average in averages for slot in slots]


class MovingStatisticsTest(unittest.TestCase):

    @parameterized.expand([
        ('one_scope', 'bn1', 'bn1'),
        ('numbers', 'batch_normalization_1', 'batch_normalization_1'),
        ('tower', 'inference/bn1.1', 'tower_0/inference/bn1.1'),
        ('repeated', 'inference/bn1.1', 'tower_0/inference_1/bn1.1_2'),
        ('deep', 'a/b/c', 'train/tower_3/a/b/c'),
        ('captured_scope', 'a/b', 'tower_0/b'),
        ('unlike', 'a/b', 'elsewhere'),
        ('scope_named_moments', 'moments', 'moments'),
        ('moments_within', 'moments/bn', 'tower_0/moments/bn'),
        ('same_scope_twice', 'bn/bn', 'bn/bn'),
    ])
    def test_scopes(self, _, scope, name_scope):
        for ops in (TF11, TF14, ('moments_2/Squeeze', 'moments_2/Squeeze_1')):
            with self.subTest(ops=ops):
                names = names_of(scope, name_scope, ops)
                layer, = find_moving_statistics(names[::-1])
                self.assertEqual({names[0]: scope + '/moving_mean',
                                  names[1]: scope + '/moving_variance',
                                  names[3]: scope + '/local_step'}, layer.new_names())
                self.assertEqual([names[3], names[5]], layer.steps)
                self.assertEqual({names[2]: scope + '/moving_mean',
                                  names[4]: scope + '/moving_variance'}, layer.biased)

    @parameterized.expand([
        ('one_scope', 'bn1', 'bn1'),
        ('tower', 'inference/bn1.1', 'tower_0/inference/bn1.1'),
        ('repeated', 'inference/bn1.1', 'tower_0/inference_1/bn1.1_2'),
        ('numbers_differ', 'layer_1/layer_2', 'layer_1/layer_2'),
    ])
    def test_scopes_without_slots(self, _, scope, name_scope):
        for ops in (TF11, TF14):
            with self.subTest(ops=ops):
                names = names_of(scope, name_scope, ops, slots=())
                layer, = find_moving_statistics(names)
                self.assertEqual({names[0]: scope + '/moving_mean',
                                  names[1]: scope + '/moving_variance'}, layer.new_names())
                self.assertEqual([], layer.steps)

    @parameterized.expand([
        ('weights', ['bn/weights/ExponentialMovingAverage']),
        ('loss', ['train/total_loss/ExponentialMovingAverage/biased',
                  'total_loss/ExponentialMovingAverage']),
        ('unknown_scope', names_of('a', 'b', TF14, slots=())),
        ('new', ['bn/moving_mean', 'bn/moving_variance', 'bn/local_step']),
        ('mean_of_something', ['a/a/mean/ExponentialMovingAverage'])])
    def test_others(self, _, names):
        self.assertEqual([], find_moving_statistics(names))

    @parameterized.expand(trained.ORIGINAL)
    def test_trained_checkpoints(self, name):
        with open(os.path.join(trained.folder_of(name), 'variables.json')) as file:
            names = [variable['name'] for variable in json.load(file)['variables']]
        layers = find_moving_statistics(names)
        scopes = {'fc': ['BN_2', 'BN_6'],
                  'conv': [f'inference/bn{bn}' for bn in ('1.1', '1.2', '2.1', '4.1')]}
        self.assertEqual(scopes[name.split('-')[1]], [layer.scope for layer in layers])
        found = [old for layer in layers
                 for old in list(layer.averages) + layer.steps + list(layer.biased)]
        self.assertEqual(sorted(old for old in names if '/moments/' in old), sorted(found))


if __name__ == '__main__':
    unittest.main()
