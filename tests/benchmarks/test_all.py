"""Running all benchmarks."""
import contextlib
import glob
import io
import os
import tempfile
import unittest
from argparse import Namespace
from unittest import mock

from benchmarks import all as all_benchmarks

FOLDER = os.path.dirname(all_benchmarks.__file__)


class AllTest(unittest.TestCase):

    def test_no_script_is_forgotten(self):
        writing = set()
        for path in glob.glob(os.path.join(FOLDER, '*.py')):
            with open(path, encoding='utf-8') as file:
                if 'add_out(parser)\n    run(main, parser)' in file.read():
                    writing.add(os.path.basename(path)[:-len('.py')])
        self.assertEqual(writing - {'all'}, set(all_benchmarks.SCRIPTS))

    def test_the_others_run_where_one_fails(self):
        scripts = {'products': ['--workload=none'], 'build_time': ['--cores=2', '--repetitions=1']}
        with mock.patch.dict(all_benchmarks.SCRIPTS, scripts, clear=True), \
                tempfile.TemporaryDirectory() as folder:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = all_benchmarks.main(Namespace(only=None, out=folder))
            self.assertEqual(['build_time.json'], os.listdir(folder))
        self.assertEqual(1, status)
        self.assertRegex(out.getvalue(), r'(?m)^== products: status 2 after \d+ s$')
        self.assertRegex(out.getvalue(), r'(?m)^== build_time: done after \d+ s$')
        self.assertTrue(out.getvalue().endswith('\nnot all went well: products\n'))


if __name__ == '__main__':
    unittest.main()
