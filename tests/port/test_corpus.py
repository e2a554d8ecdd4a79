"""Projects as users have them (`corpus/`): the report names what each needs, and no more.

Each folder of the corpus holds a project `old`, the `report.txt` on it, in `by_hand.txt` the lines
to change where the report says that something needs a look (`file:line:new line`), and the
`output.txt` of `train.py` after that.
"""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from parameterized import parameterized

from tensornet.port import files, project, report
from tests.folder_contents import folder_contents
from tests.port.processes import ROOT

CORPUS = os.path.join(ROOT, 'tests', 'port', 'corpus')
CASES = sorted(name for name in os.listdir(CORPUS)
               if os.path.isdir(os.path.join(CORPUS, name, 'old')))
# What a report names that is a warning: the script runs without a change.
WARNING = re.compile(r'a copy of the original library|`allow_pickle=True`: ')


def read(*names):
    path = os.path.join(CORPUS, *names)
    if not os.path.exists(path):
        return ''
    with open(path, encoding='utf-8') as file:
        return file.read()


def port(folder, out):
    """Ports a folder and returns the report."""
    pairs = project.port(files.find(folder, out))
    found, results = [file for file, _ in pairs], [result for _, result in pairs]
    files.write(found, [result.content for result in results], out)
    return report.text(found, results) + '\n'


def corrections(name):
    """Returns the lines of `by_hand.txt` as (file, line, text)."""
    lines = [line.split(':', 2) for line in read(name, 'by_hand.txt').splitlines()]
    return [(file, int(number), text) for file, number, text in lines]


def named(text):
    """Returns the (file, line) pairs that a report says need a look, without warnings."""
    found, file = set(), None
    for line in text.splitlines():
        begins = re.match(r'(\S+): (?:changed|unchanged|a folder)', line)
        match = re.match(r'    (?:line (\d+): )?needs a look: ', line)
        if begins:
            file = begins.group(1)
        elif match and not WARNING.search(line):
            found.add((file, int(match.group(1) or 0)))
    return found


def correct(folder, name):
    """Changes the lines of `by_hand.txt` in a ported project, where they have other numbers."""
    for file, number, text in corrections(name):
        old = read(name, 'old', file).split('\n')
        with open(os.path.join(folder, file), encoding='utf-8') as script:
            lines = script.read().split('\n')
        lines[place(old, lines, number - 1)] = text
        with open(os.path.join(folder, file), 'w', encoding='utf-8') as script:
            script.write('\n'.join(lines))


def place(old, new, position):
    """Returns where a line of a text is in the ported text."""
    for _, start, end, new_start, new_end in difflib.SequenceMatcher(
            None, old, new, autojunk=False).get_opcodes():
        if start <= position < end:
            # The porter adds lines behind others and changes lines in their place.
            return min(new_start + position - start, new_end - 1)
    raise AssertionError(f'line {position + 1} is gone')


def contents(folder):
    """Returns what the files in a folder hold."""
    return {name: content for name, (content, _) in folder_contents(folder).items()}


class CorpusTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.temporary = temporary
        cls.reports, cls.second, cls.unchanged = {}, {}, {}
        runs = []
        for name in CASES:
            old = os.path.join(CORPUS, name, 'old')
            before = folder_contents(old)
            ported, again, corrected = (os.path.join(temporary.name, name, part)
                                        for part in ('ported', 'again', 'corrected'))
            cls.reports[name] = port(old, ported)
            port(ported, again)
            cls.second[name] = contents(ported), contents(again)
            cls.unchanged[name] = before, folder_contents(old)
            shutil.copytree(ported, corrected)
            correct(corrected, name)
            runs += [corrected] + [ported] * bool(corrections(name))
        cls.results = run_all(runs)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @parameterized.expand(CASES)
    def test_report(self, name):
        self.assertEqual(read(name, 'report.txt'), self.reports[name])

    @parameterized.expand(CASES)
    def test_names_what_is_changed_by_hand_and_no_more(self, name):
        self.assertEqual({(file, line) for file, line, _ in corrections(name)},
                         named(self.reports[name]))

    @parameterized.expand(CASES)
    def test_runs_after_that(self, name):
        status, output = self.results[os.path.join(self.temporary.name, name, 'corrected')]
        lines = [line for line in output.splitlines() if not re.match('WARNING|.*Warning', line)]
        self.assertEqual(0, status, output)
        self.assertEqual(read(name, 'output.txt').splitlines()[-1], lines[-1])

    @parameterized.expand([name for name in CASES if corrections(name)])
    def test_does_not_run_as_it_should_before(self, name):
        status, output = self.results[os.path.join(self.temporary.name, name, 'ported')]
        self.assertFalse(status == 0 and output.endswith(read(name, 'output.txt')), output)

    @parameterized.expand(CASES)
    def test_a_second_time_changes_nothing(self, name):
        self.assertEqual(*self.second[name])

    @parameterized.expand(CASES)
    def test_the_input_stays(self, name):
        self.assertEqual(*self.unchanged[name])


def run_all(folders):
    """Runs `train.py` of each folder; returns a dictionary to (status, output)."""
    environment = dict(os.environ, PYTHONPATH=ROOT, PYTHONDONTWRITEBYTECODE='1')
    process = subprocess.Popen(
        [sys.executable, os.path.join(CORPUS, 'run_all.py')] + folders, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True)
    output, errors = process.communicate(timeout=1200)
    assert process.returncode == 0, errors
    return json.loads(output.splitlines()[-1])


if __name__ == '__main__':
    unittest.main()
