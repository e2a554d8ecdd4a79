"""Parts of a script that do without a name that is gone: the script itself asks for it."""

import ast
import builtins

from tensornet.port.argument_kinds import literal, string
from tensornet.port.python2_evidence import asks_version

_IMPORT_ERRORS = {'ImportError', 'ModuleNotFoundError'}
_BROAD = {'Exception', 'BaseException', ''}


def alternatives(statement, is_gone):
    """Finds the imports of `try` for which `except ImportError` has another, and the reverse.

    And those of the two sides of an `if` that asks for the version of Python.

    Args:
        statement: ast node; others than `try` and `if` have none.
        is_gone: function of a full dotted name.

    Returns:
        List of (name, the ast.alias that is gone, the ast.alias that is there or None where the
        name is assigned, or is one of Python itself).
    """
    if isinstance(statement, ast.Try):
        handlers = [handler for handler in statement.handlers
                    if _caught(handler) & (_IMPORT_ERRORS | _BROAD)]
        sides = [statement.body, [node for handler in handlers for node in handler.body]]
        may_lack = [any(map(_goes_on, handlers)), False]
    elif isinstance(statement, ast.If) and asks_version(statement):
        sides, may_lack = [statement.body, statement.orelse], [True, True]
    else:
        return []
    found = []
    for body, other_body, without in zip(sides, sides[::-1], may_lack):
        others, assigned = _imports(other_body), _assigned(other_body)
        for local, (name, alias) in _imports(body).items():
            other, other_alias = others.get(local, (None, None))
            if is_gone(name) and (not is_gone(other) if other else local in assigned
                                  or without and hasattr(builtins, local)):
                found.append((local, alias, other_alias))
    return found


def handled(nodes, names, is_gone):
    """Finds the nodes that do not run, or whose failure is caught, where a name is gone.

    What `except Exception` catches is not among them: that is how scripts end, too.

    Args:
        nodes: list of all ast nodes of a script.
        names: dictionary from a node to the full dotted name that it stands for.
        is_gone: function of a full dotted name, None where that is not known.

    Returns:
        Set of ast nodes.
    """
    parts = []
    for node in nodes:
        if isinstance(node, ast.Try) and any(
                'AttributeError' in _caught(handler) and _goes_on(handler)
                for handler in node.handlers):
            parts += node.body
        elif isinstance(node, (ast.If, ast.IfExp)):
            there = _asks(node.test, names, is_gone)
            if there is not None:
                dead = node.orelse if there else node.body
                parts += dead if isinstance(dead, list) else [dead]
    return {inner for part in parts for inner in ast.walk(part)}


def caught_imports(nodes):
    """Returns the import statements whose failure `except ImportError` takes care of."""
    return {inner for node in nodes if isinstance(node, ast.Try)
            and any(_caught(handler) & _IMPORT_ERRORS and _goes_on(handler)
                    for handler in node.handlers)
            for part in node.body for inner in ast.walk(part)
            if isinstance(inner, (ast.Import, ast.ImportFrom))}


def _asks(test, names, is_gone):
    """Returns the truth of `hasattr(module, 'name')`, None where a test is another one."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        there = _asks(test.operand, names, is_gone)
        return None if there is None else not there
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return False if False in [_asks(part, names, is_gone) for part in test.values] else None
    if not isinstance(test, ast.Call) or getattr(test.func, 'id', '') not in (
            'hasattr', 'getattr') or len(test.args) < 2 or test.args[0] not in names:
        return None
    name = string(test.args[1])
    gone = None if name is None else is_gone(f'{names[test.args[0]]}.{name}')
    return None if gone is None else not gone


def _imports(body):
    """Returns a dictionary from a name to what an import binds it to, and the ast.alias."""
    found = {}
    for node in body:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import):
                found.update((alias.asname or alias.name.split('.')[0], (alias.name, alias))
                             for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom) and inner.module and not inner.level:
                found.update((alias.asname or alias.name,
                              (inner.module + '.' + alias.name, alias)) for alias in inner.names)
    return found


def _assigned(body):
    """Returns the names that statements give a value other than None."""
    return {target.id for node in body
            if isinstance(node, ast.Assign) and literal(node.value, ...) is not None
            for target in node.targets if isinstance(target, ast.Name)}


def _caught(handler):
    """Returns the names of the errors that a handler catches; '' for all."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {'' if kind is None else getattr(kind, 'id', getattr(kind, 'attr', None))
            for kind in kinds}


def _goes_on(handler):
    """Whether a handler does something else than to end the script."""
    return not any(isinstance(node, ast.Raise) or isinstance(node, ast.Call) and (
        getattr(node.func, 'id', None) or getattr(node.func, 'attr', '')) in ('exit', '_exit')
        for part in handler.body for node in ast.walk(part))
