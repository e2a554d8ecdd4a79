"""Names of contrib: replaced where the same is found elsewhere, the others named."""

import ast
import re

import tensorflow.compat.v1 as tf

from tensornet.port import contrib_advice, contrib_names, equivalents, keras_names
from tensornet.port.argument_kinds import literal
from tensornet.port.bindings import canonical
from tensornet.port.gone import is_missing
from tensornet.port.spans import GAP
from tensornet.port.tensorflow_imports import drop_module, is_contrib

_LAYERS = 'tensorflow.contrib.layers.'
_COMMA = re.compile(GAP + ',')


def port(ported):
    """Replaces what has an equivalent with the same numbers, names the rest.

    Args:
        ported: PortedScript.
    """
    left = set()
    aliases = {}
    for reference in ported.bindings.of('tensorflow.contrib'):
        if reference.binding.alias is None and _is_function(reference.binding.target):
            continue  # What the name stands for is replaced where it is assigned.
        if _is_function(reference.name) and ported.is_assigned_elsewhere(reference):
            continue
        if _is_alias(ported, reference) and not _is_function(reference.name):
            aliases[id(reference.node)] = reference
        elif not _port_reference(ported, reference):
            left.add(reference.binding)
    _port_aliases(ported, aliases, left)
    _drop_imports(ported, left)


def _port_reference(ported, reference):
    """Replaces one use; returns whether nothing of contrib is left there."""
    function = _equivalent(reference.name)
    if function is None:
        return _port_renamed(ported, reference)
    if function in ('xavier_initializer', 'xavier_initializer_conv2d'):
        removed = _arguments_of_normal(ported, reference)
        if removed is not None:
            return _port_xavier(ported, reference, removed)
    module = ported.require('tensornet.port.equivalents', 'equivalents', reference)
    return ported.rewrite(reference, module + '.' + function)


def _equivalent(name):
    """Returns what a name of contrib is called in `equivalents`, else None."""
    name = re.sub(r'\.slim\.((initializers|regularizers|layers)\.)?', '.layers.',
                  contrib_names.public(name))
    function, _, rest = name[len(_LAYERS):].partition('.')
    if name.startswith(_LAYERS) and function in equivalents.__all__:
        return '.'.join([function, rest]) if rest else function
    return None


def _is_function(name):
    """Whether there is something to write for a full name by itself."""
    name = canonical(name)
    if not is_contrib(name):
        return False
    new = contrib_names.new_name(name)
    return '.' not in (_equivalent(name) or '.') or (new is not None and _is_there(new.name))


def _port_renamed(ported, reference):
    """Writes the name that TensorFlow has elsewhere for the same, or names what to write."""
    new = contrib_names.new_name(reference.name)
    call = ported.bindings.calls.get(reference.node)
    if new is None or not contrib_names.fits(new, call) or not _is_there(new.name):
        ported.look(reference.node, f'`{reference.written}`: contrib is gone; '
                                    f'{contrib_advice.advice(reference.name)}')
        return False
    local = ported.bindings.local('tensorflow') or ported.require(
        'tensorflow.compat.v1', 'tf', reference)
    if not ported.rewrite(reference, local + new.name[len('tf'):]):
        return False
    package = keras_names.advice(_full(new.name))
    if package:
        ported.look(reference.node, f'`{new.name}`: {package}')
    return True


def _is_there(name):
    return name.startswith('tf.') and (
        keras_names.is_part(_full(name)) or not is_missing(tf, name[len('tf.'):]))


def _full(name):
    return 'tensorflow' + name[len('tf'):]


