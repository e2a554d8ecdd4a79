"""Whether scripts were written for Python 2: one of them shows it for all that lie together."""

import ast
import functools

# All names of Python 2 that Python 3 does not define.
BUILTINS = {
    'StandardError': '`Exception`', 'apply': '`function(*arguments)`', 'basestring': '`str`',
    'buffer': '`memoryview`', 'cmp': '`(a > b) - (a < b)`', 'coerce': 'nothing',
    'execfile': '`exec(open(name).read())`', 'file': '`open`', 'intern': '`sys.intern`',
    'long': '`int`', 'raw_input': '`input`', 'reduce': '`functools.reduce`',
    'reload': '`importlib.reload`', 'unichr': '`chr`', 'unicode': '`str`', 'xrange': '`range`',
}
# Module of Python 2 to what replaces it.
MODULES = {
    'BaseHTTPServer': '`http.server`', 'ConfigParser': '`configparser`', 'Cookie': '`http.cookies`',
    'HTMLParser': '`html.parser`', 'Queue': '`queue`', 'SimpleHTTPServer': '`http.server`',
    'SocketServer': '`socketserver`', 'StringIO': '`io`', 'Tkinter': '`tkinter`',
    'UserDict': '`collections`', 'UserList': '`collections`', 'UserString': '`collections`',
    '__builtin__': '`builtins`', 'anydbm': '`dbm`', 'cPickle': '`pickle`', 'cStringIO': '`io`',
    'commands': '`subprocess`', 'cookielib': '`http.cookiejar`', 'copy_reg': '`copyreg`',
    'dircache': '`os.listdir`', 'exceptions': 'nothing: its names are built in',
    'htmlentitydefs': '`html.entities`', 'httplib': '`http.client`', 'md5': '`hashlib`',
    'popen2': '`subprocess`', 'sets': '`set`', 'sha': '`hashlib`', 'thread': '`_thread`',
    'tkFileDialog': '`tkinter.filedialog`', 'tkMessageBox': '`tkinter.messagebox`',
    'ttk': '`tkinter.ttk`', 'urllib2': '`urllib.request`', 'urlparse': '`urllib.parse`',
    'xmlrpclib': '`xmlrpc.client`',
    'distutils': 'the package `setuptools`; Python 3.12 no longer has it',
}
# What `except` names where a name may be missing, and for all errors.
_OF_MISSING_NAMES = {'NameError', 'ImportError', 'ModuleNotFoundError', 'AttributeError'}
_OF_ALL = {'Exception', 'BaseException', 'StandardError'}
METHODS = {
    'has_key': '`key in dictionary`', 'iteritems': '`items`', 'iterkeys': '`keys`',
    'itervalues': '`values`', 'viewitems': '`items`', 'viewkeys': '`keys`',
    'viewvalues': '`values`', 'assertItemsEqual': '`assertCountEqual`',
}


def of_tree(tree):
    """Whether a script of a tree shows that it was written for Python 2."""
    return any(_shows(tree, module) for module in tree.modules) or bool(tree.reach.implicit)


@functools.lru_cache(maxsize=4)
def is_for_python3(module):
    """Whether a script has syntax that only Python 3 reads."""
    if module.tree is None:
        return False
    for node in module.nodes:
        if isinstance(node, (ast.AsyncFunctionDef, ast.Nonlocal, ast.JoinedStr, ast.AnnAssign,
                             ast.YieldFrom)):
            return True
        if isinstance(node, ast.arguments) and (node.kwonlyargs or any(
                argument.annotation for argument in node.args)):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (
                node.func.id == 'super' and not node.args):
            return True
    return False


def was_converted(module):
    """Whether a script bears the marks of `2to3`, which leaves `/` as it is."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'print' and (
                len(node.args) == 1 and isinstance(node.args[0], ast.Tuple)):
            return True
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and (
                getattr(node.iter.func, 'id', '') == 'list' and len(node.iter.args) == 1
                and getattr(getattr(node.iter.args[0], 'func', None), 'attr', '') in (
                    'items', 'keys', 'values')):
            return True
    return False


@functools.lru_cache(maxsize=4)
def guarded(module):
    """Returns the nodes that have an alternative.

    They are in a `try` that a missing name ends, or in an `if` that depends on the version.
    """
    return {inner for node in module.nodes
            if isinstance(node, ast.Try) and _has_alternative(node) or asks_version(node)
            for inner in ast.walk(node)}


def _has_alternative(node):
    """Whether a `try` goes on elsewhere where a name is missing; a loop that trains does not."""
    imports = any(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in node.body)
    for handler in node.handlers:
        caught = {getattr(error, 'attr', None) or getattr(error, 'id', None)
                  for error in ast.walk(handler.type or ast.Name('Exception', ast.Load()))}
        if caught & _OF_MISSING_NAMES or imports and caught & _OF_ALL:
            return True
    return False


def asks_version(node):
    """Whether a node is an `if` that depends on the version of Python."""
    return isinstance(node, (ast.If, ast.IfExp)) and any(
        (getattr(part, 'attr', None) or getattr(part, 'id', None)) in (
            'version_info', 'PY2', 'PY3') for part in ast.walk(node.test))


def is_print_statement(node):
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


def _shows(tree, module):
    if module.indented or any(text.startswith('Python 2 only') for _, text in module.notes):
        return True
    if module.tree is None:
        return False
    bindings, safe = tree.bindings(module), guarded(module)
    for node in module.nodes:
        if node in safe:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in BUILTINS and not bindings.is_bound(node.id):
                return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in METHODS and not (
                    node.func.attr.startswith(('iter', 'view')) and node.args):
                return True
        elif isinstance(node, ast.Expr) and is_print_statement(node.value):
            return True
    return any(binding.imported.split('.')[0] in set(MODULES) - {'distutils'}
               and binding.statement not in safe and not tree.is_own(module, binding.imported)
               for binding in bindings.imports)
