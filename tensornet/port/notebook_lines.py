"""Lines that an exported notebook has for IPython."""

import ast
import re

# A command of a notebook that stands alone in its line, or `name = !command`; `a % b` and
# `x != y` go on in a line of their own only inside of brackets or after a backslash.
_COMMAND = re.compile(
    r'^[ \t]*(?P<command>(?:%{1,2}[A-Za-z]|![\w./~]|\?{1,2}[A-Za-z]|[A-Za-z][\w.]*\?{1,2}[ \t]*$|'
    r'[A-Za-z]\w*[ \t]*=[ \t]*[!%][A-Za-z])[^\r\n]*)', re.MULTILINE)


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
            ported.look(node, '`get_ipython` is there only in a notebook: leave the line out')
