"""Pickles: `numpy.load` refuses them since NumPy 1.16, and Python 2 wrote other strings."""

import ast

from tensornet.port.argument_kinds import string

_PICKLES = ('dill.dump', 'pickle.dump', 'cPickle.dump')
_UNPICKLES = ('dill.load', 'pickle.load', 'pickle.loads', 'cPickle.load', 'cPickle.loads')
_RUNS_CODE = 'reading a pickle runs the code in it, so read none that you do not trust'


def port(ported):
    """Adds `allow_pickle=True` where `numpy.load` must have read a pickle.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        call = ported.bindings.calls.get(reference.node)
        if call is None:
            continue
        given = {keyword.arg for keyword in call.keywords}
        if reference.name == 'numpy.load' and not given & {'allow_pickle', None} and (
                len(call.args) < 3):
            _port_load(ported, reference, call)
        elif reference.name in _UNPICKLES:
            _check_file(ported, call.args[:1], 'rb')
            if ported.is_python2() and 'encoding' not in given:
                ported.look(call, "a pickle that Python 2 wrote needs `encoding='latin1'`; leave "
                                  'it as it is if Python 3 wrote the file')
        elif reference.name in _PICKLES:
            _check_file(ported, call.args[1:2], 'wb')


def _port_load(ported, reference, call):
    if not _is_pickle(ported, call):
        return
    span = ported.call_span(reference.node, reference.pieces)
    if span is None or not span.arguments:
        ported.look(call, f"`{reference.written}`: what it reads is a pickle; add "
                          f'`allow_pickle=True`; {_RUNS_CODE}')
        return
    last = span.arguments[-1][1]
    added = 'allow_pickle=True'
    if ported.is_python2() and not any(keyword.arg == 'encoding' for keyword in call.keywords):
        added += ", encoding='latin1'"
    ported.edits.replace(last, last, ', ' + added)
    ported.changed(call, f"`{reference.written}`: added `{added}`")
    ported.look(call, '`allow_pickle=True`: ' + _RUNS_CODE)


def _is_pickle(ported, call):
    """Whether what a call loads is used as the single object that only a pickle can hold."""
    if any(keyword.arg == 'encoding' for keyword in call.keywords):
        return True
    parent = ported.parent(call)
    if _takes_object(ported, call):
        return True
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(
            parent.targets[0], ast.Name):
        name = parent.targets[0].id
        return any(isinstance(node, ast.Name) and node.id == name
                   and isinstance(node.ctx, ast.Load) and _takes_object(ported, node)
                   for node in ported.module.nodes)
    return False


def _takes_object(ported, node):
    """Whether `.item()` or `[()]` follows, also behind the name of an array of an archive."""
    parent = ported.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        index = getattr(parent.slice, 'value', parent.slice)
        index = index if isinstance(index, ast.AST) else parent.slice
        if isinstance(index, ast.Tuple) and not index.elts:
            return True
        return isinstance(parent.ctx, ast.Load) and string(index) is not None and _takes_object(
            ported, parent)
    if isinstance(parent, ast.Attribute) and parent.attr == 'item':
        call = ported.parent(parent)
        return isinstance(call, ast.Call) and call.func is parent and not call.args
    return False


def _check_file(ported, arguments, right):
    """A pickle is bytes, and `open(name)` is for text."""
    opened = arguments[0] if arguments else None
    if isinstance(opened, ast.Name):
        opened = _opened(ported, opened.id)
    if isinstance(opened, ast.Call) and isinstance(opened.func, ast.Name) and (
            opened.func.id in ('file', 'open')):
        mode = opened.args[1] if len(opened.args) > 1 else next(
            (keyword.value for keyword in opened.keywords if keyword.arg == 'mode'), None)
        if mode is None or string(mode) is not None and 'b' not in string(mode):
            ported.look(opened, f"a pickle is bytes: open the file with the mode `'{right}'`")


def _opened(ported, name):
    """Returns the only call that a name is set to, by `=` or `with`."""
    found = []
    for node in ported.module.nodes:
        if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets):
            found.append(node.value)
        elif isinstance(node, ast.With):
            found += [item.context_expr for item in node.items
                      if isinstance(item.optional_vars, ast.Name)
                      and item.optional_vars.id == name]
    return found[0] if len(found) == 1 else None
