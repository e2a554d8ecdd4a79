"""The notebooks in docs/notebooks run, and hold what they printed and drew."""

import glob
import json
import os
import sys
import tempfile
import unittest

from parameterized import parameterized

from tests import prepared_python

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NOTEBOOKS = sorted(glob.glob(os.path.join(ROOT, 'docs', 'notebooks', '*.ipynb')))


def kinds(notebook):
    """The kinds of output of each cell of code."""
    return [[output['output_type'] for output in cell['outputs']]
            for cell in notebook['cells'] if cell['cell_type'] == 'code']


class NotebooksTest(unittest.TestCase):

    def test_there_are_two(self):
        self.assertEqual(2, len(NOTEBOOKS))

    @parameterized.expand([(os.path.basename(path), path) for path in NOTEBOOKS])
    def test_runs(self, name, path):
        with open(path, encoding='utf-8') as file:
            committed = json.load(file)
        with tempfile.TemporaryDirectory() as folder:
            # It finds the data from its own folder, so it runs there and is written elsewhere.
            written = os.path.join(folder, name)
            site = os.path.join(ROOT, 'docs', 'site')
            code = (f'import json, sys; sys.path.insert(0, {site!r}); '
                    'from run_notebook import executed; '
                    f'json.dump(executed({path!r}), open({written!r}, "w"))')
            done = prepared_python.run(
                [sys.executable, '-c', code], stderr=prepared_python.PIPE, text=True,
                env=dict(os.environ, PYTHONPATH=ROOT))
            self.assertEqual(0, done.returncode, done.stderr)
            with open(written, encoding='utf-8') as file:
                self.assertEqual(kinds(committed), kinds(json.load(file)))


if __name__ == '__main__':
    unittest.main()
