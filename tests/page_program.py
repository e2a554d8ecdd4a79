"""The program that a page of the documentation is: its blocks, run in order.

    python tests/page_program.py PAGE < BLOCKS

runs blocks of the page, a JSON list of objects with `line`, `language` and `text`, in the current
folder. Line numbers in tracebacks are those of the page.
"""
import contextlib
import io
import json
import os
import re
import runpy
import shlex
import subprocess
import sys

OWN_PROCESS = '# a process of its own'
# What such a process must not need.
WITHOUT_LIBRARY = '''
import sys
assert not [name for name in sys.modules if name.startswith('tensornet')]
'''
COMMAND = 'python -m tensornet.'


def run_page(page, blocks):
    """Runs the blocks; what a block of text shows must be what the blocks before it printed."""
    names, printed = {'__name__': '__main__'}, ''
    for block in blocks:
        text, where = block['text'], f'{page}:{block["line"]}'
        if block['language'] == 'text':
            check_shown(text, printed, where)
            continue
        output = Copy(sys.stdout)
        with contextlib.redirect_stdout(output):
            if block['language'] == 'sh':
                run_commands(text)
            elif text.startswith(OWN_PROCESS):
                run_alone(text)
            elif block['language'] == 'python':
                code = compile('\n' * block['line'] + text, page, 'exec')
                exec(code, names)
        check_comments(text, output.getvalue(), where)
        printed += output.getvalue()


class Copy(io.TextIOWrapper):
    """Text that is also written to another stream."""

    def __init__(self, stream):
        super().__init__(io.BytesIO(), encoding='utf-8')
        self.stream = stream

    def write(self, text):
        """Writes to both."""
        self.stream.write(text)
        return super().write(text)

    def getvalue(self):
        """Returns what was written."""
        self.flush()
        return self.buffer.getvalue().decode('utf-8')


def run_commands(text):
    """Runs commands of a shell; those of the library in this process, which has TensorFlow."""
    lines = text.replace('\\\n', ' ').splitlines()
    if not all(line.startswith(COMMAND) for line in lines):
        done = subprocess.run(['bash', '-ec', text], stdout=subprocess.PIPE, check=True)
        print(done.stdout.decode(), end='')
        return
    for line in lines:
        _, _, module, *arguments = shlex.split(line, comments=True)
        before, sys.argv = sys.argv, [module] + arguments
        try:
            runpy.run_module(module, run_name='__main__')
        except SystemExit as ending:
            if ending.code:
                raise RuntimeError(f'{line}: status {ending.code}') from ending
        finally:
            sys.argv = before


def run_alone(text):
    """Runs a block as a program of its own, which has no TensorNet."""
    subprocess.run([sys.executable, '-c', text + WITHOUT_LIBRARY], check=True,
                   env=dict(os.environ, PYTHONPATH=''))


def check_comments(text, output, where):
    """Compares the lines that a block prints with the comments behind its `print`."""
    lines = iter(output.splitlines())
    for expected in re.findall(r'print\(.*\)  # (.*)$', text, re.MULTILINE):
        if expected not in lines:
            raise AssertionError(f'{where}: {expected!r} was not printed, but\n{output}')


def check_shown(text, printed, where):
    """Looks for text, in which `...` stands for anything, in what was printed."""
    pattern = r'\s+'.join(map(re.escape, text.split())).replace(re.escape('...'), '.*?')
    if not re.search(pattern, printed, re.DOTALL):
        raise AssertionError(f'{where}: this was not printed, but\n{printed}')


if __name__ == '__main__':
    # The blocks see what a user's program sees, not the folder of the tests.
    del sys.path[0]
    run_page(sys.argv[1], json.load(sys.stdin))
