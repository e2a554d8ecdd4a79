"""Lines that only Python 2 can read: named, and read around."""

import ast
import re

from tensornet.port import notebook_lines

# Strings and comments, which are not searched.
_SKIPPED = re.compile(
    r'"""(?:\\.|[^\\])*?"""|' r"'''(?:\\.|[^\\])*?'''|"
    r'"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'|" r'#[^\r\n]*', re.DOTALL)
_BEGIN = r'(?:^|(?<=[:;]))[ \t\f]*'


def _inside(brackets):
    return lambda old: brackets[0] + old[1:-1] + brackets[1]


def _always(new):
    return lambda old: new


def _repeated(character):
    return lambda old: character * len(old)


# Pattern of the construct, what is said about it, and what Python 3 reads in place of the group
# `old`: something of the same length, so that all other text keeps its place.
_CONSTRUCTS = [(re.compile(pattern, re.MULTILINE), text, stand_in) for pattern, text, stand_in in [
    (_BEGIN + r'(?P<old>print)\b(?!\s*(?:[=(.,\[)>]|$))',
     'print statement: write `print(...)`', _always('_   =')),
    (_BEGIN + r'(?P<old>exec)\b(?!\s*(?:[=(.,\[)]|$))',
     'exec statement: write `exec(...)`', _always('_  =')),
    (_BEGIN + r'(?P<old>raise)\s+[\w.]+\s*,',
     'raise with a comma: write `raise Error(message)`', _always('_   =')),
    (r'\bexcept\s+(?:[\w.]+|\([^)]*\))\s*(?P<old>,\s*\w+)\s*:',
     'except with a comma: write `except Error as name:`', _repeated(' ')),
    (r'\bdef\s+\w+\s*\((?:[^()]*,)?\s*(?P<old>\([^()]*\))',
     'tuple as a parameter: take it apart in the body', _inside('  ')),
    (r'\blambda\s*(?P<old>\([^()]*\))\s*:',
     'tuple as a parameter: take it apart in the body', _inside('  ')),
    (r'(?P<old><>)', '`<>`: write `!=`', _always('!=')),
    (r'(?P<old>`[^`\n]*`)', 'backticks: write `repr(...)`', _inside('()')),
    (r'(?<![\w.])(?P<old>0+)[1-7][0-7]*(?![\w.])',
     'octal number: write it with `0o`', _repeated('1')),
    (r'(?<![\w.])(?:0[xX][\da-fA-F]+|\d+)(?P<old>[lL])\b',
     'long number: leave out the `L`', _always(' ')),
    (r'\b(?P<old>[uU][rR])(?=["\'])', 'string prefix `ur`: write `r`', _always(' r')),
    # A space would indent the line.
    (_BEGIN + r'(?P<old>[uU][rR])(?=["\'])', 'string prefix `ur`: write `r`', _always('~r')),
]]


def as_python3(text):
    """Reads around the lines that only Python 2 or a notebook can read.

    Args:
        text: string, a script.

    Returns:
        A text of the same length in which other constructs stand for those of the two, to be
        parsed and not to be run; and a list of (line, what it is and what to write instead).
        A script that Python 3 can read comes back as it is.
    """
    if _reads(text):
        return text, []
    # Where the text that is returned cannot be parsed either, the caller says so.
    text, cells = notebook_lines.without_cells(text)
    readable, notes = list(text), [
        (text.count('\n', 0, start) + 1, 'a cell that only a notebook runs: leave it out')
        for start in cells]
    searched = re.sub(r'\r(?!\n)', '\n', _SKIPPED.sub(_masked, text))
    for pattern, reason, stand_in in _CONSTRUCTS:
        for match in pattern.finditer(searched):
            start, end = match.span('old')
            readable[start:end] = stand_in(text[start:end])
            notes.append((searched.count('\n', 0, start) + 1, 'Python 2 only: ' + reason))
    if _reads(''.join(readable)):
        return ''.join(readable), notes
    for start, end in notebook_lines.commands(searched):
        readable[start:end] = '0'.ljust(end - start)
        notes.append((searched.count('\n', 0, start) + 1,
                      'a command of a notebook: leave it out'))
    return ''.join(readable), notes


def _reads(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _masked(match):
    """Keeps the quotes and the line ends of a string, nothing of a comment."""
    string = match.group()
    inner = re.sub(r'[^\r\n]', ' ', string[1:-1])
    return ' ' * len(string) if string.startswith('#') else string[0] + inner + string[-1]
