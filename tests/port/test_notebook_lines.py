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
        text = f'import time\nif 1:\n    x = 1 / 2\n{command}\nx = time.clock()\n'
        self.assert_looks(text, '4: a command of a notebook: leave it out')
        self.assertEqual(text.replace('clock', 'perf_counter'), self.port(text).content)

    @parameterized.expand(['# In[{cell}]:', '# %% {cell}', '# <codecell> {cell}'])
    def test_cells_in_another_language_stay(self, marker):
        in_0, in_1, in_2, in_3 = [marker.format(cell=cell) for cell in range(4)]
        text = (f'{in_0}\n%%bash\npip install x; echo "it\'s"\n\nls | (\n{in_1}\nimport time\n'
                f'x = time.clock()\n{in_2}\n%%writefile net.py\nimport time\ntime.clock()\n'
                f'{in_3}\n%%time\ny = time.clock()\n')
        self.assert_looks(text, '2: a cell that only a notebook runs', '10: a cell that only',
                          '14: a command of a notebook')
        for assigned in 'xy':
            text = text.replace(assigned + ' = time.clock', assigned + ' = time.perf_counter')
        self.assert_ported(text, text, looks=3)

    def test_cells_without_markers_end_at_an_empty_line(self):
        text = 'import time\n%%sh\nls -la\n\nx = time.clock()\n%%html\n<b>y</b>\n'
        self.assert_ported(text, text.replace('clock', 'perf_counter'), looks=2)

    def test_calls_of_exported_notebooks(self):
        self.assert_looks("get_ipython().run_line_magic('matplotlib', 'inline')\n",
                          '1: `get_ipython` exists only in a notebook')

    @parameterized.expand([
        'x = (a\n     %b)\ny = """\n!ls\n"""\n',
        'x = a \\\n    % b\n',
        '# what?\n# %time\n',
    ])
    def test_what_python_reads_is_not_named(self, text):
        self.assert_looks(text)


if __name__ == '__main__':
    unittest.main()
