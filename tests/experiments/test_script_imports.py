"""What the experiments import: scripts before they load TensorFlow, and folders of each other."""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

from parameterized import parameterized

from tests.imported_modules import imported
from tests.script_runner import ROOT

IMPORT = '''
import importlib
import sys

importlib.import_module(sys.argv[1])
print('tensorflow' in sys.modules)
'''
BACKEND = '''
from experiments.common.script import run_script

def main():
    import matplotlib
    print(matplotlib.get_backend())

run_script(main, lambda: None, None, [])
'''


def scripts():
    """Returns the paths in the repository of the experiments' scripts."""
    found = []
    for path in glob.glob(os.path.join(ROOT, 'experiments', '**', '*.py'), recursive=True):
        with open(path, encoding='utf-8') as file:
            if "if __name__ == '__main__':" in file.read():
                found.append(os.path.relpath(path, ROOT))
    return sorted(found)


class FolderTest(unittest.TestCase):

    @parameterized.expand([('common', ['common']), ('cluster', ['cluster', 'common'])])
    def test_what_experiments_share_needs_none_of_them(self, folder, allowed):
        for path in glob.glob(os.path.join(ROOT, 'experiments', folder, '*.py')):
            for module in imported(path):
                if module.split('.')[0] == 'experiments':
                    self.assertIn(module.split('.')[1], allowed, os.path.basename(path))


class ImportTest(unittest.TestCase):

    @parameterized.expand(scripts())
    def test_importing_a_script_imports_no_tensorflow(self, path):
        module = os.path.splitext(path)[0].replace(os.sep, '.')
        process = subprocess.Popen([sys.executable, '-c', IMPORT, module], cwd=ROOT,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   universal_newlines=True)
        out, err = process.communicate(timeout=1200)
        self.assertEqual((0, ''), (process.returncode, err))
        self.assertEqual('False\n', out)


class BackendTest(unittest.TestCase):

    def test_that_of_a_notebook_is_not_asked_for(self):
        done = subprocess.run(
            [sys.executable, '-c', BACKEND], cwd=ROOT, capture_output=True, text=True, timeout=1200,
            env=dict(os.environ, MPLBACKEND='module://absent.backend'))
        self.assertEqual((0, 'agg\n', ''), (done.returncode, done.stdout, done.stderr))


class HelpTest(unittest.TestCase):

    @parameterized.expand(scripts())
    def test_by_a_link_from_any_folder_and_without_docstrings(self, path):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.join(ROOT, path), os.path.join(folder, 'link.py'))
            done = subprocess.run([sys.executable, '-OO', 'link.py', '--help'], cwd=folder,
                                  capture_output=True, text=True, timeout=1200)
        self.assertEqual((0, ''), (done.returncode, done.stderr))
        self.assertRegex(done.stdout, r'^usage: python link\.py \[flags\]\n')
