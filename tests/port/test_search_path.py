"""`sys.path.append('../..')`."""

import os
import tempfile
import unittest

from parameterized import parameterized

from tensornet.port import script
from tests.port.texts import TextTest


class SearchPathTest(TextTest):

    @parameterized.expand([
        "sys.path.append('../..')", "sys.path.append('../../')", 'sys.path.append("..")',
        "sys.path.insert(0, '../../../')", "sys.path.append('./../..')"])
    def test_removed(self, statement):
        self.assert_ported(f'import sys\n{statement}\nimport tensornet\n',
                           'import sys\nimport tensornet\n')

    def test_among_other_statements_of_a_line(self):
        self.assert_ported("import sys; sys.path.append('..'); import tensornet\n",
                           'import sys; import tensornet\n')
        self.assert_ported("import sys; sys.path.append('..')  # mine\n", 'import sys  # mine\n')
        self.assert_ported("import sys\nif True: sys.path.append('..')\n",
                           'import sys\nif True: pass\n')

    @parameterized.expand([
        ("import sys; {}; {}\n", 'import sys\n'),
        ("import sys; {}; {}; x = 1\n", 'import sys; x = 1\n'),
        ("import sys\n{}; {}; x = 1; {}; {}  # mine\n", 'import sys\nx = 1  # mine\n'),
        ("import sys\n{}; {}\nx = 1\n", 'import sys\nx = 1\n'),
        ("import sys\nif True: {}; {}\n", 'import sys\nif True: pass; pass\n'),
        ("import sys\nif True:\n    {}; {}\n    x = 1\n", 'import sys\nif True:\n    x = 1\n'),
        ("import sys\n{};\nx = 1\n", 'import sys\nx = 1\n'),
        ("{}; \\\n    import sys\nx = 1\n", 'import sys\nx = 1\n'),
        ("import sys; \\\n    {}\nx = 1\n", 'import sys\nx = 1\n'),
        ("import sys\nimport imp; {}; imp.reload(x)\n",
         'import sys\nimport importlib; importlib.reload(x)\n'),
    ])
    def test_several_of_a_line(self, old, new):
        self.assert_ported(old.format(*["sys.path.append('..')"] * old.count('{}')), new)

    @parameterized.expand(["sys.path.append('/data')", "sys.path.append('nets')", 'sys.path'])
    def test_other_folders_stay(self, statement):
        text = f'import sys\n{statement}\n'
        self.assert_ported(text, text)

    @parameterized.expand([
        "sys.path.append(os.path.join(os.path.dirname(__file__), '..'))",
        "sys.path += ['../..']", "sys.path.append('../data')"])
    def test_computed_folders_are_named(self, statement):
        self.assert_looks(f'import os, sys\n{statement}\n', '2: .*installed package')

    def test_named_where_other_modules_come_from_there(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, 'experiments', 'mnist'))
            open(os.path.join(folder, 'reader.py'), 'w').close()
            text = "import sys\nsys.path.append('../..')\nimport reader, tensornet\n"
            result = script.port(text, os.path.join(folder, 'experiments', 'mnist', 'train.py'))
        self.assertEqual(text, result.content)
        self.assertEqual(1, len(result.looks))
        self.assertRegex(result.looks[0].text, '`reader` may come from there')

    def test_named_where_a_module_is_found_nowhere(self):
        text = "import sys\nsys.path.append('..')\nimport imp, cPickle, numpy\n"
        self.assertNotIn('sys.path', self.port(text).content)
        self.assertIn('sys.path', self.port(text.replace('numpy', 'nowhere_to_be_found')).content)

    def test_an_archive_is_named(self):
        self.assert_looks("import sys\nsys.path.insert(0, 'tensornet.zip')\n",
                          '2: .*a copy of the original in an archive would hide')


if __name__ == '__main__':
    unittest.main()
