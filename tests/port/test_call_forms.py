"""Calls of the layers with the arguments of 2016, and with none that they have."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

BEGIN = ('import tensorflow.compat.v1 as tf, numpy as np\ntf.disable_v2_behavior()\n'
         'import tensornet\nfrom tensornet.layers import *\nfrom functools import partial\n')
def _cores(stddev):
    return (f'cores_initializer=[tf.truncated_normal_initializer(stddev={stddev} / (rank * mode)) '
            'for rank, mode in zip(r, m)]')


class CallFormsTest(TextTest):

    @parameterized.expand([
        ("tt(x, m, m, r, 3.0, 'a', use_biases=False)",
         f"tt(x, m, m, r, {_cores('3.0')}, scope='a', biases_initializer=None)"),
        ("tt(x, m, m, r, use_biases=True, scope='a')",
         f"tt(x, m, m, r, scope='a', {_cores('2.0')})"),
        ('tt_conv(x, w, m, m, r, use_biases=b)',
         'tt_conv(x, w, m, m, r, biases_initializer=tf.zeros_initializer if b else None)'),
        ("tt(x, m, m, r, scope='a', use_biases=b)",
         "tt(x, m, m, r, scope='a', biases_initializer=tf.zeros_initializer if b else None, "
         f"{_cores('2.0')})"),
        ('linear(x, 3, use_biases=a if b else c)',
         'linear(x, 3, biases_initializer=tf.zeros_initializer if (a if b else c) else None)'),
        ("linear(x, 16, 10, init=tf.zeros_initializer(), scope='l')",
         "linear(x, 10, weights_initializer=tf.zeros_initializer(), scope='l')"),
        ("linear(x, out_size=n, scope=s, init=tf.ones_initializer(), inp_size=m, use_biases=True)",
         "linear(x, out_size=n, scope=s, weights_initializer=tf.ones_initializer())"),
        ('linear(inp_size=n, inp=x, out_size=10)', 'linear(inp=x, out_size=10)'),
        ("linear(x, 16, 10, f(3), 'l', False)",
         "linear(x, 10, weights_initializer=lambda shape, **_: (f(3))(shape), scope='l', "
         'biases_initializer=None)'),
        ("linear(x, n, n_classes, scope='l')", "linear(x, n_classes, scope='l')"),
        ("batch_normalization(x, [9], p, scope='b', ema_decay=0.8)",
         "batch_normalization(x, p, scope='b', ema_decay=0.8)"),
        ("batch_normalization(x, [9], p, 'b')",
         "batch_normalization(x, p, scope='b', ema_decay=0.9)"),
        ('tt(x, m, m, r, float(raw_input()) + 1)',
         f"tt(x, m, m, r, {_cores('(float(input()) + 1)')})"),
        ('linear(x, 3, use_biases=d.has_key("b"))',
         'linear(x, 3, biases_initializer=tf.zeros_initializer if ("b" in d) else None)'),
        ('conv(x, 3, 16, [3, 3], [1, 1])', 'conv(x, 16, [3, 3], [1, 1])'),
        ('conv(x, in_ch=3, out_ch=16, window_size=[3, 3])',
         'conv(x, out_ch=16, window_size=[3, 3])'),
        ('conv(x, i, o, [k, k], s, scope=n)', 'conv(x, i, o, [k, k], s, scope=n)'),
        ('conv(x, i, nb_filter, [k, k], s, scope=n)', 'conv(x, nb_filter, [k, k], s, scope=n)'),
    ])
    def test_written_in_the_form_of_today(self, old, new):
        self.assert_ported(BEGIN + f'y = tensornet.layers.{old}\n',
                           BEGIN + f'y = tensornet.layers.{new}\n')

    @parameterized.expand([
        ('tt(x, m, m, r, init, "a", True)', '2016; write `tt.*a function `init`'),
        ('batch_normalization(x, shape, p, "b")', '2016; write `batch_normalization'),
        ('tt(x, 4, m, r)', 'a number stands for `inp_modes`'),
        ('tt(x, m, m, r, activation=f)', 'no argument `activation`: apply'),
        ('tt(x, m, m)', '`mat_ranks` is missing'),
        ('linear(x, 3, scope=["a", "b"][:1])', 'a list stands for `scope`'),
        ('linear(x, 3, initializer=f)', 'no argument `initializer`: write `weights_initializer`'),
        ('linear(x, 3, init=f)', 'no argument `init`: write `weights_initializer`'),
        ('tt_conv(x, [3, 3], m, m, r, "SAME")', 'a string stands for `strides`'),
        ('tt_conv_direct(x, [3, 3], 4, r, stride=2)', 'write `strides`'),
        ('linear(x, 3, cpu_variable=True)', 'write `cpu_variables`'),
        ('linear(x, 3, **{"use_biases": False})', 'no argument `use_biases`'),
        ('linear(x, 3, **dict(inpt=3))', 'no argument `inpt`'),
        ('partial(linear, init=3)', 'no argument `init`'),
        ('getattr(tensornet.layers, "linear")(x, 3, init=f)', 'no argument `init`'),
        ('{"fc": linear}["fc"](x, 3, use_biases=True)', 'no argument `use_biases`'),
        ('tensornet.tt.svd(x, m, ranks=r, mode=m)', 'no argument `mode`'),
    ])
    def test_named(self, call, pattern):
        self.assert_looks(BEGIN + f'y = {call}\n', '6: .*' + pattern)

    @parameterized.expand([
        'tt(x, m, m, r)', 'tt(x, m, m, 3, scope="a")', 'tt(x, m, m, r, [f, f], None, None)',
        'linear(x, n, f)', 'linear(x, n, tf.zeros_initializer())', 'linear(*a, **k)',
        'linear(x, n, scope=name[:-2])', 'linear(x, n, scope="name"[:2])',
        'linear(x, int(n), biases_initializer=None)', 'conv(x, n, window, [2, 2])',
        'batch_normalization(x, train, 0.9, 1e-3, False)', 'tensornet.tt.svd(x, m, r)',
        'other(x, init=3)', 'tt(x, m, m, r, inp_size=15, plan="chain")'])
    def test_forms_of_today(self, call):
        self.assert_ported(BEGIN + f'y = {call}\n', BEGIN + f'y = {call}\n')

    @parameterized.expand([
        'def f(x):\n    fc = tensornet.layers.linear\n    return fc(x, 16, 2)\n',
        'class A:\n    def __init__(self): self.l = tensornet.layers\n'
        '    def f(self, x): return self.l.linear(x, 16, 2)\n',
        'class A:\n    fc = staticmethod(tensornet.layers.linear)\n'
        '    def f(self, x): return self.fc(x, 16, 2)\n'])
    def test_under_another_name(self, text):
        self.assert_ported(BEGIN + text, BEGIN + text.replace('16, ', ''))


if __name__ == '__main__':
    unittest.main()
