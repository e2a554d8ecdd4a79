"""Lists of Python 2 that Python 3 makes only when they are read."""

import ast

from tensornet.port.argument_kinds import literal
from tensornet.port.bindings import dotted

_FUNCTIONS = ('filter', 'map', 'zip')
_VIEWS = ('items', 'keys', 'values')
# Calls that read all there is, once.
_READERS = {'all', 'any', 'dict', 'enumerate', 'filter', 'frozenset', 'iter', 'list', 'map', 'max',
            'min', 'set', 'sorted', 'sum', 'tuple', 'zip'}
_READING_METHODS = {'extend', 'join', 'update', 'writelines'}
# Calls that fail with what is no list, or take it for one object, as all of NumPy but one do, and
# those of TensorFlow.
_NEED_LISTS = {'len', 'random.choice', 'random.sample', 'random.shuffle', 'reversed'}
_TAKES_ITERATORS = 'numpy.fromiter'
_LIST_METHODS = {'append', 'count', 'extend', 'index', 'insert', 'pop', 'remove', 'reverse', 'sort'}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SHUFFLES = {'numpy.random.shuffle', 'random.shuffle'}


def port(ported):
    """Writes `list(...)` around `map`, `filter`, `zip`, `range` and views where a list is needed.

    In scripts for Python 2 also where it may be: what is handed on, returned or kept.

    Args:
        ported: PortedScript.
    """
    names = {id(reference.node): reference.name for reference in ported.bindings.references}
    for node in ported.module.nodes:
        if not isinstance(node, ast.Call):
            continue
        kind = _kind(ported, node)
        if kind is None:
            continue
        if kind == 'map' and node.args and literal(node.args[0], ...) is None:
            ported.look(node, '`map(None, ...)`: write `list(zip(...))`')
        elif _needs_list(ported, node, names, kind) or kind in _FUNCTIONS and (
                ported.is_python2() and not _is_read(ported, node, names)):
            _wrap(ported, node, kind)


def _kind(ported, node):
    """Returns 'map', 'filter', 'zip', 'range' or the name of a view, None for other calls."""
    if isinstance(node.func, ast.Name):
        if node.func.id in _FUNCTIONS + ('range', 'xrange') and not ported.bindings.is_bound(
                node.func.id):
            return node.func.id
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS and not (
            node.args or node.keywords) and node.func.attr not in ported.source_tree.parameters:
        return node.func.attr
    return None


def _needs_list(ported, node, names, kind):
    """Whether a call stands where nothing but a list works."""
    parent = ported.parent(node)
    ranges = kind in ('range', 'xrange')
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return not ranges
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Mult)):
        return True
    if isinstance(parent, ast.Attribute):
        return parent.attr in _LIST_METHODS - {'count', 'index'}
    if isinstance(parent, ast.Call) and node in parent.args:
        name = _called(parent, names)
        if ranges:
            return name in _SHUFFLES
        if kind in _VIEWS and name == 'len':
            return False
        if isinstance(parent.func, ast.Attribute) and parent.func.attr == 'run':
            return True  # Of a session.
        return _takes_lists(name) or name.startswith(('tensornet.layers.', 'tensornet.tt.'))
    if isinstance(parent, ast.For) and kind in _VIEWS:
        return parent.iter is node and _shrinks(parent, ast.dump(node.func.value))
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(
            parent.targets[0], ast.Name):
        return any(_is_list_use(ported, use, names, kind)
                   for use in _uses(ported, parent.targets[0]))
    return False


def _is_list_use(ported, use, names, kind):
    """Whether a use of a name needs a list."""
    parent = ported.parent(use)
    ranges = kind in ('range', 'xrange')
    if isinstance(parent, ast.Attribute):
        return parent.attr in _LIST_METHODS
    if isinstance(parent, ast.Subscript) and parent.value is use:
        return not ranges or isinstance(parent.ctx, (ast.Store, ast.Del))
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Mult)):
        return True
    if isinstance(parent, ast.Call) and use in parent.args:
        name = _called(parent, names)
        if ranges:
            return name in _SHUFFLES
        return _takes_lists(name) and not (kind in _VIEWS and name == 'len')
    return False


def _shrinks(loop, dictionary):
    """Whether a loop deletes entries of the dictionary, an expression as `ast.dump` gives it."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Delete) and any(
                isinstance(target, ast.Subscript) and ast.dump(target.value) == dictionary
                for target in node.targets):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
                node.func.attr in ('pop', 'popitem', 'clear')
                and ast.dump(node.func.value) == dictionary):
            return True
    return False


def _takes_lists(name):
    return name in _NEED_LISTS or (
        name.startswith(('numpy.', 'tensorflow.')) and name != _TAKES_ITERATORS)


def _is_read(ported, node, names):
    """Whether what a call gives is read once, so that it need not be a list."""
    parent = ported.parent(node)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)):
            return True
        uses = _uses(ported, target) if isinstance(target, ast.Name) else []
        return len(uses) == 1 and _reads(ported, uses[0], names) and not _in_loop(
            ported, uses[0], parent)
    return _reads(ported, node, names)


def _reads(ported, node, names):
    parent = ported.parent(node)
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, (ast.Starred, ast.YieldFrom)):
        return True
    if isinstance(parent, ast.Compare):
        return parent.left is not node and all(isinstance(operator, (ast.In, ast.NotIn))
                                               for operator in parent.ops)
    if isinstance(parent, ast.Call) and node in parent.args:
        if isinstance(parent.func, ast.Attribute) and parent.func.attr in _READING_METHODS:
            return True
        return _called(parent, names) in _READERS
    return False


def _in_loop(ported, use, assignment):
    """Whether a use lies in a loop or function that the assignment does not lie in."""
    child, node = use, ported.parent(use)
    while node is not None and node is not ported.parent(assignment):
        if isinstance(node, (ast.While, ast.FunctionDef, ast.Lambda)) or isinstance(
                node, ast.For) and node.iter is not use:
            return True
        if isinstance(node, _COMPREHENSIONS) and not (
                child is node.generators[0] and child.iter is use):
            return True
        child, node = node, ported.parent(node)
    return False


def _uses(ported, target):
    return [node for node in ported.module.nodes if isinstance(node, ast.Name)
            and node.id == target.id and isinstance(node.ctx, ast.Load)]


def _called(call, names):
    if isinstance(call.func, ast.Name):
        return names.get(id(call.func), call.func.id)
    return names.get(id(call.func), '')


def _wrap(ported, node, kind):
    pieces = dotted(node.func)
    span = ported.call_span(node, pieces) if pieces else None
    if ported.bindings.is_bound('list'):
        ported.look(node, f'`{kind}` is not a list in Python 3: write `[*...]` or a comprehension, '
                          'since the script gives `list` another meaning')
        return
    if span is None:
        ported.look(node, f'`.{kind}()` is not a list in Python 3: write `list(...)` around it')
        return
    start = ported.spans.offset(node)
    ported.edits.replace(start, start, 'list(')
    ported.edits.replace(span.end, span.end, ')')
    ported.changed(node, f"`list(...)` around `{'.'.join(pieces)}(...)`, which is not a list in "
                         'Python 3')
