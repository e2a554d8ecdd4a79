"""Runs the library's tests on several versions of Python, TensorFlow and NumPy: `nox`.

`nox --python 3.9` runs them on one Python. Each needs its Python as `python3.9` and the like on
the path; with pyenv, name them all in `PYENV_VERSION`, separated by colons. What ran and what came
of it is written to tests/versions.json.
"""
import json
import os
import re

import nox

# The oldest and the newest TensorFlow, the versions around Keras 3 and NumPy 2, and Python 3.7 and
# 3.9 to 3.13.
VERSIONS = [
    ('3.7', '1.15.5', '1.18.5'),
    ('3.9', '2.12.1', '1.23.5'),
    ('3.10', '2.15.1', '1.26.4'),
    ('3.11', '2.18.1', '1.26.4'),
    ('3.12', '2.18.1', '2.0.2'),
    ('3.13', '2.21.0', '2.3.5'),
]
# The tests of the experiments, the pages and the tools run on the two ends, by `.ci/run`.
TESTS = ['tests.layers', 'tests.contraction', 'tests.tt', 'tests.convert']
HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, 'tests', 'versions.json')

nox.options.reuse_existing_virtualenvs = True
nox.options.envdir = os.path.join(HERE, 'build', 'nox')


@nox.session(venv_backend='venv')
@nox.parametrize(
    'python,tensorflow,numpy',
    [nox.param(*versions, id=f'tensorflow-{versions[1]}-numpy-{versions[2]}')
     for versions in VERSIONS])
def tests(session, tensorflow, numpy):
    """Tests of layers, products, algebra, conversion and checkpoints."""
    session.install('--requirement', 'requirements.txt', f'tensorflow=={tensorflow}',
                    f'numpy=={numpy}')
    log = os.path.join(session.create_tmp(), 'tests.log')
    session.log(f'what the tests print goes to {log}')
    with open(log, 'w', encoding='utf-8') as file:
        outcome = session.run('python', '-m', 'tests', *(session.posargs or TESTS), stdout=file,
                              stderr=file, success_codes=[0, 1], env={'PYTHONPATH': HERE})
    if outcome is None:  # `--install-only`
        return
    with open(log, encoding='utf-8') as file:
        text = file.read()
    ran = re.findall(r'^Ran (\d+) tests?', text, re.MULTILINE)
    closings = re.findall(r'^(?:OK|FAILED).*$', text, re.MULTILINE)
    if not ran or not closings:
        session.error(f'the tests ended before their closing line: see {log}')
    closing = closings[-1]
    if not session.posargs:
        _note({'python': session.run('python', '-c', 'import platform as p; '
                                     'print(p.python_version())', silent=True).strip(),
               'tensorflow': tensorflow, 'numpy': numpy,
               'tests': int(ran[-1]), 'outcome': closing})
    if closing.startswith('FAILED'):
        session.error(f'{closing}: see {log}')


def _note(row):
    """Puts a row in the place of that of the same versions."""
    rows = []
    if os.path.exists(RESULTS):
        with open(RESULTS, encoding='utf-8') as file:
            rows = json.load(file)
    names = 'python', 'tensorflow', 'numpy'
    rows = [old for old in rows if any(old[name] != row[name] for name in names)] + [row]
    rows.sort(key=lambda row: [int(part) for part in row['tensorflow'].split('.')
                               + row['python'].split('.')])
    with open(RESULTS + '.new', 'w', encoding='utf-8') as file:
        json.dump(rows, file, indent=2)
        file.write('\n')
    os.replace(RESULTS + '.new', RESULTS)
