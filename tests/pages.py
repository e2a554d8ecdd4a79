"""The pages of the documentation and their blocks of code."""
import collections
import glob
import json
import os
import re
import sys

from tests import prepared_python

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What blocks may be written in; the last two are not code.
LANGUAGES = ('python', 'sh', 'text', '', 'bibtex')

Block = collections.namedtuple('Block', 'line language text')
Block.__doc__ = """A block of a page: the line of its fence, its language and its text."""


def pages():
    """Returns the pages with code, as paths from the root of the repository."""
    found = glob.glob(os.path.join(ROOT, 'docs', '**', '*.md'), recursive=True)
    names = ['README.md', 'CONTRIBUTING.md', os.path.join('benchmarks', 'README.md'),
             os.path.join('experiments', 'README.md')]
    return names + sorted(os.path.relpath(path, ROOT) for path in found)


def read(page):
    """Returns the text of a page."""
    with open(os.path.join(ROOT, page), encoding='utf-8') as file:
        return file.read()


def blocks(page):
    """Returns the blocks of a page, in order."""
    text = read(page)
    return [Block(text[:match.start()].count('\n') + 1, match.group(1), match.group(2))
            for match in re.finditer(r'^```([^\n]*)\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)]


def run(page, chosen, folder, **variables):
    """Runs blocks of a page in a folder, as one program.

    Args:
        page: its path from the root of the repository.
        chosen: blocks of the page.
        folder: where the program runs.
        variables: more variables of its environment.

    Returns:
        Exit status, what it printed, and its messages.
    """
    program = os.path.join(ROOT, 'tests', 'page_program.py')
    # `python` on a page is the Python of the tests.
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ['PATH']
    done = prepared_python.run(
        [sys.executable, program, os.path.join(ROOT, page)], cwd=folder,
        input=json.dumps([block._asdict() for block in chosen]), capture_output=True, text=True,
        env=dict(os.environ, PATH=path, PYTHONPATH=ROOT, PYTHONIOENCODING='utf-8',
                 MPLBACKEND='agg', **variables))
    return done.returncode, done.stdout, done.stderr
