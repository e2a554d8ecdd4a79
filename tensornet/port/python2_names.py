"""Names that only Python 2 has, in lines that Python 3 can read."""

import ast
import re

from tensornet.port.argument_kinds import string
from tensornet.port.bindings import dotted
from tensornet.port.python2_evidence import (
    BUILTINS,
    METHODS,
    MODULES,
    guarded,
    is_print_statement,
)

# Written for what Python 2 has, since they do the same.
_SAME_BUILTINS = {'long': 'int', 'raw_input': 'input', 'unichr': 'chr', 'xrange': 'range'}
_SAME_METHODS = {'iteritems': 'items', 'iterkeys': 'keys', 'itervalues': 'values',
                 'viewitems': 'items', 'viewkeys': 'keys', 'viewvalues': 'values'}
_SAME_MODULES = {'Queue': 'queue', 'cPickle': 'pickle'}
# Names in modules, with what is written now.
ATTRIBUTES = {
    'itertools.ifilter': '`filter`', 'itertools.ifilterfalse': '`itertools.filterfalse`',
    'itertools.imap': '`map`', 'itertools.izip': '`zip`',
    'itertools.izip_longest': '`itertools.zip_longest`',
    'os.getcwdu': '`os.getcwd`', 'string.join': '`separator.join`',
    'string.atof': '`float`', 'string.atoi': '`int`',
    'string.letters': '`string.ascii_letters`', 'string.lowercase': '`string.ascii_lowercase`',
    'string.maketrans': '`str.maketrans`', 'string.replace': '`text.replace`',
    'string.split': '`text.split`', 'string.strip': '`text.strip`',
    'string.uppercase': '`string.ascii_uppercase`', 'sys.exc_clear': 'nothing',
    'sys.maxint': '`sys.maxsize`', 'sys.setdefaultencoding': 'nothing, and no `reload(sys)`',
    'types.DictType': '`dict`', 'types.FloatType': '`float`', 'types.IntType': '`int`',
    'types.ListType': '`list`', 'types.StringType': '`str`', 'types.TupleType': '`tuple`',
    'types.UnicodeType': '`str`',
    'urllib.URLopener': '`urllib.request.URLopener`',
    'urllib.quote': '`urllib.parse.quote`', 'urllib.urlencode': '`urllib.parse.urlencode`',
    'urllib.urlopen': '`urllib.request.urlopen`',
    'urllib.urlretrieve': '`urllib.request.urlretrieve`',
}
_FUNCTION_ATTRIBUTES = {
    'func_closure': '__closure__', 'func_code': '__code__', 'func_defaults': '__defaults__',
    'func_dict': '__dict__', 'func_doc': '__doc__', 'func_globals': '__globals__',
    'func_name': '__name__', 'im_class': '__self__.__class__', 'im_func': '__func__',
    'im_self': '__self__',
}
# Methods of a class that Python 3 does not call, with what does their work.
_UNCALLED = {
    '__cmp__': ('`__eq__` and `__lt__`', ('__lt__',)),
    '__getslice__': ('`__getitem__`, which gets a `slice`', ('__getitem__',)),
    '__unicode__': ('`__str__`', ('__str__',)),
}
# Encodings that turn a string into a string.
_TEXT_ENCODINGS = ('base64', 'bz2', 'hex', 'string_escape', 'string-escape', 'zlib', 'zip')
# Second names of methods of unittest.TestCase that Python 3.12 no longer has.
_RENAMED_METHODS = {
    'assertAlmostEquals': 'assertAlmostEqual', 'assertEquals': 'assertEqual',
    'assertNotAlmostEquals': 'assertNotAlmostEqual', 'assertNotEquals': 'assertNotEqual',
    'assertRaisesRegexp': 'assertRaisesRegex', 'assertRegexpMatches': 'assertRegex',
    'assert_': 'assertTrue', 'failIf': 'assertFalse', 'failUnless': 'assertTrue',
    'failUnlessEqual': 'assertEqual',
}


