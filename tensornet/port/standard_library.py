"""Functions that newer Pythons have no more, or that fail without a terminal."""

import ast

_EQUIVALENTS = 'tensornet.port.equivalents'

# Old function to the module of the new one, the name that it would be imported by, the function.
_REPLACED = {
    'imp.load_source': (_EQUIVALENTS, 'equivalents', 'load_source'),
    'imp.reload': ('importlib', 'importlib', 'reload'),
    'time.clock': ('time', 'time', 'perf_counter'),
    'os.get_terminal_size': ('shutil', 'shutil', 'get_terminal_size'),
}


def port(ported):
    """Replaces `imp.load_source`, `time.clock`, `os.get_terminal_size` and `imp.reload`.

    Args:
        ported: PortedScript.
    """
    left = set()
    for reference in ported.bindings.references:
        if reference.name in _REPLACED:
            if not _port_reference(ported, reference):
                left.add(reference.binding)
        elif reference.name.split('.')[0] == 'imp':
            left.add(reference.binding)
            ported.look(reference.node, '`%s`: Python 3.12 has no module `imp`; `importlib` '
                                        'has what replaces it' % '.'.join(reference.pieces))
    for binding in ported.bindings.imports:
        if binding.alias and binding not in left and (
                binding.target in _REPLACED or binding.target == 'imp'):
            ported.drop(binding)
            ported.changed(binding.statement, 'removed the import of `%s`' % binding.target)


def _port_reference(ported, reference):
    module, name, function = _REPLACED[reference.name]
    if reference.name.rpartition('.')[0] == module and reference.pieces[1:]:
        local = '.'.join(reference.pieces[:-1])
    else:
        local = ported.require(module, name, reference)
    if not ported.rewrite(reference, local + '.' + function):
        return False
    if reference.name == 'os.get_terminal_size':
        _drop_descriptor(ported, reference)
    return True


def _drop_descriptor(ported, reference):
    """The argument of the one is a file descriptor, that of the other the size to fall back to."""
    call = ported.bindings.calls.get(reference.node)
    if isinstance(call, ast.Call) and (call.args or call.keywords):
        span = ported.spans.call(ported.spans.dotted_end(ported.spans.offset(reference.node),
                                                         reference.pieces))
        ported.edits.replace(span.start + 1, span.end - 1, '')
