"""contrib's initializers and regularizers, and the names of contrib that remain."""

import ast
import re

from tensornet.port import equivalents
from tensornet.port.tensorflow_imports import drop_module, is_contrib

_LAYERS = 'tensorflow.contrib.layers.'
# The same functions under another name.
_PUBLIC = {'tensorflow.contrib.framework.' + name: 'train.' + name for name in (
    'create_global_step', 'get_global_step', 'get_or_create_global_step')}

# What to do about parts of contrib that have no equivalent here; longer names first.
_ADVICE = [
    ('tensorflow.contrib.slim', 'install `tf_slim` and write `import tf_slim as slim`'),
    ('tensorflow.contrib.framework.arg_scope', '`tf_slim` has `arg_scope`'),
    ('tensorflow.contrib.layers.flatten',
     'write `tf.reshape(x, [-1, n])` with `n` numbers for each example'),
    ('tensorflow.contrib.layers.batch_norm',
     'write `tensornet.layers.batch_normalization`, or `tf_slim.batch_norm` for the same numbers'),
    ('tensorflow.contrib.layers.fully_connected',
     'write `tensornet.layers.linear` and an activation, or `tf_slim.fully_connected`'),
    ('tensorflow.contrib.layers.conv2d',
     'write `tensornet.layers.conv` and an activation, or `tf_slim.conv2d`'),
    ('tensorflow.contrib.layers.convolution2d',
     'write `tensornet.layers.conv` and an activation, or `tf_slim.conv2d`'),
    ('tensorflow.contrib.layers', '`tf_slim` has most of contrib\'s layers'),
    ('tensorflow.contrib', 'it has no equivalent in TensorFlow 2'),
]


def port(ported):
    """Replaces what has an equivalent with the same numbers, names the rest.

    Args:
        ported: PortedScript.
    """
    left = set()
    aliases = {}
    for reference in ported.bindings.of('tensorflow.contrib'):
        if _is_alias(ported, reference):
            aliases[id(reference.node)] = reference
        elif not _port_reference(ported, reference):
            left.add(reference.binding)
    _port_aliases(ported, aliases, left)
    _drop_imports(ported, left)


def _port_reference(ported, reference):
    """Replaces one use; returns whether nothing of contrib is left there."""
    if reference.name in _PUBLIC and ported.bindings.local('tensorflow'):
        local = ported.bindings.local('tensorflow')
        return ported.rewrite(reference, local + '.' + _PUBLIC[reference.name])
    function = _function_of_layers(reference.name)
    if function.split('.')[0] not in equivalents.__all__:
        ported.look(reference.node, '`%s`: contrib is gone; %s'
                    % ('.'.join(reference.pieces), _advice(reference.name)))
        return False
    if function in ('xavier_initializer', 'xavier_initializer_conv2d'):
        removed = _arguments_of_normal(ported, reference)
        if removed is not None:
            return _port_xavier(ported, reference, removed)
    module = ported.require('tensornet.port.equivalents', 'equivalents', reference)
    return ported.rewrite(reference, module + '.' + function)


def _function_of_layers(name):
    """Returns the name of a function of contrib.layers, '' for other names of contrib."""
    if not name.startswith(_LAYERS):
        return ''
    return re.sub(r'^python\.layers\.(initializers|regularizers)\.', '', name[len(_LAYERS):])


def _port_xavier(ported, reference, removed):
    """Writes the layers' default initializer, which has the argument `seed` and no other."""
    module = ported.require('tensornet', 'tensornet', reference)
    if not ported.rewrite(reference, module + '.initializers.xavier'):
        return False
    call = ported.spans.call(ported.spans.dotted_end(ported.spans.offset(reference.node),
                                                     reference.pieces))
    kept = [position for position in range(len(call.arguments)) if position not in removed]
    if not kept:
        ported.edits.replace(call.start + 1, call.end - 1, '')
        return True
    for position in removed:
        start, end = call.arguments[position]
        if position + 1 < len(call.arguments):
            following = call.arguments[position + 1][0]
            line_end = ported.spans.line_end(end)
            if following < line_end:
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
    if not _is_false(values.get('uniform')):
        return None
    if 'dtype' in values and not _is_float32(ported, values['dtype']):
        return None
    return [position for position, name in enumerate(names) if name != 'seed']


def _is_false(node):
    try:
        return node is not None and not ast.literal_eval(node)
    except ValueError:
        return False


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
        if binding in left:
            left.add(reference.binding)
            ported.look(reference.node, '`%s`: contrib is gone, and uses of `%s` are left'
                        % ('.'.join(reference.pieces), binding.local))
        else:
            ported.statements.replace(binding.statement, [])
            ported.changed(binding.statement, 'removed `%s`: nothing uses it any more'
                           % ported.statements.text(binding.statement))


def _drop_imports(ported, left):
    for binding in ported.bindings.imports:
        if binding.alias is None or not _imports_contrib(binding):
            continue
        text = ported.statements.text(binding.statement)
        if binding.alias.name == '*':
            ported.look(binding.statement, '`%s`: contrib is gone; import the names that are '
                                           'used one by one and port again' % text)
        elif binding in left:
            ported.look(binding.statement, '`%s`: contrib is gone, and uses of it are left' % text)
        else:
            drop_module(ported, binding)
            ported.changed(binding.statement, 'removed the import of contrib: nothing uses it '
                                              'any more')


def _imports_contrib(binding):
    module = getattr(binding.statement, 'module', None)
    return is_contrib(module + '.' + binding.alias.name if module else binding.alias.name)


def _advice(name):
    if name in _PUBLIC:
        return 'write `tf.%s`' % _PUBLIC[name]
    return next(advice for prefix, advice in _ADVICE if (name + '.').startswith(prefix + '.'))