def port(ported):
    """Writes today's names where they do the same, names the others that only Python 2 has.

    Args:
        ported: PortedScript.
    """
    safe = guarded(ported.module)
    for node in ported.module.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in BUILTINS and not ported.bindings.is_bound(node.id) and node not in safe:
                _port_builtin(ported, node)
        elif isinstance(node, ast.Call):
            _check_comparison(ported, node)
            if isinstance(node.func, ast.Attribute) and node not in safe:
                _port_method(ported, node)
        elif isinstance(node, ast.Attribute):
            _check_function_attribute(ported, node, safe)
        elif isinstance(node, ast.ClassDef):
            _check_class(ported, node)
        elif isinstance(node, ast.Expr) and is_print_statement(node.value):
            ported.look(node, 'Python 2 only: print statement: write `print(...)`')
    for binding in ported.bindings.imports:
        module = binding.imported.split('.')[0]
        if module in MODULES and binding.statement not in safe and not ported.is_own(module):
            _port_import(ported, binding, module)
        elif binding.imported in ATTRIBUTES and binding.statement not in safe and not (
                ported.is_own(module) or ported.bindings.of(binding.imported)):
            _look(ported, binding.statement, binding.imported, ATTRIBUTES[binding.imported])
    for reference in ported.bindings.references:
        if reference.name in ATTRIBUTES and reference.node not in safe and not ported.is_own(
                reference.name):
            _look(ported, reference.node, reference.name, ATTRIBUTES[reference.name])


def _check_function_attribute(ported, node, safe):
    """Names what Python 2 called an attribute of functions, unless the script has its own."""
    if node.attr in _FUNCTION_ATTRIBUTES and ported.is_python2() and node not in safe and not any(
            isinstance(other, ast.Attribute) and other.attr == node.attr
            and isinstance(other.ctx, ast.Store) for other in ported.module.nodes):
        _look(ported, node, f'.{node.attr}', f'`.{_FUNCTION_ATTRIBUTES[node.attr]}`')


def _check_class(ported, node):
    """Python 3 renamed the methods for iteration, truth and division."""
    methods = {child.name for child in node.body if isinstance(child, ast.FunctionDef)}
    methods |= {target.id for child in node.body if isinstance(child, ast.Assign)
                for target in child.targets if isinstance(target, ast.Name)}
    for old, new in (('next', '__next__'), ('__nonzero__', '__bool__'),
                     ('__div__', '__truediv__')):
        if old in methods and new not in methods and (old != 'next' or '__iter__' in methods):
            ported.look(node, f'Python 2 only: the method `{old}` of a class: add `{new} = {old}`')
    for old, (new, enough) in _UNCALLED.items():
        if old in methods and not methods & set(enough):
            ported.look(node, f'Python 2 only: the method `{old}` of a class, which nothing calls '
                              f'any more: write {new}')
    for child in node.body:
        if isinstance(child, ast.Assign) and getattr(child.targets[0], 'id', '') == (
                '__metaclass__') and getattr(child.value, 'id', '') != 'type':
            ported.look(child, f'Python 2 only: `__metaclass__`: write `class {node.name}(..., '
                               'metaclass=...)`')


def _check_comparison(ported, call):
    """Lists were sorted by a function of two elements."""
    name = getattr(call.func, 'id', None) or getattr(call.func, 'attr', None)
    if name not in ('sort', 'sorted') or name in ported.source_tree.parameters:
        return
    if any(keyword.arg == 'cmp' for keyword in call.keywords) or (
            name == 'sorted' and isinstance(call.func, ast.Name) and len(call.args) > 1) or (
            name == 'sort' and len(call.args) == 1 and isinstance(call.args[0], ast.Lambda)
            and len(call.args[0].args.args) == 2):
        ported.look(call, f'Python 2 only: `cmp` of `{name}`: write '
                          '`key=functools.cmp_to_key(...)`')


def _is_text_encoding(call):
    argument = call.args[0] if len(call.args) == 1 else None
    return string(argument) in _TEXT_ENCODINGS


def _look(ported, node, name, replacement):
    ported.look(node, f'Python 2 only: `{name}`: write {replacement}')


