"""What can be told of an argument without running the script."""

import ast

_LISTS = {'numpy.arange', 'numpy.array', 'numpy.asarray', 'numpy.concatenate', 'numpy.full',
          'numpy.ones', 'numpy.zeros'}
_NUMBERS = {'numpy.prod', 'numpy.sqrt', 'numpy.floor', 'numpy.ceil', 'numpy.log2', 'math.sqrt',
            'math.ceil', 'math.floor'}
_BUILTINS = {'abs': 'number', 'bool': 'bool', 'dict': 'dict', 'float': 'number', 'int': 'number',
             'len': 'number', 'list': 'list', 'map': 'list', 'range': 'list', 'repr': 'string',
             'round': 'number', 'str': 'string', 'tuple': 'list'}
# How far a name is followed to what it is set to.
_DEPTH = 4


class Kinds:
    """The kinds of the expressions of a script.

    Args:
        ported: PortedScript.
    """

    def __init__(self, ported):
        self._bindings = ported.bindings
        self._references = {id(reference.node): reference.name
                            for reference in ported.bindings.references}
        self._values = {}
        for node in ported.module.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                            value = node.value if name is target else None
                            self._values.setdefault(name.id, []).append(value)
            else:
                for name in _bound(node):
                    self._values.setdefault(name, []).append(None)

    def value(self, name):
        """Returns the expression that a name is set to, None if there are several or none."""
        values = self._values.get(name, [])
        return values[0] if len(values) == 1 else None

    def of(self, node, depth=_DEPTH):
        """Returns 'bool', 'dict', 'function', 'list', 'none', 'number' or 'string'.

        None where it is not known.
        """
        value = literal(node, ...)
        if value is ...:
            return self._of_expression(node, depth)
        for kind, types in (('none', type(None)), ('bool', bool), ('string', str),
                            ('number', (int, float)), ('list', (list, tuple)), ('dict', dict)):
            if isinstance(value, types):
                return kind
        return None

    def is_whole(self, node, depth=_DEPTH):
        """Whether an expression is an integer whatever happens."""
        value = literal(node)
        if isinstance(value, int):
            return not isinstance(value, bool)
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)) and (
                self.is_whole(node.left, depth) and self.is_whole(node.right, depth))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in ('int', 'len') and not self._bindings.is_bound(node.func.id)
        if isinstance(node, ast.Name) and depth:
            value = self.value(node.id)
            return value is not None and self.is_whole(value, depth - 1)
        return False

    def _of_expression(self, node, depth):
        if isinstance(node, (ast.List, ast.Tuple, ast.ListComp)):
            return 'list'
        if isinstance(node, (ast.Dict, ast.DictComp)):
            return 'dict'
        if isinstance(node, ast.Lambda):
            return 'function'
        if isinstance(node, ast.JoinedStr):
            return 'string'
        if isinstance(node, ast.UnaryOp):
            return 'bool' if isinstance(node.op, ast.Not) else self.of(node.operand, depth)
        if isinstance(node, ast.IfExp):
            kinds = {self.of(node.body, depth), self.of(node.orelse, depth)}
            return kinds.pop() if len(kinds) == 1 else None
        if isinstance(node, ast.BinOp):
            return self._of_operation(node, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return self.of(node.value, depth)
        if isinstance(node, ast.Name) and depth:
            value = self.value(node.id)
            return None if value is None else self.of(value, depth - 1)
        return None

    def _of_operation(self, node, depth):
        left, right = self.of(node.left, depth), self.of(node.right, depth)
        if left == 'string' and isinstance(node.op, (ast.Add, ast.Mod)):
            return 'string'
        if left == right == 'number':
            return 'number'
        if 'list' in (left, right) and isinstance(node.op, (ast.Add, ast.Mult)):
            return 'list'
        return None

    def _of_call(self, node):
        name = self._references.get(id(node.func), '')
        if name in _LISTS:
            return 'list'
        if name in _NUMBERS:
            return 'number'
        if name.endswith(('_initializer', '_regularizer', 'initializers.xavier')):
            return 'function'
        if isinstance(node.func, ast.Attribute) and node.func.attr in ('as_list', 'split'):
            return 'list'
        if isinstance(node.func, ast.Attribute) and node.func.attr == 'format' and (
                self.of(node.func.value, 0) == 'string'):
            return 'string'
        if isinstance(node.func, ast.Name) and not self._bindings.is_bound(node.func.id):
            return _BUILTINS.get(node.func.id)
        return None


def literal(node, default=None):
    """Returns the value of a literal expression, `default` for anything else."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return default


def string(node):
    """Returns the string that an expression is, None for anything else."""
    value = literal(node)
    return value if isinstance(value, str) else None


def _bound(node):
    """Returns the names that a node other than an assignment binds."""
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        targets = [node.target]
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
    else:
        return []
    return [name.id for target in targets for name in ast.walk(target)
            if isinstance(name, ast.Name)]
