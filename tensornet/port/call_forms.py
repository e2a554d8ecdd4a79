"""Calls of the library's functions with arguments of 2016, or with none that they ever had."""

import ast
import difflib

from tensornet.other_keywords import remedy_for
from tensornet.port import forms_of_2016, library
from tensornet.port.argument_kinds import Kinds, string
from tensornet.port.call_arguments import CallArguments

# Pieces of the names of numbers of channels and features.
_SIZES = {'ch', 'channel', 'channels', 'classes', 'cout', 'depth', 'dim', 'features', 'filters',
          'hidden', 'maps', 'neurons', 'nodes', 'nout', 'num', 'output', 'outputs', 'planes',
          'units'}
_PARTIAL = 'functools.partial'
# Keywords that no function of the library has, whatever name it is called by.
_OF_2016 = {'use_biases': remedy_for('use_biases', ['biases_initializer']),
            'init_params': 'pass `cores_initializer`', 'in_ch': 'leave it out',
            'inp_size': 'leave it out, but for `tt` of this library',
            'init': 'write `weights_initializer` or `cores_initializer`'}


def port(ported):
    """Rewrites calls in a form of 2016 where the mapping is exact, names others that must fail.

    Args:
        ported: PortedScript.
    """
    kinds, checked = Kinds(ported), set()
    for reference in ported.bindings.references + ported.bindings.aliased:
        signature = library.of_today(reference.name)
        call = ported.bindings.calls.get(reference.node)
        if signature is not None and call is not None:
            checked.add(call)
            _port_call(ported, kinds, reference, signature, call)
        elif signature is not None:
            _check_partial(ported, kinds, reference, signature)
        elif reference.name in ('tensornet.layers', 'tensornet.tt'):
            _check_getattr(ported, kinds, reference, checked)
    if ported.source_tree.uses_library:
        _name_suspects(ported, checked)


def _port_call(ported, kinds, reference, signature, call):
    arguments = CallArguments(ported, reference, call)
    faults = _faults(kinds, arguments, signature)
    if not faults:
        _check_dictionaries(ported, kinds, reference, signature, call)
        return
    for old in library.OF_2016.get(reference.name, []):
        if not _faults(kinds, arguments, old):
            forms_of_2016.rewrite(ported, kinds, reference, arguments.named(old))
            return
    if [name for name, _ in faults] == ['use_biases'] and forms_of_2016.rewrite_use_biases(
            ported, reference, arguments):
        return
    _look(ported, reference, call, signature, faults)


def _check_partial(ported, kinds, reference, signature):
    """Checks `functools.partial(function, ...)`."""
    for other in ported.bindings.references:
        call = ported.bindings.calls.get(other.node)
        if other.name == _PARTIAL and call is not None and call.args[:1] == [reference.node]:
            arguments = CallArguments(ported, other, call).without_first()
            faults = _faults(kinds, arguments, signature._replace(required=0))
            if faults:
                _look(ported, reference, call, signature, faults)


def _check_getattr(ported, kinds, reference, checked):
    """Checks `getattr(module, 'function')(...)`."""
    inner = ported.parent(reference.node)
    call = ported.parent(inner)
    if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
            and inner.func.id == 'getattr' and len(inner.args) == 2
            and isinstance(call, ast.Call) and call.func is inner):
        return
    name = f'{reference.name}.{string(inner.args[1])}'
    signature = library.of_today(name)
    if signature is not None:
        checked.add(call)
        faults = _faults(kinds, CallArguments(ported, reference, call), signature)
        if faults:
            _look(ported, reference._replace(name=name, pieces=name.split('.')), call, signature,
                  faults)


def _faults(kinds, arguments, signature):
    """Returns what does not fit a signature: pairs of the parameter and what is wrong."""
    known = signature.positional + signature.keywords
    faults = []
    given = dict(zip(signature.positional, arguments.positional))
    if len(arguments.positional) > len(signature.positional):
        faults.append((None, f'it takes at most {len(signature.positional)} positional arguments'))
    for name, node in arguments.keywords:
        if name not in known:
            faults.append((name, f'there is no argument `{name}`'))
        elif name in given:
            faults.append((name, f'`{name}` is given twice'))
        given[name] = node
    if not arguments.is_open:
        faults += [(name, f'`{name}` is missing')
                   for name in signature.positional[:signature.required] if name not in given]
    for name, node in given.items():
        kind, expected = kinds.of(node), library.KINDS.get(name)
        if kind is not None and expected is not None and name in known and kind not in expected:
            expected = ' or '.join(expected)
            faults.append((name, f'a {kind} stands for `{name}`, which is a {expected}'))
    if not faults and _is_number_by_name(kinds, arguments, signature):
        faults.append((signature.positional[2], 'a number seems to stand for '
                                                f'`{signature.positional[2]}`'))
    return faults


