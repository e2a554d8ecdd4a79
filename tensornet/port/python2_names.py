"""Names that only Python 2 has, in lines that Python 3 can read."""

import ast

_BUILTINS = {
    'basestring': '`str`', 'cmp': '`(a > b) - (a < b)`', 'execfile': '`exec(open(name).read())`',
    'file': '`open`', 'long': '`int`', 'raw_input': '`input`', 'reduce': '`functools.reduce`',
    'reload': '`importlib.reload`', 'unichr': '`chr`', 'unicode': '`str`', 'xrange': '`range`',
}
# Module of Python 2 to what replaces it.
MODULES = {
    'ConfigParser': '`configparser`', 'Queue': '`queue`', 'StringIO': '`io`',
    'Tkinter': '`tkinter`', '__builtin__': '`builtins`', 'cPickle': '`pickle`',
    'cStringIO': '`io`', 'commands': '`subprocess`', 'httplib': '`http.client`',
    'urllib2': '`urllib.request`', 'urlparse': '`urllib.parse`',
    'distutils': 'the package `setuptools`; Python 3.12 has it no more',
}
_METHODS = {
    'has_key': '`key in dictionary`', 'iteritems': '`items`', 'iterkeys': '`keys`',
    'itervalues': '`values`', 'assertItemsEqual': '`assertCountEqual`',
}
_ATTRIBUTES = {
    'itertools.ifilter': '`filter`', 'itertools.imap': '`map`', 'itertools.izip': '`zip`',
    'os.getcwdu': '`os.getcwd`', 'string.join': '`separator.join`',
    'string.letters': '`string.ascii_letters`', 'string.lowercase': '`string.ascii_lowercase`',
    'string.uppercase': '`string.ascii_uppercase`', 'sys.maxint': '`sys.maxsize`',
    'urllib.quote': '`urllib.parse.quote`', 'urllib.urlencode': '`urllib.parse.urlencode`',
    'urllib.urlopen': '`urllib.request.urlopen`',
    'urllib.urlretrieve': '`urllib.request.urlretrieve`',
}
# Second names of methods of unittest.TestCase that Python 3.12 has no more.
_RENAMED_METHODS = {
    'assertAlmostEquals': 'assertAlmostEqual', 'assertEquals': 'assertEqual',
    'assertNotAlmostEquals': 'assertNotAlmostEqual', 'assertNotEquals': 'assertNotEqual',
    'assertRaisesRegexp': 'assertRaisesRegex', 'assertRegexpMatches': 'assertRegex',
    'assert_': 'assertTrue', 'failIf': 'assertFalse', 'failUnless': 'assertTrue',
    'failUnlessEqual': 'assertEqual',
}


def port(ported):
    """Names what only Python 2 has; renames methods of test cases that had two names.

    Args:
        ported: PortedScript.
    """
    before = len(ported.looks)
    guarded = _guarded(ported.tree)
    for node in ast.walk(ported.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in _BUILTINS and not ported.bindings.is_bound(node.id):
                _look(ported, node, node.id, _BUILTINS[node.id])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            _check_method(ported, node)
        elif isinstance(node, ast.Expr) and _is_print(node.value):
            ported.look(node, 'Python 2 only: print statement: write `print(...)`')
    for binding in ported.bindings.imports:
        module = getattr(binding.statement, 'module', None) or getattr(binding.alias, 'name', '')
        module = module.split('.')[0]
        if module in MODULES and binding.statement not in guarded:
            _look(ported, binding.statement, module, MODULES[module])
    for reference in ported.bindings.references:
        if reference.name in _ATTRIBUTES:
            _look(ported, reference.node, reference.name, _ATTRIBUTES[reference.name])
    if len(ported.looks) > before or any('Python 2 only' in text for _, text in ported.looks):
        _check_division(ported)


def _look(ported, node, name, replacement):
    ported.look(node, 'Python 2 only: `%s`: write %s' % (name, replacement))


def _check_method(ported, call):
    name = call.func.attr
    if name in _METHODS and not (name.startswith('iter') and call.args):
        _look(ported, call, name, _METHODS[name])
    elif name in _RENAMED_METHODS and isinstance(call.func.value, ast.Name) and (
            call.func.value.id == 'self'):
        start = ported.spans.offset(call.func)
        end = ported.spans.dotted_end(start, ['self', name])
        if end is not None:
            ported.edits.replace(end - len(name), end, _RENAMED_METHODS[name])
            ported.changed(call, '`%s` -> `%s`' % (name, _RENAMED_METHODS[name]))


def _is_print(node):
    """Whether an expression is a print statement that Python 3 reads otherwise."""
    if isinstance(node, ast.Call):
        return False
    while True:
        if isinstance(node, ast.Tuple) and node.elts:
            node = node.elts[0]
        elif isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return isinstance(node, ast.Name) and node.id == 'print'


def _guarded(tree):
    """Returns the statements inside of `try`, which have another import to fall back to."""
    return {inner for node in ast.walk(tree) if isinstance(node, ast.Try)
            for inner in ast.walk(node)}


def _check_division(ported):
    """A script for Python 2 may rely on `7 / 2 == 3`; which ones do cannot be seen."""
    if any(binding.target == '__future__.division' for binding in ported.bindings.imports):
        return
    nodes = [node for node in ast.walk(ported.tree)
             if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)]
    if nodes:
        lines = sorted({node.lineno for node in nodes})
        ported.look(min(nodes, key=lambda node: node.lineno),
                    'Python 2 rounded the quotient of integers down: write `//` where that was '
                    'meant (%s)' % ', '.join('line %d' % line for line in lines))
