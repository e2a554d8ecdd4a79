"""Lines that an exported notebook has for IPython."""

import ast
import re

# A command of a notebook that stands alone in its line, or `name = !command`; `a % b` and
# `x != y` go on in a line of their own only inside of brackets or after a backslash.
_COMMAND = re.compile(
    r'^[ \t]*(?P<command>(?:%{1,2}[A-Za-z]|![\w./~]|\?{1,2}[A-Za-z]|[A-Za-z][\w.]*\?{1,2}[ \t]*$|'
    r'[A-Za-z]\w*[ \t]*=[ \t]*[!%][A-Za-z])[^\r\n]*)', re.MULTILINE)

# The first line of a cell that is not Python, and where the next cell begins.
_CELL = re.compile(r'^%%(?!(?:capture|debug|memit|mprun|prun|px|snakeviz|time|timeit)\b)[A-Za-z!]',
                   re.MULTILINE)
_NEXT_CELL = re.compile(r'^(?:%%[A-Za-z!]|#[ ]?(?:%%|In\[|<codecell>))', re.MULTILINE)
_EMPTY_LINES = re.compile(r'^[ \t]*\r?\n(?=\S)', re.MULTILINE)


def without_cells(text):
    """Makes comments of the cells in another language, `%%bash` or `%%writefile`.

    A cell ends before the marker of the next one; in a script without markers, before the first
    line behind an empty one.

    Args:
        text: string, a script.

    Returns:
        A text of the same length, and the offset of each cell.
    """
    ends = _NEXT_CELL if re.search(r'^#[ ]?(?:%%|In\[|<codecell>)', text, re.MULTILINE) else (
        _EMPTY_LINES)
    starts, position, pieces = [], 0, []
    match = _CELL.search(text)
    while match:
        following = ends.search(text, match.end())
        end = following.start() if following else len(text)
        pieces += [text[position:match.start()],
                   re.sub(r'(?m)^[^\r\n]', '#', text[match.start():end])]
        starts.append(match.start())
        position = end
        match = _CELL.search(text, end)
    return ''.join(pieces) + text[position:], starts


def commands(searched):
    """Finds the lines that only a notebook reads.

    Args:
        searched: string, a script that Python cannot read, without what its strings hold.

    Returns:
        List of (start, end), the offsets of each command.
    """
    return [match.span('command') for match in _COMMAND.finditer(searched)]


def port(ported):
    """Names the calls of `get_ipython`, which only a notebook has.

    Args:
        ported: PortedScript.
    """
    for node in ported.module.nodes:
        if isinstance(node, ast.Name) and node.id == 'get_ipython' and not (
                ported.bindings.is_bound('get_ipython')):
            ported.look(node, '`get_ipython` exists only in a notebook: leave the line out')
