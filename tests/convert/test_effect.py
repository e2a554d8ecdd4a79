"""Options that are given and would change nothing are errors; every option is looked at here."""

import inspect
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints, convert
from tensornet.convert import CheckpointError, Request, convert_checkpoint

MATRIX = np.random.RandomState(0).normal(size=[8, 12])
KERNEL = np.random.RandomState(1).normal(size=[3, 3, 4, 6])
INPUTS = np.random.RandomState(2).normal(size=[20, 8])
WEIGHTS = convert.tt_from_dense(MATRIX, [2, 4], [4, 3], ranks=2)
TT, CONV = ([2, 4], [4, 3]), ([2, 2], [3, 2])
# One of them is needed; a size excludes the others, which are limits that all count.
TARGET = dict.fromkeys(('ranks', 'eps', 'max_rank', 'compression', 'parameters'), 'target')
# It allows what is an error otherwise. Where that does not occur it is not in the way.
PERMISSION = 'permission'
ALWAYS = 'always of effect'
# Of effect where a rank becomes higher. Who grows many layers in a loop does not know of which.
OF_SOME_LAYERS = 'of effect for some layers'
# Of a checkpoint: below, and for the fields of `Request` in tests/convert/test_wording.py, where
# the commands are asked the same.
OF_A_FILE = 'of a file'
LSTM = {'inputs/weights': np.ones([8, 24]), 'state/weights': np.ones([6, 24])}
GRU = {'inputs/weights': np.ones([8, 18]), 'state_gates/weights': np.ones([6, 12]),
       'state_candidate/weights': np.ones([6, 6])}


def fit(**options):
    return convert.fit_to_inputs(WEIGHTS, MATRIX, INPUTS, **options)


def lstm(**options):
    return convert.lstm_from_dense(np.ones([14, 24]), None, [2, 3], **options)


def gru(**options):
    return convert.gru_from_dense(np.ones([14, 12]), None, np.ones([14, 6]), None, [2, 3],
                                  **options)


