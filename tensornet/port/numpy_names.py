"""Names and methods of NumPy that newer versions no longer have."""

import ast

import numpy

from tensornet.port.gone import is_missing

# Other names of Python's own types until NumPy 1.24.
_BUILTIN = ('bool', 'complex', 'float', 'int', 'object', 'str')
# What is written for names that are gone.
_NEW = {
    'Inf': 'np.inf', 'Infinity': 'np.inf', 'infty': 'np.inf', 'PINF': 'np.inf', 'NINF': '-np.inf',
    'NaN': 'np.nan', 'NAN': 'np.nan', 'alltrue': 'np.all', 'asscalar': 'a.item()',
    'bool8': 'np.bool_', 'cast': 'np.asarray(a, dtype)', 'complex_': 'np.complex128',
    'cumproduct': 'np.cumprod', 'float_': 'np.float64', 'in1d': 'np.isin', 'long': 'int',
    'msort': 'np.sort(a, axis=0)', 'product': 'np.prod', 'rank': 'np.ndim', 'round_': 'np.round',
    'row_stack': 'np.vstack', 'sometrue': 'np.any', 'string_': 'np.bytes_',
    'trapz': 'np.trapezoid', 'typeDict': 'np.sctypeDict', 'unicode': 'str', 'unicode_': 'np.str_',
    'random.random_integers': 'np.random.randint, which leaves out the upper end',
}
# Methods of arrays that are gone since NumPy 2.0.
_METHODS = {'itemset': 'a[index] = value', 'newbyteorder': 'a.view(a.dtype.newbyteorder())',
            'ptp': 'np.ptp(a)'}


def port(ported):
    """Writes `int` for `numpy.int` and `tobytes` for `tostring`, names what else is gone.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        root, _, rest = reference.name.partition('.')
        if root == 'numpy':
            _port_name(ported, reference, rest)
    functions = {reference.node for reference in ported.bindings.references}
    for node in ported.module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
                node.func not in functions):
            _port_method(ported, node)


def _port_name(ported, reference, name):
    written = reference.written
    if name in _BUILTIN and not ported.bindings.is_bound(name):
        ported.rewrite(reference, name)
    elif is_missing(numpy, name):
        new = _NEW.get(name)
        advice = f': write `{new}`' if new else ''
        ported.look(reference.node,
                    f'`{written}`: NumPy {numpy.__version__} has no `{name}`{advice}')
    elif name == 'fromstring':
        call = ported.bindings.calls.get(reference.node)
        if call is not None and len(call.args) < 4 and not any(
                keyword.arg in ('sep', None) for keyword in call.keywords):
            ported.look(reference.node, f'`{written}`: it reads no bytes since NumPy 2.3: write '
                                        '`np.frombuffer(...)`, and `.copy()` if the array is '
                                        'written to')


def _port_method(ported, call):
    name = call.func.attr
    if name in ported.source_tree.parameters:
        return
    if name == 'tostring' and not call.args and not call.keywords:
        end = ported.spans.attribute_end(call.func)
        if end is None:
            ported.look(call, 'the method `tostring` of arrays is gone: write `tobytes`')
        else:
            ported.edits.replace(end - len(name), end, 'tobytes')
            ported.changed(call, '`tostring` -> `tobytes`')
    elif name in _METHODS and numpy.__version__ >= '2':
        ported.look(call, f'the method `{name}` of arrays is gone since NumPy 2.0: write '
                          f'`{_METHODS[name]}`')