def _is_number_by_name(kinds, arguments, signature):
    """Whether a name of a size stands where 2016 had one and a list or function is today."""
    if signature.positional[1:3] not in (['out_ch', 'window_size'],
                                         ['out_size', 'weights_initializer']):
        return False
    third = arguments.positional[2:3]
    if not third or not isinstance(third[0], (ast.Name, ast.Attribute)) or (
            kinds.of(third[0]) is not None):
        return False
    name = (third[0].id if isinstance(third[0], ast.Name) else third[0].attr).lower()
    pieces = name.split('_')
    if signature.positional[1] == 'out_size' and pieces[-1] == 'size':
        return True
    return pieces[0] in ('n', 'nb', 'out') or not _SIZES.isdisjoint(pieces) or name.endswith(
        ('channels', 'classes', 'features', 'units', '_out'))


def _check_dictionaries(ported, kinds, reference, signature, call):
    """Looks at the keys of the dictionaries that a call takes its keywords from."""
    known = signature.positional + signature.keywords
    for keyword in call.keywords:
        if keyword.arg is not None:
            continue
        for key, node in _keys(ported, kinds, keyword.value):
            if key not in known:
                ported.look(node, f"`{reference.written}`: there is no argument `{key}` "
                                  f'(from `**` in line {call.lineno}){_remedy(key, known)}')


def _keys(ported, kinds, node):
    """Returns the keys of a dictionary, each with the node where it stands."""
    if isinstance(node, ast.Name):
        name, value = node.id, kinds.value(node.id)
        for other in ported.module.nodes:
            if isinstance(other, ast.Subscript) and isinstance(other.ctx, ast.Store) and (
                    isinstance(other.value, ast.Name) and other.value.id == name):
                index = getattr(other.slice, 'value', other.slice)
                key = string(index if isinstance(index, ast.AST) else other.slice)
                if key:
                    yield key, other
            if isinstance(other, ast.Call) and isinstance(other.func, ast.Attribute) and (
                    other.func.attr == 'update' and isinstance(other.func.value, ast.Name)
                    and other.func.value.id == name):
                for inner in other.args[:1]:
                    yield from _keys(ported, kinds, inner)
                for keyword in other.keywords:
                    if keyword.arg:
                        yield keyword.arg, other
        node = value
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values):
            if key is None:
                yield from _keys(ported, kinds, value)
            elif string(key):
                yield string(key), key
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 'dict':
        for inner in node.args[:1]:
            yield from _keys(ported, kinds, inner)
        for keyword in node.keywords:
            if keyword.arg:
                yield keyword.arg, keyword.value
            else:
                yield from _keys(ported, kinds, keyword.value)


def _look(ported, reference, call, signature, faults):
    known = signature.positional + signature.keywords
    said = '; '.join(text + _remedy(name, known) for name, text in faults)
    short = reference.name.rpartition('.')[2]
    written, shown = reference.written, signature.positional[:signature.required + 1]
    ported.look(reference.node if call is None else call,
                f"`{written}`: {said}; it is `{short}({', '.join(shown)}, ...)`")


def _remedy(name, known):
    if name is None or name in known:
        return ''
    remedy = remedy_for(name, known)
    if remedy is not None:
        return ': ' + remedy if remedy else ''
    if name in ('initializer', 'regularizer'):
        close = [other for other in known if other.endswith(name)]
    else:
        close = difflib.get_close_matches(name, known, 1, 0.7)
    return f': write `{close[0]}`' if close else ''


def _name_suspects(ported, checked):
    """Functions of the library that are handed on may be called by any name.

    So may a function of the scripts that hands its arguments on; one that has an argument of the
    name is none of them.
    """
    for call in ported.module.nodes:
        if not isinstance(call, ast.Call) or call in checked or _is_partial(ported, call) or (
                isinstance(call.func, ast.Name) and call.func.id == 'dict'):
            continue
        called = getattr(call.func, 'attr', getattr(call.func, 'id', None))
        for keyword in call.keywords:
            if keyword.arg in _OF_2016 and keyword.arg not in (
                    ported.source_tree.parameters.get(called, ())) and not (
                    keyword.arg == 'init' and not ported.source_tree.forwards(called)):
                ported.look(call, f'the layers have no argument `{keyword.arg}`: '
                                  f'{_OF_2016[keyword.arg]}')


def _is_partial(ported, call):
    return any(reference.node is call.func and reference.name == _PARTIAL
               for reference in ported.bindings.references)
