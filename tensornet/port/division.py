"""`/`, which rounded the quotient of integers down in Python 2."""

import ast
import re

from tensornet.port import library, python2_evidence
from tensornet.port.argument_kinds import Kinds, literal

_OPERATOR = re.compile(r'/[\s(\\]*$')
_FLOATS = {'float', 'time.time', 'time.clock', 'numpy.float32', 'numpy.float64', 'numpy.sqrt',
           'numpy.mean', 'numpy.std', 'numpy.log', 'numpy.exp', 'math.sqrt', 'math.log',
           'math.exp', 'numpy.linalg.norm', 'tensorflow.to_float'}
# Calls with the positions of arguments that are integers or lists of integers.
_OF_INTEGERS = {
    'numpy.empty': [0], 'numpy.ones': [0], 'numpy.zeros': [0], 'range': [0, 1, 2],
    'tensorflow.get_variable': [1], 'tensorflow.ones': [0], 'tensorflow.placeholder': [1],
    'tensorflow.random_normal': [0], 'tensorflow.random_uniform': [0], 'tensorflow.reshape': [1],
    'tensorflow.tile': [1], 'tensorflow.truncated_normal': [0], 'tensorflow.zeros': [0],
    'xrange': [0, 1, 2],
}
_INNER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp,
                 ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SIZES = {'inp_modes', 'out_modes', 'mat_ranks', 'inp_ch_modes', 'out_ch_modes', 'ranks',
          'out_size', 'out_ch', 'window', 'window_size', 'strides', 'shape'}


def port(ported):
    """Writes `//` between integers and where only an integer can stand.

    In scripts for Python 2, or made of such ones by `2to3`, the other quotients are named.

    Args:
        ported: PortedScript.
    """
    if any(binding.target == '__future__.division' for binding in ported.bindings.imports):
        return
    nodes = [node for node in ported.module.nodes
             if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)]
    if not nodes:
        return
    names = {id(reference.node): reference.name for reference in ported.bindings.references}
    kinds, left = Kinds(ported), []
    converted = python2_evidence.was_converted(ported.module)
    for node in nodes:
        if isinstance(node, ast.BinOp) and (
                _is_float(node.left, names) or _is_float(node.right, names)
                or _is_cut(ported, node)):
            continue
        if _must_be_integer(ported, node, names):
            _write(ported, node, 'only an integer can stand there')
        elif ported.is_python2():
            if isinstance(node, ast.BinOp) and kinds.is_whole(node.left) and kinds.is_whole(
                    node.right):
                _write(ported, node, 'both sides are integers')
            else:
                left.append(node)
        elif converted:
            left.append(node)
    if left:
        lines = sorted({node.lineno for node in left})
        ported.look(min(left, key=lambda node: node.lineno),
                    'Python 2 rounded the quotient of integers down: write `//` where that was '
                    f"meant ({', '.join(f'line {line}' for line in lines)})")


def _write(ported, node, reason):
    end = ported.spans.offset(node.right)
    match = None if end is None else _OPERATOR.search(ported.text, 0, end)
    if match is None:
        ported.look(node, 'write `//` for `/`: ' + reason)
        return
    ported.edits.replace(match.start(), match.start() + 1, '//')
    ported.changed(node, '`/` -> `//`: ' + reason)


def _is_cut(ported, node):
    """Whether `int(...)` makes an integer of a quotient anyway."""
    parent = ported.parent(node)
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and (
        parent.func.id == 'int')


def _is_float(node, names):
    """Whether an expression is a float, so that `/` divides alike in both versions."""
    if isinstance(node, ast.BinOp):
        return _is_float(node.left, names) or _is_float(node.right, names)
    if isinstance(node, ast.UnaryOp):
        return _is_float(node.operand, names)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == 'float':
            return True
        return names.get(id(node.func)) in _FLOATS
    return isinstance(literal(node), float)


def _must_be_integer(ported, node, names, depth=2):
    """Whether a value is used where only an integer can stand, maybe by a name it is given."""
    if isinstance(node, ast.AugAssign):
        return False
    child, parent, in_list = node, ported.parent(node), False
    while isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.List, ast.Tuple)) or _makes_array(
            parent, child, names):
        if isinstance(parent, ast.BinOp):
            if isinstance(parent.op, ast.Mult) and child is parent.right and isinstance(
                    parent.left, ast.List):
                return True
            if not isinstance(parent.op, (ast.Add, ast.Sub, ast.Mult)):
                return False
            if _is_float(parent.left, names) or _is_float(parent.right, names):
                return False
        in_list = in_list or isinstance(parent, (ast.List, ast.Tuple))
        child, parent = parent, ported.parent(parent)
    if isinstance(parent, ast.Slice):
        return True
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        return depth > 0 and any(_must_be_integer(ported, use, names, depth - 1)
                                 for use in _uses(ported, parent))
    if isinstance(parent, ast.keyword):
        # Of a class there is no function.
        called = names.get(id(getattr(ported.parent(parent), 'func', None)), '')
        return parent.arg in _SIZES and (
            called.startswith(('tensornet.', 'tensorflow.')) or called in _OF_INTEGERS)
    if isinstance(parent, ast.Call) and child in parent.args:
        name = parent.func.id if isinstance(parent.func, ast.Name) else ''
        name = names.get(id(parent.func), name)
        position = parent.args.index(child)
        signature = library.of_today(name)
        if signature is not None:
            return signature.positional[position:position + 1] and (
                signature.positional[position] in _SIZES)
        return position in _OF_INTEGERS.get(name, ()) and (
            in_list or not name.startswith('tensorflow.'))
    return False


def _makes_array(parent, child, names):
    """Whether a call makes an array or list of an argument."""
    return isinstance(parent, ast.Call) and child in parent.args[:1] and (
        names.get(id(parent.func)) in ('numpy.array', 'numpy.asarray')
        or isinstance(parent.func, ast.Name) and parent.func.id in ('list', 'tuple'))


def _uses(ported, assignment):
    """Returns the uses of the name that an assignment sets, in the function that it lies in.

    There are none where something else sets the name as well: it may be that which is used.
    """
    scope, name = ported.parent(assignment), assignment.targets[0].id
    while not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
        scope = ported.parent(scope)
    found, waiting = [], [scope]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.arg) and node.arg == name:
            return []
        if isinstance(node, ast.Name) and node.id == name:
            if node is not assignment.targets[0] and not isinstance(node.ctx, ast.Load):
                return []
            found.append(node)
        waiting.extend(child for child in ast.iter_child_nodes(node)
                       if not (isinstance(child, _INNER_SCOPES) and _binds(child, name)))
    return [node for node in found if isinstance(node.ctx, ast.Load)]


def _binds(scope, name):
    """Whether a name means something else within a function, class or comprehension."""
    return any(isinstance(node, ast.arg) and node.arg == name
               or isinstance(node, ast.Name) and node.id == name
               and not isinstance(node.ctx, ast.Load) for node in ast.walk(scope))
