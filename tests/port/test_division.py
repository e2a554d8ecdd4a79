"""`/` of integers."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

PYTHON_2 = 'print "a"\n'
IMPORTS = 'import numpy as np\nimport tensornet\n'


class DivisionTest(TextTest):

    @parameterized.expand([
        ('x = 28 / 4', 'x = 28 // 4'),
        ('x = len(a) / 2', 'x = len(a) // 2'),
        ('N = 8\nx = (N * 2) / (N + 1)', 'N = 8\nx = (N * 2) // (N + 1)'),
    ])
    def test_of_integers(self, old, new):
        result = self.port(old + '\n' + PYTHON_2)
        self.assertEqual(new + '\n' + PYTHON_2, result.content)
        self.assertEqual(['Python 2 only: print statement: write `print(...)`'],
                         [note.text for note in result.looks])

    @parameterized.expand([
        ('for i in range(n / 2): pass', 'for i in range(n // 2): pass'),
        ('x = a[n / 2:]', 'x = a[n // 2:]'),
        ('x = [0] * (n / 2)', 'x = [0] * (n // 2)'),
        ('x = np.zeros((n / 2 + 1, 3))', 'x = np.zeros((n // 2 + 1, 3))'),
        ('x = tensornet.layers.linear(y / 2, n / 2)', 'x = tensornet.layers.linear(y / 2, n // 2)'),
        ('x = tensornet.layers.tt(y, [n / 2, 2], o, 3)',
         'x = tensornet.layers.tt(y, [n // 2, 2], o, 3)'),
    ])
    def test_where_an_integer_is_needed(self, old, new):
        self.assert_ported(IMPORTS + old + '\n', IMPORTS + new + '\n')

    @parameterized.expand([
        # Another variable of that name is a size.
        'def blank(rate): return np.zeros(rate)\nrate = a / b',
        'rate = a / b\nx = [np.zeros(rate) for rate in c]',
        'rate = a / b\nf = lambda rate: np.zeros(rate)',
        'def f(a, b):\n    n = a / b\n    print(n)\n    n = 10\n    return np.zeros([n])',
        'def f(n, a):\n    if a: n = a / 2\n    return np.zeros([n])',
        # A keyword of another function.
        'def score(ranks): return ranks\nx = score(ranks=1 / 3)',
        'x = np.random.RandomState(0).gamma(shape=a / b, scale=1.)',
        'class A(B, shape=a / b): pass'])
    def test_what_need_not_be_an_integer_is_left_alone(self, text):
        self.assert_ported(IMPORTS + text + '\n', IMPORTS + text + '\n')

    @parameterized.expand([
        ('n = a / 2\nx = np.zeros(n)', 'n = a // 2\nx = np.zeros(n)'),
        ('def f(a):\n    n = a / 2\n    return np.zeros([n, 3])',
         'def f(a):\n    n = a // 2\n    return np.zeros([n, 3])'),
        ('n = a / 2\nx = [np.zeros(n) for i in c]', 'n = a // 2\nx = [np.zeros(n) for i in c]'),
        ('x = np.zeros(shape=a / 2)', 'x = np.zeros(shape=a // 2)'),
        ('x = tensornet.layers.tt(y, m, o, ranks=[n / 2, 2])',
         'x = tensornet.layers.tt(y, m, o, mat_ranks=[n // 2, 2])'),
    ])
    def test_where_a_name_or_keyword_needs_an_integer(self, old, new):
        result = self.port(IMPORTS + old + '\n').content
        self.assertEqual(IMPORTS + new.replace('mat_ranks=', 'ranks=') + '\n',
                         result.replace('mat_ranks=', 'ranks='))

    @parameterized.expand([
        'x = n / 2.0', 'x = float(n) / m', 'x = int(n / 2)', 'x = 1. * n / m', 'x = -1.0 / n',
        'x = np.sqrt(n) / m', 'from __future__ import division\nx = n / 2'])
    def test_alike_in_both(self, statement):
        text = statement + '\n' if '__future__' in statement else IMPORTS + statement + '\n'
        self.assertEqual(1, len(self.port(text + PYTHON_2).looks))
        self.assertEqual(text + PYTHON_2, self.port(text + PYTHON_2).content)

    def test_others_are_named_in_scripts_for_python_2(self):
        text = 'x = a / b\ny = 1\ny /= c\n'
        self.assert_looks(text + PYTHON_2, r'1: Python 2 rounded .* \(line 1, line 3\)',
                          '4: .*print')
        self.assertEqual([], self.port(text).looks)

    @parameterized.expand([
        'print(("a", b))', 'for k, v in list(x.items()): pass', 'for k in list(x.keys()): pass'])
    def test_named_in_what_2to3_has_made(self, mark):
        self.assert_looks(f'x = a / b\ny = 3 / 2\n{mark}\n',
                          r'1: Python 2 rounded .* \(line 1, line 2\)')

    @parameterized.expand(['print("a", b)', 'for k in list(x): pass', 'z = list(x.items())'])
    def test_not_named_without_its_marks(self, statement):
        self.assert_looks(f'x = a / b\n{statement}\n')


if __name__ == '__main__':
    unittest.main()
