"""Pickles that scripts load and write."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

BEGIN = 'import numpy as np\n'


class PicklesTest(TextTest):

    @parameterized.expand([
        ('x = np.load(p).item()', "x = np.load(p, allow_pickle=True).item()"),
        ('x = np.load(p)[()]', 'x = np.load(p, allow_pickle=True)[()]'),
        ('x = np.load(p)["a"].item()', 'x = np.load(p, allow_pickle=True)["a"].item()'),
        ('x = np.load(p, encoding="latin1")',
         'x = np.load(p, encoding="latin1", allow_pickle=True)'),
        ('x = np.load(p)\ny = x.item()', 'x = np.load(p, allow_pickle=True)\ny = x.item()'),
    ])
    def test_written_with_a_warning(self, old, new):
        result = self.port(BEGIN + old + '\n')
        self.assertEqual(BEGIN + new + '\n', result.content)
        self.assertRegex(result.looks[0].text, 'runs the code in it')
        self.assertEqual([], self.port(result.content).looks)

    @parameterized.expand([
        'x = np.load(p)', 'x = np.load(p)["a"]', 'x = np.load(p, allow_pickle=True).item()',
        'x = np.load(p)\nn = x[0].item'])
    def test_arrays(self, text):
        self.assert_ported(BEGIN + text + '\n', BEGIN + text + '\n')

    @parameterized.expand(['pickle.load(open(p))', 'pickle.load(open(p, "r"))'])
    def test_text_is_no_pickle(self, call):
        self.assert_looks(f'import pickle\nx = {call}\n', "2: .*mode `'rb'`")
        self.assertEqual([], self.port('import pickle\nx = pickle.load(open(p, "rb"))\n').looks)


if __name__ == '__main__':
    unittest.main()
