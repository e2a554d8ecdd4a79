"""Lines that only a notebook reads."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class NotebookLinesTest(TextTest):

    @parameterized.expand([
        '%matplotlib inline', '%%time', '%load_ext autoreload', '!ls', '!pip install x | head',
        '!./run.sh', 'files = !ls', 'seconds = %timeit -o f(x)', '?np.ones', 'np.ones?',
        'np.ones??', '    %time f(x)',
    ])
    def test_named_and_the_rest_is_ported(self, command):
        text = 'import time\nif 1:\n    x = 1 / 2\n%s\nx = time.clock()\n' % command
        self.assert_looks(text, '4: a command of a notebook: leave it out')
        self.assertEqual(text.replace('clock', 'perf_counter'), self.port(text).content)

    def test_calls_of_exported_notebooks(self):
        self.assert_looks("get_ipython().run_line_magic('matplotlib', 'inline')\n",
                          '1: `get_ipython` is there only in a notebook')

    @parameterized.expand([
        'x = (a\n     %b)\ny = """\n!ls\n"""\n',
        'x = a \\\n    % b\n',
        '# what?\n# %time\n',
    ])
    def test_what_python_reads_is_not_named(self, text):
        self.assert_looks(text)


if __name__ == '__main__':
    unittest.main()
