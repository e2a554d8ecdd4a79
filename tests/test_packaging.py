"""What setup.py says of the distribution."""

import glob
import importlib.util
import json
import os
import re
import subprocess
import sys
import unittest

import tensornet
from tests import pages


def asked(option):
    """Returns what setup.py answers to an option."""
    return subprocess.run([sys.executable, 'setup.py', '--quiet', option], cwd=pages.ROOT,
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env=dict(os.environ, PYTHONIOENCODING='utf-8')).stdout


@unittest.skipUnless(importlib.util.find_spec('setuptools'), 'setuptools is not installed')
class PackagingTest(unittest.TestCase):

    def test_name_and_version(self):
        self.assertEqual('tensornet-tf', asked('--name').strip())
        self.assertEqual(tensornet.__version__, asked('--version').strip())
        self.assertIn('`tensornet-tf`', pages.read('README.md'))

    def test_description_leads_nowhere_that_an_index_has_not(self):
        text = asked('--long-description')
        self.assertIn('```python\nimport numpy as np', text)
        self.assertNotIn('![', text)
        targets = re.findall(r'\]\(([^)]*)\)', text)
        self.assertTrue(targets)
        self.assertEqual([], [target for target in targets if not target.startswith('https://')])

    def test_versions_that_are_named_have_passed(self):
        with open(os.path.join(pages.ROOT, 'tests', 'versions.json'), encoding='utf-8') as file:
            rows = json.load(file)
        self.assertEqual([], [row for row in rows if not row['outcome'].startswith('OK')])
        passed = {'.'.join(row['python'].split('.')[:2]) for row in rows}
        # What `.ci/run` runs.
        passed |= {'3.7', '3.11'}
        found = re.findall(r'Python :: (3\.\d+)', asked('--classifiers'))
        self.assertEqual(sorted(passed), sorted(found))
        section = pages.read('README.md').split('## Supported versions')[1].split('## ')[0]
        for version in passed:
            self.assertIn(f'Python {version}', section)

    def test_extras_are_what_make_installs(self):
        # The same files, so that nothing is listed twice.
        text = pages.read('setup.py')
        for folder in ('experiments', 'tests', 'docs'):
            self.assertIn(f"requirements('{folder}', 'requirements.txt')", text)
            self.assertTrue(os.path.exists(os.path.join(pages.ROOT, folder, 'requirements.txt')))
        self.assertIn('-r tests/requirements.txt', pages.read('requirements.txt'))
        self.assertIn('-r ../experiments/requirements.txt', pages.read('tests/requirements.txt'))

    def test_the_archive_has_the_folders_and_files_of_the_repository(self):
        manifest = pages.read('MANIFEST.in')
        named = re.findall(r'\S+', ' '.join(re.findall('(?m)^include (.*)$', manifest)))
        for path in sorted(glob.glob(os.path.join(pages.ROOT, '*.*'))):
            name = os.path.basename(path)
            # setup.py is always there.
            if name.endswith(('.py', '.toml', '.yml')) and name != 'setup.py':
                self.assertIn(name, named)
        for folder in ('.ci', 'benchmarks', 'docs', 'experiments', 'tests'):
            self.assertIn(f'graft {folder}\n', manifest)


if __name__ == '__main__':
    unittest.main()
