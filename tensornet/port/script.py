"""Ports the text of one script."""

import collections

from tensornet.port import (
    argument_order,
    call_forms,
    contrib,
    division,
    flags,
    imports,
    notebook_lines,
    numpy_names,
    pickles,
    private_modules,
    public_names,
    python2_lists,
    python2_names,
    relative_imports,
    search_path,
    source_tree,
    standard_library,
    tensorflow_arguments,
    v2_behavior,
    variable_names,
)
from tensornet.port.ported_script import PortedScript

# A line (None for the whole file) and what was done there, or what is to be looked at.
Note = collections.namedtuple('Note', ['line', 'text'])

# `content` is the new text, equal to the old one where nothing is changed.
Result = collections.namedtuple('Result', ['content', 'changes', 'looks'])

# Imports come last: the rules before say which imported names are no longer needed.
_RULES = [search_path, private_modules, contrib, flags, standard_library, public_names,
          numpy_names, argument_order, tensorflow_arguments, call_forms, variable_names,
          python2_names, python2_lists, division, pickles, notebook_lines, relative_imports,
          v2_behavior, imports]


def port(text, path='script'):
    """Ports a script by itself; nothing of it is executed.

    Args:
        text: string, the content of the script.
        path: where it lies; modules beside it are looked for, and messages name it.

    Returns:
        Result.
    """
    return port_module(*source_tree.of_text(text, path))


def port_module(tree, module):
    """Ports one script of a tree.

    Args:
        tree: source_tree.SourceTree.
        module: source_tree.Module, one of the tree.

    Returns:
        Result.
    """
    changes = [(line, 'wrote spaces for tabs: Python 3 does not mix them')
               for line in module.indented[:1]]
    if module.tree is not None:
        tree.bindings(module)  # a script that is nested too deeply loses its tree here
    if module.tree is None:
        line = getattr(module.problem, 'lineno', None)
        problem = (getattr(module.problem, 'msg', None) or str(module.problem)
                   or type(module.problem).__name__)
        reason = (f'the file is not Python 3 ({problem}), so nothing in it is ported; correct the '
                  'line and run the command again')
        return Result(module.text, changes, _sorted(module.notes + [(line, reason)]))
    ported = PortedScript(module, tree)
    ported.changes.extend(changes)
    ported.looks.extend(module.notes)
    for rule in _RULES:
        rule.port(ported)
    _check_unimported(ported)
    content = ported.finish()
    return Result(content, _sorted(ported.changes), _sorted(ported.looks))


def _check_unimported(ported):
    """Names the lines that would be ported if the script imported what it uses."""
    missing = imports.lacking(ported)
    if not missing:
        return
    module = ported.module
    complete = port_module(ported.source_tree, source_tree.Module(
        module.name, module.path, '\n'.join(missing + [module.text])))
    known = {tuple(note) for note in ported.changes + ported.looks}
    shifted = {((note.line or 0) - len(missing), note.text)
               for note in complete.changes + complete.looks}
    lines = sorted({line for line, _ in shifted - known if line > 0})
    if lines:
        ported.looks.append((lines[0], _unimported(missing, lines)))


def _unimported(missing, lines):
    """Returns the note on a script that does not import what it uses.

    Args:
        missing: list of import statements.
        lines: list of the numbers of lines that would be ported if they were there.
    """
    shown = ', '.join(map(str, lines))
    written = ' and '.join(f'`{statement}`' for statement in missing)
    return ('this script does not import what it uses, so another one must run it, and these lines '
            f'are not ported: {shown}; write {written} at the top and run the command again')


def _sorted(notes):
    unique = sorted(set(notes), key=lambda note: (note[0] or 0, note[1]))
    return [Note(line, text) for line, text in unique]
