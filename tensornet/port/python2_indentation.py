"""Tabs and spaces that only Python 2 takes for the same indentation."""

import re
import tokenize

_LINE = re.compile(r'[^\r\n]*(?:\r\n|\r|\n|$)')
_INDENT = re.compile(r'[ \t\f]*')
_NO_STATEMENT = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT,
                 tokenize.ENDMARKER)
# Python 2 puts a tab on the next column that this divides.
_TAB = 8


def with_spaces(text):
    """Writes spaces for the tabs of an indentation that mixes both.

    Of the top-level statements only those change that indent some lines by tabs and others by
    spaces.

    Args:
        text: string, a script.

    Returns:
        The text, and the list of the lines that were changed.
    """
    lines = [match.group() for match in _LINE.finditer(text)]
    changed = []
    try:
        blocks = _blocks(_first_lines(lines), lines)
    except (tokenize.TokenError, SyntaxError):
        return text, []
    for block in blocks:
        indents = [_INDENT.match(lines[number - 1]).group() for number in block]
        if any('\t' in indent for indent in indents) and any(' ' in indent for indent in indents):
            for number, indent in zip(block, indents):
                if '\t' in indent:
                    lines[number - 1] = indent.expandtabs(_TAB) + lines[number - 1][len(indent):]
                    changed.append(number)
    return ''.join(lines), changed


def _first_lines(lines):
    """Returns the numbers of the lines at which a statement begins."""
    numbers, begins = [], True
    source = iter(lines)
    for token in tokenize.generate_tokens(lambda: next(source, '')):
        if begins and token.type not in _NO_STATEMENT:
            numbers.append(token.start[0])
            begins = False
        if token.type == tokenize.NEWLINE:
            begins = True
    return numbers


def _blocks(numbers, lines):
    """Returns the top-level statements, each as the lines at which statements in it begin."""
    blocks = []
    for number in numbers:
        if not blocks or not _INDENT.match(lines[number - 1]).group():
            blocks.append([])
        blocks[-1].append(number)
    return blocks
