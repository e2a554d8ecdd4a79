"""The environment that `make` makes."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILES = ('requirements.txt', os.path.join('experiments', 'requirements.txt'),
         os.path.join('tests', 'requirements.txt'), os.path.join('tensornet', '__init__.py'))


@unittest.skipUnless(shutil.which('make'), 'there is no make')
class MakefileTest(unittest.TestCase):

    def test_the_library_is_found_from_any_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            clone = os.path.join(folder, 'a clone')
            # What is installed besides takes minutes, and a package index.
            for name in FILES:
                os.makedirs(os.path.dirname(os.path.join(clone, name)), exist_ok=True)
                open(os.path.join(clone, name), 'w').close()
            shutil.copy(os.path.join(ROOT, 'Makefile'), clone)
            # The `make` that runs these tests hands its own variables down; these come first.
            made = subprocess.run(
                ['make', '.venv/.installed', 'VENV=.venv', f'PYTHON={sys.executable}'], cwd=clone,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(0, made.returncode, made.stdout)
            # Whoever runs the tests may have the library on a path of their own.
            environment = {name: value for name, value in os.environ.items()
                           if name != 'PYTHONPATH'}
            found = subprocess.run(
                [os.path.join(clone, '.venv', 'bin', 'python'), '-c',
                 'import tensornet; print(tensornet.__file__)'],
                cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            self.assertEqual(os.path.join(clone, 'tensornet', '__init__.py'), found.stdout.strip())
            self.assertEqual(['.venv', 'Makefile', 'experiments', 'requirements.txt', 'tensornet',
                              'tests'], sorted(os.listdir(clone)))

    def test_the_backend_of_a_notebook_is_not_handed_down(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(ROOT, 'Makefile'), folder)
            # The `make` that runs these tests has those below it tell their folders.
            shown = subprocess.run(
                ['make', '--no-print-directory', '--eval=show:; @echo $$MPLBACKEND', 'show'],
                cwd=folder, check=True, env=dict(os.environ, MPLBACKEND='module://absent.backend'),
                stdout=subprocess.PIPE, text=True)
        self.assertEqual('agg\n', shown.stdout)

    def test_clean_removes_both_environments(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(ROOT, 'Makefile'), folder)
            for name in ('.venv', '.venv-torch', 'tensornet'):
                os.mkdir(os.path.join(folder, name))
            subprocess.run(['make', 'clean', 'VENV=.venv'], cwd=folder, check=True,
                           stdout=subprocess.PIPE)
            self.assertEqual(['Makefile', 'tensornet'], sorted(os.listdir(folder)))