def _port_builtin(ported, node):
    call = ported.parent(node)
    if node.id == 'reload' and isinstance(call, ast.Call) and call.args and (
            getattr(call.args[0], 'id', '') == 'sys'):
        _look(ported, node, 'reload(sys)', 'nothing, and no `sys.setdefaultencoding`')
        return
    new = _SAME_BUILTINS.get(node.id)
    if new is None or ported.bindings.is_bound(new):
        _look(ported, node, node.id, BUILTINS[node.id])
        return
    start = ported.spans.offset(node)
    end = ported.spans.dotted_end(start, [node.id])
    if end is None:
        _look(ported, node, node.id, f'`{new}`')
        return
    ported.edits.replace(start, end, new)
    ported.changed(node, f'`{node.id}` -> `{new}`')


def _port_import(ported, binding, module):
    """Renames a module that is alone in its statement, so that the script's name for it stays."""
    new, statement = _SAME_MODULES.get(module), binding.statement
    if new is None or isinstance(statement, ast.Import) and len(statement.names) > 1:
        _look(ported, statement, module, MODULES[module])
        return
    text = ported.statements.text(statement)
    if isinstance(statement, ast.Import):
        local = binding.alias.asname or module
        line = 'import ' + new + (' as ' + local if local != new else '')
    else:
        line = re.sub(rf'\b{module}\b', new, text, count=1)
    ported.statements.replace(statement, [line])
    ported.changed(statement, f'`{line}`')


def _port_method(ported, call):
    name = call.func.attr
    if name == 'next' and not call.args and 'next' not in ported.source_tree.parameters:
        _look(ported, call, '.next()', '`next(...)`')
    elif name in ('encode', 'decode') and _is_text_encoding(call):
        _look(ported, call, f'.{name}', f'`codecs.{name}` of bytes')
    elif name in METHODS and not (name.startswith(('iter', 'view')) and call.args):
        _port_dictionary_method(ported, call)
    elif name in _RENAMED_METHODS and isinstance(call.func.value, ast.Name) and (
            call.func.value.id == 'self'):
        _rename(ported, call, ['self', name], _RENAMED_METHODS[name])


def _port_dictionary_method(ported, call):
    name, pieces = call.func.attr, dotted(call.func)
    parent = ported.parent(call)
    taken_apart = isinstance(parent, ast.Attribute) or isinstance(parent, ast.Call) and isinstance(
        parent.func, ast.Name) and parent.func.id == 'next'
    # A class of the scripts may have a method of that name.
    exact = pieces and name not in ported.source_tree.parameters
    if exact and name in _SAME_METHODS and not taken_apart:
        _rename(ported, call, pieces, _SAME_METHODS[name])
    elif exact and name == 'has_key' and len(call.args) == 1 and not (
            call.keywords or isinstance(call.args[0], ast.Starred)):
        _port_has_key(ported, call, pieces)
    else:
        _look(ported, call, name, METHODS[name])


def _rename(ported, call, pieces, new):
    end = ported.spans.dotted_end(ported.spans.offset(call.func), pieces)
    if end is None:
        _look(ported, call, pieces[-1], f'`{new}`')
        return
    ported.edits.replace(end - len(pieces[-1]), end, new)
    ported.changed(call, f'`{pieces[-1]}` -> `{new}`')


def _port_has_key(ported, call, pieces):
    span = ported.call_span(call, pieces)
    if span is None:
        _look(ported, call, 'has_key', METHODS['has_key'])
        return
    dictionary = '.'.join(pieces[:-1])
    loose = _is_loose(call.args[0])
    ported.edits.replace(ported.spans.offset(call), span.start + 1, '((' if loose else '(')
    ported.edits.replace(span.arguments[0][1], span.end, f"{')' if loose else ''} in {dictionary})")
    ported.changed(call, f'`{dictionary}.has_key(...)` -> `(... in {dictionary})`')


def _is_loose(node):
    """Whether an expression binds less than `in`, or is several."""
    return isinstance(node, (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.Tuple)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)) or isinstance(
        node, ast.GeneratorExp)
