"""Names and methods of NumPy that newer versions no longer have."""

import unittest

import numpy
from parameterized import parameterized

from tests.port.texts import TextTest


class NumpyNamesTest(TextTest):

    @parameterized.expand([
        ('x.tostring()', 'x.tobytes()'),
        ('np.ones([3]).astype("float32").tostring()', 'np.ones([3]).astype("float32").tobytes()'),
        ('f(x.tostring()).tostring()', 'f(x.tobytes()).tobytes()'),
        ('(a +\n     b)[0] . tostring ()', '(a +\n     b)[0] . tobytes ()'),
        ('x["tostring"].tostring()', 'x["tostring"].tobytes()'),
        ('x.int + np.int(3)', 'x.int + int(3)'),
    ])
    def test_written_where_it_does_the_same(self, old, new):
        self.assert_ported(f'import numpy as np\ny = {old}\n',
                           f'import numpy as np\ny = {new}\n')

    @parameterized.expand([
        'from xml.etree import ElementTree\ny = ElementTree.tostring(root)\n',
        'import etree\ny = etree.tostring()\n',
        'class A:\n    def tostring(self): pass\ny = A().tostring()\n',
        'import numpy as np\ny = np.fromstring("1 2", sep=" ") + np.frombuffer(x)\n',
    ])
    def test_others_stay(self, text):
        self.assert_ported(text, text)

    def test_bytes_are_read_by_another_function(self):
        self.assert_looks('import numpy as np\ny = np.fromstring(x, dtype=np.uint8)\n',
                          r'2: `np.fromstring`: .* write `np.frombuffer\(...\)`')

    @parameterized.expand([('np.Inf', 'np.inf'), ('np.float_(x)', 'np.float64'),
                           ('np.product(x)', 'np.prod'), ('x.ptp()', r'np.ptp\(a\)')])
    @unittest.skipIf(numpy.__version__ < '2', 'the names are there')
    def test_named_with_what_is_written(self, old, new):
        self.assert_looks(f'import numpy as np\ny = {old}\n', f'2: .*: write `{new}`')


if __name__ == '__main__':
    unittest.main()
