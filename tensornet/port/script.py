"""Ports the text of one script."""

import ast
import collections

from tensornet.port import (
    argument_order,
    contrib,
    flags,
    imports,
    private_modules,
    public_names,
    python2_names,
    python2_syntax,
    search_path,
    standard_library,
    v2_behavior,
)
from tensornet.port.ported_script import PortedScript

# A line (None for the whole file) and what was done there, or what is to be looked at.
Note = collections.namedtuple('Note', ['line', 'text'])

# `content` is the new text, equal to the old one where nothing is changed.
Result = collections.namedtuple('Result', ['content', 'changes', 'looks'])

# Imports come last: the rules before say which imported names are needed no more.
_RULES = [search_path, private_modules, contrib, flags, standard_library, public_names,
          argument_order, python2_names, v2_behavior, imports]


def port(text, path='script'):
    """Ports a script; nothing of it is executed.

    Args:
        text: string, the content of the script.
        path: where it lies; modules beside it are looked for, and messages name it.

    Returns:
        Result.
    """
    readable, looks = python2_syntax.as_python3(text)
    try:
        tree = ast.parse(readable, path)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, 'lineno', None)
        reason = 'the file is not Python 3 (%s), so nothing in it is ported; correct the line ' \
                 'and run the command again' % (getattr(error, 'msg', None) or error)
        return Result(text, [], _sorted(looks + [(line, reason)]))
    ported = PortedScript(text, tree, path)
    ported.looks.extend(looks)
    for rule in _RULES:
        rule.port(ported)
    content = ported.finish()
    return Result(content, _sorted(ported.changes), _sorted(ported.looks))


def _sorted(notes):
    unique = sorted(set(notes), key=lambda note: (note[0] or 0, note[1]))
    return [Note(line, text) for line, text in unique]
