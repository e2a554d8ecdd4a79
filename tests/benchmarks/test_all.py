"""Running all benchmarks."""
import contextlib
import glob
import json
import os
import re
import tempfile
import unittest
from argparse import Namespace
from unittest import mock

from benchmarks import all as all_benchmarks
from benchmarks import decomposition

FOLDER = os.path.dirname(all_benchmarks.__file__)


@contextlib.contextmanager
def _captured():
    """Context of a list that holds, at its end, what this process and its children have printed."""
    output = []
    with tempfile.TemporaryFile('w+') as file:
        with contextlib.ExitStack() as stack:
            for number in (1, 2):
                saved = os.dup(number)
                stack.callback(os.close, saved)
                stack.callback(os.dup2, saved, number)
                os.dup2(file.fileno(), number)
            stack.enter_context(contextlib.redirect_stdout(file))
            yield output
            file.flush()
        file.seek(0)
        output.append(file.read())


class AllTest(unittest.TestCase):

    def test_no_script_is_forgotten(self):
        writing = set()
        for path in glob.glob(os.path.join(FOLDER, '*.py')):
            with open(path, encoding='utf-8') as file:
                if 'add_out(parser)\n    run(main, parser)' in file.read():
                    writing.add(os.path.basename(path)[:-len('.py')])
        # What calibrate.py fits to is measured when there is something to fit.
        self.assertEqual(writing - {'all', 'measure_plans'}, set(all_benchmarks.SCRIPTS))

    def test_the_committed_cases_of_the_decomposition_are_measured_again(self):
        with open(os.path.join(FOLDER, 'results', 'decomposition.json'), encoding='utf-8') as file:
            cases = {row['case'] for row in json.load(file)['rows']}
        self.assertEqual({'--case=' + case for case in cases} | {'--timeout=1800'},
                         set(all_benchmarks.SCRIPTS['decomposition']))

    def test_the_requirements_of_peers_are_complete(self):
        with open(os.path.join(FOLDER, 'requirements-peers.txt'), encoding='utf-8') as file:
            listed = {re.split('[=#]', line)[0].strip() for line in file}
        needed = {package for _, package in decomposition.METHODS.values()} - {'numpy'}
        for path in glob.glob(os.path.join(FOLDER, '*.py')):
            with open(path, encoding='utf-8') as file:
                needed.update(re.findall(r"require\('(\w+)', 'requirements-peers.txt'\)",
                                         file.read()))
        self.assertEqual({'t3f', 'tensorly', 'scipy'}, needed)
        self.assertLessEqual(needed, listed)

    def test_the_others_run_where_one_fails(self):
        scripts = {'products': ['--workload=none'], 'build_time': ['--cores=2', '--repetitions=1']}
        with mock.patch.dict(all_benchmarks.SCRIPTS, scripts, clear=True), \
                tempfile.TemporaryDirectory() as folder:
            with _captured() as output:
                status = all_benchmarks.main(Namespace(only=None, out=folder))
            self.assertEqual(['build_time.json'], os.listdir(folder))
        self.assertEqual(1, status)
        self.assertIn("argument --workload: invalid choice: 'none'", output[0])
        self.assertRegex(output[0], r'(?m)^== products: status 2 after \d+ s$')
        self.assertRegex(output[0], r'(?m)^== build_time: done after \d+ s$')
        self.assertTrue(output[0].endswith('\nnot all went well: products\n'), output[0])


if __name__ == '__main__':
    unittest.main()
