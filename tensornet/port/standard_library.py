"""Functions that newer Pythons no longer have, or that fail without a terminal."""

import ast

from tensornet.port import installed_python, python2_evidence, python2_names

_EQUIVALENTS = 'tensornet.port.equivalents'

# Old function to the module of the new one, the name that it would be imported by, the function.
_REPLACED = {
    'imp.load_source': (_EQUIVALENTS, 'equivalents', 'load_source'),
    'imp.reload': ('importlib', 'importlib', 'reload'),
    'time.clock': ('time', 'time', 'perf_counter'),
    'os.get_terminal_size': ('shutil', 'shutil', 'get_terminal_size'),
}
# Classes that are in `collections.abc` alone since Python 3.10.
_ABSTRACT = (
    'Callable', 'Container', 'Generator', 'Hashable', 'ItemsView', 'Iterable', 'Iterator',
    'KeysView', 'Mapping', 'MappingView', 'MutableMapping', 'MutableSequence', 'MutableSet',
    'Sequence', 'Set', 'Sized', 'ValuesView')
# Functions that are gone to what is written now.
_GONE = {'collections.' + name: f'`collections.abc.{name}`' for name in _ABSTRACT}
_GONE.update({
    'fractions.gcd': '`math.gcd`',
    'inspect.getargspec': '`inspect.getfullargspec`, whose result has more parts',
    'inspect.getmoduleinfo': '`inspect.getmodulename`',
    'platform.dist': 'nothing; the package `distro` has it',
    'platform.linux_distribution': 'nothing; the package `distro` has it',
    'cgi.escape': '`html.escape`',
    'os.errno': '`import errno`',
})
# What SciPy 1.3 and scikit-learn 0.20 took out.
_GONE.update({'scipy.misc.' + name: 'the functions of the package `imageio` or `PIL.Image`'
              for name in ('bytescale', 'fromimage', 'imfilter', 'imread', 'imresize',
                           'imrotate', 'imsave', 'imshow', 'toimage')})
_GONE.update({
    'scipy.misc.logsumexp': '`scipy.special.logsumexp`',
    'sklearn.cross_validation': '`sklearn.model_selection`',
    'sklearn.grid_search': '`sklearn.model_selection`',
    'sklearn.externals.joblib': 'the package `joblib`',
})


# Names that are reported, or replaced, in other ways.
_KNOWN = {*_REPLACED, *python2_names.ATTRIBUTES}


def is_gone(name):
    """Whether newer Pythons no longer have a full dotted name."""
    root = name.split('.')[0]
    return (root == 'imp' or root in python2_evidence.MODULES or name in _REPLACED
            or name in python2_names.ATTRIBUTES or _advice(name) is not None
            or installed_python.lacks(name))


def port(ported):
    """Replaces `imp.load_source`, `time.clock` and the like; names others that are gone.

    Args:
        ported: PortedScript.
    """
    _name_gone(ported)
    left = set()
    for reference in ported.bindings.references:
        if ported.is_own(reference.name):
            continue
        if reference.name in _REPLACED:
            if ported.is_assigned_elsewhere(reference):
                continue
            if not _port_reference(ported, reference):
                left.add(reference.binding)
        elif reference.name.split('.')[0] == 'imp':
            left.add(reference.binding)
            ported.look(reference.node, f"`{reference.written}`: Python 3.12 has no "
                                        'module `imp`; `importlib` has what replaces it')
    for binding in ported.bindings.imports:
        if binding.alias and binding not in left and not ported.is_own(binding.imported) and (
                binding.target in _REPLACED or binding.target == 'imp'):
            ported.drop(binding)
            ported.changed(binding.statement, f'removed the import of `{binding.target}`')
    for binding, target in ported.bindings.from_scripts():
        if target not in _REPLACED and target != 'imp' or ported.assigns(
                binding.statement.module or '', binding.statement.level, binding.alias.name):
            continue
        if binding in left:
            ported.look(binding.statement, f'`{binding.alias.name}` comes from another script, '
                                           'which no longer imports it: import it here')
        else:
            ported.drop(binding)
            ported.changed(binding.statement, f'removed the import of `{target}`')


def _name_gone(ported):
    safe = python2_evidence.guarded(ported.module)
    for binding in ported.bindings.imports:
        if binding.alias and binding.statement not in safe:
            _look_if_gone(ported, binding.statement, binding.imported)
    for reference in ported.bindings.references:
        if reference.pieces[1:] and reference.node not in safe:
            _look_if_gone(ported, reference.node, reference.name)


def _look_if_gone(ported, node, name):
    if ported.is_own(name):
        return
    advice = _advice(name)
    if advice is not None:
        ported.look(node, f'`{advice[0]}` is gone: write {advice[1]}')
    elif name not in _KNOWN and installed_python.lacks(name):
        ported.look(node, f'`{name}`: Python {installed_python.VERSION} has no such name')


def _advice(name):
    """Returns what is gone of a full dotted name, and what is written instead, or None."""
    for gone, new in _GONE.items():
        if (name + '.').startswith(gone + '.'):
            return gone, new
    return None


def _port_reference(ported, reference):
    module, name, function = _REPLACED[reference.name]
    if reference.pieces[1:] and module == ported.bindings.stands_for(
            reference, reference.pieces[:-1]):
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
        span = ported.call_span(reference.node, reference.pieces)
        ported.edits.replace(span.start + 1, span.end - 1, '')