def _port_xavier(ported, reference, removed):
    """Writes the layers' default initializer, which has the argument `seed` and no other."""
    module = ported.require('tensornet', 'tensornet', reference)
    if not ported.rewrite(reference, module + '.initializers.xavier'):
        return False
    call = ported.call_span(reference.node, reference.pieces)
    kept = [position for position in range(len(call.arguments)) if position not in removed]
    if not kept:
        ported.edits.replace(call.start + 1, call.end - 1, '')
        return True
    for position in removed:
        start, end = call.arguments[position]
        if position + 1 < len(call.arguments):
            following = call.arguments[position + 1][0]
            line_end = ported.spans.line_end(end)
            if following < line_end or _COMMA.match(ported.text, end).end() > line_end:
                ported.edits.replace(start, following, '')
            elif ported.spans.indent(start) is None:
                ported.edits.replace(start, line_end, '')
            else:
                ported.edits.replace(ported.spans.line_start(start), ported.spans.next_line(end),
                                     '')
        else:
            ported.edits.replace(call.arguments[max(kept)][1], end, '')
    return True


def _arguments_of_normal(ported, reference):
    """Returns the positions of the arguments that go when the call draws from a normal.

    None where it does not, or where that is known only when the script runs.
    """
    call = ported.bindings.calls.get(reference.node)
    if call is None or any(isinstance(argument, ast.Starred) for argument in call.args) or any(
            keyword.arg is None for keyword in call.keywords):
        return None
    names = ['uniform', 'seed', 'dtype'][:len(call.args)] + [word.arg for word in call.keywords]
    values = dict(zip(names, call.args + [word.value for word in call.keywords]))
    if literal(values.get('uniform'), True):
        return None
    if 'dtype' in values and not _is_float32(ported, values['dtype']):
        return None
    return [position for position, name in enumerate(names) if name != 'seed']


def _is_float32(ported, node):
    return any(reference.node is node and reference.name == 'tensorflow.float32'
               for reference in ported.bindings.references)


def _is_alias(ported, reference):
    """Whether a use is the right side of `layers = ...contrib.layers`."""
    return any(binding.alias is None and binding.statement.value is reference.node
               for binding in ported.bindings.imports)


def _port_aliases(ported, aliases, left):
    """Removes `layers = ...contrib.layers` where no use of the name is left."""
    # Of two the later one may stand for a part of the earlier one.
    for binding in reversed(ported.bindings.imports):
        reference = None if binding.alias else aliases.get(id(binding.statement.value))
        if reference is None:
            continue
        written = reference.written
        if binding in left:
            left.add(reference.binding)
            ported.look(reference.node, f'`{written}`: contrib is gone, and uses of '
                                        f'`{binding.local}` are left')
        elif not any(use.binding is binding for use in ported.bindings.references):
            left.add(reference.binding)
            ported.look(reference.node, f'`{written}`: contrib is gone; '
                                        f'{contrib_advice.advice(reference.name)}')
        else:
            ported.statements.replace(binding.statement, [])
            ported.changed(binding.statement, 'removed '
                                              f'`{ported.statements.text(binding.statement)}`: '
                                              'nothing uses it any more')


def _drop_imports(ported, left):
    for binding in ported.bindings.imports:
        if not is_contrib(binding.imported):
            continue
        text = ported.statements.text(binding.statement)
        if binding.alias.name == '*':
            ported.look(binding.statement, f'`{text}`: contrib is gone; import the names that are '
                                           'used one by one and port again')
        elif binding in left:
            ported.look(binding.statement, f'`{text}`: contrib is gone, and uses of it are left')
        else:
            drop_module(ported, binding)
            ported.changed(binding.statement, 'removed the import of contrib: nothing uses it '
                                              'any more')
    for binding, target in ported.bindings.from_scripts():
        # A function is assigned there to what stands for it.
        if not is_contrib(target) or _is_function(target) and ported.assigns(
                binding.statement.module or '', binding.statement.level, binding.alias.name):
            continue
        if binding in left:
            ported.look(binding.statement, f'`{ported.statements.text(binding.statement)}`: '
                                           'contrib is gone, and uses of it are left')
        else:
            ported.drop(binding)
            ported.changed(binding.statement, 'removed the import of contrib: nothing uses it '
                                              'any more')