# For each function its optional arguments: the kind above, or a call with the argument in vain and
# the message about it.
OPTIONS = {
    'tt_from_dense': dict(TARGET, pad=PERMISSION),
    'tt_embedding_from_dense': dict(TARGET, pad=PERMISSION),
    'tt_conv_from_dense': dict(TARGET, pad=PERMISSION),
    'tt_conv_direct_from_dense': TARGET,
    'round_layer': TARGET,
    'change_modes': dict(TARGET, pad=PERMISSION),
    'tt_from_cores': dict(shape=ALWAYS), 'tt_embedding_from_cores': dict(shape=ALWAYS),
    'tt_conv_from_cores': dict(shape=ALWAYS), 'tt_conv_direct_from_cores': {},
    'tt_from_variables': dict(shape=ALWAYS), 'tt_embedding_from_variables': dict(shape=ALWAYS),
    'tt_conv_from_variables': dict(shape=ALWAYS), 'tt_conv_direct_from_variables': {},
    'tt_to_dense': dict(shape=ALWAYS), 'tt_embedding_to_dense': dict(shape=ALWAYS),
    'tt_conv_to_dense': dict(shape=ALWAYS), 'tt_conv_direct_to_dense': {},
    'assign': {}, 'read': {}, 'rewrite': {},
    'grow_layer': dict(noise=OF_SOME_LAYERS, seed=OF_SOME_LAYERS),
    'fit_to_inputs': dict(
        biases=ALWAYS, activation=ALWAYS, following=ALWAYS, sweeps=ALWAYS,
        strides=(lambda: fit(strides=[2, 1]), 'fit_to_inputs: `strides` has no effect, since the '
                                              'layer is no convolution; leave it out'),
        padding=(lambda: fit(padding='VALID'), '`padding` has no effect'),
        dilations=(lambda: fit(dilations=[1, 2]), '`dilations` has no effect'),
        regularization=(lambda: fit(sweeps=0, regularization=0.1),
                        '`regularization` has no effect, since `sweeps` is 0; leave it out'),
        steps=(lambda: fit(steps=10), '`steps` has no effect, since without `activation` or')),
    'lstm_from_dense': dict(
        inp_modes=(lambda: lstm(inp_modes=[4, 2]), '`inp_modes` and `inputs` go together'),
        inputs=(lambda: lstm(inputs=dict(ranks=2, rank=3), inp_modes=[4, 2]),
                'lstm_from_dense: `inputs` must be None or a dict of ranks, eps'),
        state=(lambda: lstm(state=dict(ranks=2, pad=True)), '`state` must be None or a dict of')),
    'gru_from_dense': dict(
        inp_modes=(lambda: gru(inp_modes=[4, 2]), '`inp_modes` and `inputs` go together'),
        inputs=(lambda: gru(inputs=dict(pad=True), inp_modes=[4, 2]), '`inputs` must be None or'),
        state=(lambda: gru(state=dict(ranks=2, eps=0.1)), '`state` must be one rank')),
    'lstm_to_dense': dict(
        inp_modes=(lambda: convert.lstm_to_dense(LSTM, [2, 3], [4, 2]), 'lstm_to_dense: `inp_modes`'
                   ' has no effect, since inputs/weights is dense; leave it out'),
        inp_size=(lambda: convert.lstm_to_dense(LSTM, [2, 3], inp_size=8), '`inp_size` has no eff'),
        hidden_size=(lambda: convert.lstm_to_dense(LSTM, [2, 3], hidden_size=5),
                     r'inputs/weights must be \[8, 20\], but its shape is \[8, 24\]')),
    'gru_to_dense': dict(
        inp_modes=(lambda: convert.gru_to_dense(GRU, [2, 3], [4, 2]), '`inp_modes` has no effect'),
        inp_size=(lambda: convert.gru_to_dense(GRU, [2, 3], inp_size=8), '`inp_size` has no eff'),
        hidden_size=(lambda: convert.gru_to_dense(GRU, [3, 3], hidden_size=7),
                     r'inputs/weights must be \[8, 21\], but its shape is \[8, 18\]')),
    'convert_checkpoint': dict.fromkeys(('force', 'dry_run', 'report_path', 'averages'), OF_A_FILE),
    'Request': dict(dict.fromkeys(Request._fields[1:], OF_A_FILE), pad=PERMISSION),
    # TensorFlow's own saver has the others.
    'Saver': dict(var_list=ALWAYS, reshape=PERMISSION, strict=ALWAYS),
    'Checkpoint': dict(object_based=PERMISSION),
}
# What functions return, and the error.
RESULTS = {'CellWeights', 'FittedLayer', 'GrowthWarning', 'LayerWeights', 'Report',
           'CheckpointError'}
VAIN = [(f'{name}_{argument}', case) for name, options in OPTIONS.items()
        for argument, case in options.items() if isinstance(case, tuple)]


class EffectTest(unittest.TestCase):

    def test_every_option_is_looked_at(self):
        public = dict(vars(convert), **vars(checkpoints))
        names = set(convert.__all__) | set(checkpoints.__all__)
        self.assertEqual(names - RESULTS, set(OPTIONS))
        for name, options in OPTIONS.items():
            parameters = inspect.signature(public[name]).parameters.values()
            self.assertEqual({parameter.name for parameter in parameters
                              if parameter.default is not parameter.empty}, set(options), name)

    @parameterized.expand(VAIN)
    def test_an_option_in_vain_is_an_error(self, _, case):
        call, message = case
        with self.assertRaisesRegex(ValueError, f'^.*{message}'):
            call()

    @parameterized.expand([
        (name, call) for name, call in (
            ('tt', lambda **target: convert.tt_from_dense(MATRIX, *TT, **target)),
            ('embedding', lambda **target: convert.tt_embedding_from_dense(MATRIX, *TT, **target)),
            ('conv', lambda **target: convert.tt_conv_from_dense(KERNEL, *CONV, **target)),
            ('direct', lambda **target: convert.tt_conv_direct_from_dense(KERNEL, **target)),
            ('round_layer', lambda **target: convert.round_layer(WEIGHTS, **target)),
            ('change_modes', lambda **target: convert.change_modes(WEIGHTS, [8], [12], **target)))])
    def test_a_size_excludes_other_targets(self, name, call):
        values = dict(ranks=2, eps=0.1, max_rank=3, compression=1.2, parameters=90)
        for size in ('compression', 'parameters'):
            for other in set(values) - {size}:
                with self.assertRaisesRegex(ValueError, '^.*`.* exclude each other') as caught:
                    call(**{size: values[size], other: values[other]})
                if name in ('round_layer', 'change_modes'):
                    self.assertRegex(str(caught.exception), f'^{name}: ')

    @parameterized.expand([(dict(ranks=2, max_rank=5, eps=0.), 2),
                           (dict(ranks=5, max_rank=3, eps=0.), 3),
                           (dict(ranks=5, max_rank=4, eps=0.99), 1)])
    def test_the_lowest_limit_counts(self, limits, rank):
        self.assertEqual([1, rank, 1], convert.tt_from_dense(MATRIX, *TT, **limits).ranks)


class CheckpointEffectTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('fc/weights', initializer=MATRIX)
            session.run(tf.global_variables_initializer())
            cls.source = tf.train.Saver().save(session, os.path.join(cls.folder.name, 'm.ckpt'))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @parameterized.expand([
        ('averages', CheckpointError, 'no variable is an average of the name shadow, which is one '
                                      'of `averages`; leave it out, or', dict(averages=['shadow'])),
        ('no_name', TypeError, r'`averages\[0\]` must be a name, but it is 1; pass',
         dict(averages=[1])),
        ('one_name', TypeError, '`averages` must be a list of names', dict(averages='shadow'))])
    def test_option_of_the_conversion(self, _, error, message, options):
        with self.assertRaisesRegex(error, message):
            convert_checkpoint(self.source, None, [Request('fc', target=dict(ranks=2))],
                               dry_run=True, **options)

    @parameterized.expand([
        ('single', TypeError, 'convert_checkpoint: `requests` must be a list of Request, but it is '
                              r"Request\(layer='fc', .*; pass it in a list$", Request('fc')),
        ('dict', TypeError, r"`requests` must be a list of Request, but it is \{'fc': 8\}; pass a "
                            r"list such as \[Request\(", {'fc': 8}),
        ('none', ValueError, r'`requests` must hold one Request .*, but it is empty; pass a l', []),
        ('name', TypeError, r"`requests\[1\]` must be a Request, but it is 'fc'; pass a list",
         [Request('fc'), 'fc']),
        ('layer', TypeError, r'`layer` of `requests\[0\]` must be the name of a layer, but it is 3',
         [Request(3)]),
        ('format', ValueError, "`layer` fc: `format` must be None or one of tt, tt_conv, .*, but "
                               "it is 'tt_conv_full'; pass one of these: tt_conv is also for "
                               'tt_conv_full and tt_conv1d_full',
         [Request('fc', 'tt_conv_full', target=dict(ranks=2))]),
        ('target_names', ValueError, '`layer` fc: `target` must be None or a dict of ranks, eps, '
                                     r"max_rank, .*, but it is \{'rank': 8\}; pass for",
         [Request('fc', target={'rank': 8})]),
        ('pad', TypeError, "`layer` fc: `pad` must be True or False, but it is 'no'; pass one",
         [Request('fc', target=dict(ranks=2), pad='no')]),
        ('target', ValueError, '`layer` fc: `target` must be None or a dict of .*, but it is 8;',
         [Request('fc', target=8)]),
        ('fit', CheckpointError, r'`layer` fc: `fit` must be a dict of `inputs` and, .* \[1\];',
         [Request('fc', target=dict(ranks=2), fit=[1])])])
    def test_requests(self, _, error, message, requests):
        with self.assertRaisesRegex(error, message):
            convert_checkpoint(self.source, None, requests, dry_run=True)

    @parameterized.expand([('force',), ('dry_run',)])
    def test_flags(self, name):
        with self.assertRaisesRegex(TypeError, f'convert_checkpoint: `{name}` must be True or '
                                               "False, but it is 'no'; pass one of the two"):
            convert_checkpoint(self.source, os.path.join(self.folder.name, 'out'),
                               [Request('fc', target=dict(ranks=2))], **{name: 'no'})


if __name__ == '__main__':
    unittest.main()
