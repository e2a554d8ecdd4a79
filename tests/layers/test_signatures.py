"""Old scripts pass arguments by position, so their order and defaults are a contract."""

import inspect
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import initializers, layers

TAIL = ['biases_initializer', 'biases_regularizer', 'trainable', 'cpu_variables', 'scope']
TT_CONV = ['inp', 'window', 'inp_ch_modes', 'out_ch_modes', 'ranks', 'strides', 'padding',
           'filters_initializer', 'filters_regularizer', 'cores_initializer',
           'cores_regularizer'] + TAIL

TT_EMBEDDING = ['ids', 'voc_modes', 'emb_modes', 'ranks', 'cores_initializer', 'cores_regularizer',
                'trainable', 'cpu_variables', 'scope']

POSITIONAL = {
    'tt': ['inp', 'inp_modes', 'out_modes', 'mat_ranks', 'cores_initializer',
           'cores_regularizer'] + TAIL,
    'tt_conv': TT_CONV,
    'tt_conv_full': TT_CONV,
    'tt_conv1d_full': TT_CONV,
    'tt_conv_direct': ['inp', 'window', 'out_ch', 'ranks', 'strides', 'padding',
                       'cores_initializer', 'cores_regularizer'] + TAIL,
    'tt_embedding': TT_EMBEDDING,
    'tt_embedding_bag': TT_EMBEDDING,
    'conv': ['inp', 'out_ch', 'window_size', 'strides', 'padding', 'filters_initializer',
             'filters_regularizer'] + TAIL,
    'linear': ['inp', 'out_size', 'weights_initializer', 'weights_regularizer'] + TAIL,
    'batch_normalization': ['inp', 'train_phase', 'ema_decay', 'eps', 'use_scale', 'use_shift',
                            'trainable', 'cpu_variables', 'scope'],
    'get_var_wrap': ['name', 'shape', 'initializer', 'regularizer', 'trainable', 'cpu_variable'],
}

# What is around layers, and adds none.
NO_LAYERS = ['default_plan', 'master_weights', 'moving_statistics']

DEFAULTS = {
    'cores_initializer': initializers.xavier,
    'filters_initializer': initializers.xavier,
    'weights_initializer': initializers.xavier,
    'biases_initializer': tf.zeros_initializer,
    'cores_regularizer': None,
    'filters_regularizer': None,
    'weights_regularizer': None,
    'biases_regularizer': None,
    'strides': [1, 1],
    'padding': 'SAME',
    'ema_decay': 0.99,
    'eps': 1e-3,
    'use_scale': True,
    'use_shift': True,
    'trainable': True,
    'cpu_variables': False,
    'scope': None,
}


class SignaturesTest(unittest.TestCase):

    def test_all_functions_are_listed(self):
        self.assertEqual(sorted(list(POSITIONAL) + NO_LAYERS), sorted(layers.__all__))

    @parameterized.expand(sorted(POSITIONAL))
    def test_positional_order(self, name):
        parameters = inspect.signature(getattr(layers, name)).parameters.values()
        positional = [parameter.name for parameter in parameters
                      if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
        self.assertEqual(POSITIONAL[name], positional)

    @parameterized.expand(sorted(POSITIONAL))
    def test_what_is_new_is_optional_and_by_keyword(self, name):
        parameters = inspect.signature(getattr(layers, name)).parameters.values()
        for parameter in parameters:
            if parameter.name not in POSITIONAL[name]:
                self.assertIs(parameter.kind, parameter.KEYWORD_ONLY, parameter.name)
                self.assertIsNot(parameter.default, parameter.empty, parameter.name)

    @parameterized.expand(sorted(set(POSITIONAL) - {'get_var_wrap'}))
    def test_defaults(self, name):
        parameters = inspect.signature(getattr(layers, name)).parameters
        for argument in POSITIONAL[name]:
            default = parameters[argument].default
            if argument in DEFAULTS:
                if argument == 'strides':
                    default = list(default)
                expected = DEFAULTS[argument]
                if argument == 'cores_initializer' and 'embedding' in name:
                    expected = initializers.lecun
                self.assertEqual(expected, default, argument)
            else:
                self.assertIs(default, inspect.Parameter.empty, argument)

    def test_get_var_wrap_has_no_defaults(self):
        parameters = inspect.signature(layers.get_var_wrap).parameters
        for argument in POSITIONAL['get_var_wrap']:
            self.assertIs(parameters[argument].default, inspect.Parameter.empty, argument)


if __name__ == '__main__':
    unittest.main()
