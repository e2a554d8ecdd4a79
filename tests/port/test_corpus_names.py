"""A corpus of scripts whose names of TensorFlow are elsewhere, need a package or are gone.

Each is ported and run. The report is compared word for word with the text file beside the script,
and what fails when the script runs must be a line that the report names.
"""

import contextlib
import glob
import io
import json
import os
import re
import tempfile
import unittest

import tensorflow
from parameterized import parameterized

from tensornet.port import __main__ as command
from tests.port.processes import ROOT, run

FOLDER = os.path.join(ROOT, 'tests', 'port', 'corpus_names')
NAMES = sorted(os.path.relpath(path, FOLDER)[:-len('.py')] for pattern in ('*.py', '*/*.py')
               for path in glob.glob(os.path.join(FOLDER, pattern))
               if os.path.basename(path) != 'common.py')
# What fails when it is run with TensorFlow 2 and Keras 3 after it has been ported.
FAILING = {'attribute_python', 'cells', 'dense', 'flatten', 'metrics_by_position', 'parameters',
           'slim_layers', 'summaries'}


def text_of(*path):
    with open(os.path.join(*path)) as file:
        return file.read()


class CorpusTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.ported = os.path.join(cls.temporary.name, 'ported')
        before = {name: text_of(FOLDER, name + '.py') for name in NAMES}
        cls.report = cls.port(FOLDER, cls.ported)
        cls.again = cls.port(cls.ported, os.path.join(cls.temporary.name, 'again'))
        assert before == {name: text_of(FOLDER, name + '.py') for name in NAMES}
        status, output, errors = run(
            ['-m', 'tests.port.run_scripts']
            + [os.path.join(cls.ported, name + '.py') for name in NAMES], ROOT)
        assert status == 0, errors
        lines = [line for line in output.splitlines() if line.startswith('[')]
        cls.failures = dict(zip(NAMES, [json.loads(line)[1:] for line in lines]))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @staticmethod
    def port(folder, out):
        """Returns the report's lines by file, without that of the name."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            command.main([folder, '--out', out])
        reports, lines = {}, []
        for line in output.getvalue().splitlines():
            if line.startswith('    '):
                lines.append(line[4:])
            else:
                lines = reports.setdefault(line.split(':')[0], [])
        return reports

    @parameterized.expand(NAMES)
    def test_report(self, name):
        self.assertEqual(text_of(FOLDER, name + '.txt').splitlines(),
                         self.report.get(name + '.py', []))

    @parameterized.expand(NAMES)
    def test_it_runs_or_fails_where_the_report_says(self, name):
        line, error = self.failures[name]
        if tensorflow.__version__ >= '2':
            self.assertEqual(name in FAILING, error is not None, error)
        if error is not None:
            # Ported again, the script is as it is, and its lines have the numbers of today.
            named = [int(re.match(r'line (\d+): needs a look', look).group(1))
                     for look in self.again[name + '.py']]
            self.assertIn(line, named, error)

    def test_what_runs_needs_no_look(self):
        looks = {name for name in NAMES if any('needs a look' in line
                                               for line in self.report.get(name + '.py', []))}
        self.assertEqual(FAILING, looks)

    def test_idempotent(self):
        for name in NAMES:
            self.assertEqual(text_of(self.ported, name + '.py'),
                             text_of(self.temporary.name, 'again', name + '.py'))
            self.assertEqual([], [line for line in self.again.get(name + '.py', [])
                                  if ': needs a look: ' not in line], name)

    def test_the_corpus_is_complete(self):
        self.assertGreaterEqual(len(NAMES), 16)


if __name__ == '__main__':
    unittest.main()
