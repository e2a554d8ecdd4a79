"""Calls whose arguments had another order, form or names in earlier TensorFlows."""

import ast

from tensornet.port.argument_kinds import literal, string

_CROSS_ENTROPIES = tuple(f'tensorflow.nn.{kind}_cross_entropy_with_logits' for kind in (
    'sigmoid', 'softmax', 'sparse_softmax'))
# Function to how it is called now; it was called with the dimension first.
_DIMENSION_FIRST = {
    'tensorflow.concat': 'tf.concat(values, axis)',
    'tensorflow.split': 'tf.split(value, number, axis)',
}
_OLD_KEYWORDS = {'concat_dim', 'split_dim'}
# They took `(weights, biases, inputs, labels)`; the two last have changed places.
_SAMPLED_LOSSES = ('tensorflow.nn.nce_loss', 'tensorflow.nn.sampled_softmax_loss')
# Functions of which this rule says what to write.
FUNCTIONS = set(_DIMENSION_FIRST) | set(_CROSS_ENTROPIES) | {
    'tensorflow.image.resize_images', 'tensorflow.reverse'}
# Arguments of `map` of a data set before TensorFlow 1.4.
_OF_MAP = {'num_threads': 'num_parallel_calls=...',
           'output_buffer_size': '.prefetch(...) behind it'}


def port(ported):
    """Names the calls; today's TensorFlow takes some of them for something else.

    Only `tf.reverse(x, [True, False])` is written anew, where the list is there to be read.

    Args:
        ported: PortedScript.
    """
    for node in ported.module.nodes:
        if isinstance(node, ast.Call) and getattr(node.func, 'attr', None) == 'map':
            for keyword in node.keywords:
                if keyword.arg in _OF_MAP:
                    ported.look(node, f'`map` of a data set has no argument `{keyword.arg}` since '
                                      f'TensorFlow 1.4: write `{_OF_MAP[keyword.arg]}`')
    for reference in ported.bindings.references:
        call = ported.bindings.calls.get(reference.node)
        if call is None:
            continue
        written = reference.written
        if reference.name in _CROSS_ENTROPIES and call.args:
            ported.look(call, f'`{written}`: the logits came first before TensorFlow 1.0, and the '
                              'labels do now; write `labels=..., logits=...`')
        elif reference.name in _DIMENSION_FIRST and (
                _has_dimension_first(call)
                or reference.name == 'tensorflow.concat' and _has_values_second(call)):
            ported.look(call, f'`{written}`: the dimension came first before TensorFlow 1.0; write '
                              f'`{_DIMENSION_FIRST[reference.name]}`')
        elif reference.name in _SAMPLED_LOSSES and len(call.args) > 3 and (
                'label' in ast.dump(call.args[3]).lower()):
            ported.look(call, f'`{written}`: the labels come before the inputs since TensorFlow '
                              '1.0; write `labels=..., inputs=...`')
        elif reference.name == 'tensorflow.name_scope' and _has_values_for_a_name(call):
            ported.look(call, f'`{written}`: the second argument is a name since TensorFlow '
                              '1.13; write `values=...`')
        elif reference.name == 'tensorflow.reverse':
            _port_reverse(ported, reference, call)
        elif reference.name == 'tensorflow.image.resize_images' and _has_two_sizes(call):
            ported.look(call, f'`{written}`: height and width are one argument since TensorFlow '
                              '1.0; write `tf.image.resize_images(images, [height, width])`')


def _has_values_for_a_name(call):
    """Whether the second argument is a list, or a variable behind a name that needs no default."""
    if len(call.args) != 2 or isinstance(call.args[1], ast.Starred):
        return False
    if isinstance(call.args[1], (ast.List, ast.Tuple)):
        return True
    return string(call.args[0]) is not None and isinstance(call.args[1], ast.Name)


def _port_reverse(ported, reference, call):
    """A list of bools chose the dimensions; now a list of indices does."""
    named = [keyword for keyword in call.keywords if keyword.arg == 'dims']
    flags = named[0].value if named else call.args[1] if len(call.args) > 1 else None
    if flags is None or not named and not any(
            getattr(node, 'value', None) in (True, False)
            and isinstance(getattr(node, 'value', None), bool) for node in ast.walk(flags)):
        return
    span, axes = ported.call_span(reference.node, reference.pieces), _axes(flags)
    if not axes or span is None or any(isinstance(part, ast.Starred) for part in call.args):
        ported.look(call, f"`{reference.written}`: it took a bool for each dimension "
                          'before TensorFlow 1.0; write `tf.reverse(x, [...])` with the indices '
                          'of the dimensions')
        return
    position = len(call.args) + call.keywords.index(named[0]) if named else 1
    start, stop = span.arguments[position]
    old, new = ported.spans.text[start:stop], ('axis=' if named else '') + str(axes)
    ported.edits.replace(start, stop, new)
    ported.changed(call, f"`{old}` of `{reference.written}` -> `{new}`")


def _axes(flags):
    """Returns the numbers of the dimensions that are true, None where they cannot be read."""
    values = literal(flags)
    if not isinstance(values, (list, tuple)) or not all(
            isinstance(value, bool) for value in values):
        return None
    return [axis for axis, value in enumerate(values) if value]


def _has_two_sizes(call):
    if any(keyword.arg in ('new_height', 'new_width') for keyword in call.keywords):
        return True
    if len(call.args) < 3 or isinstance(call.args[1], (ast.List, ast.Tuple)):
        return False
    name = getattr(call.args[2], 'attr', None) or getattr(call.args[2], 'id', '')
    return isinstance(literal(call.args[1]), int) or bool(name) and 'method' not in ast.dump(
        call.args[2]).lower()


def _has_dimension_first(call):
    return any(keyword.arg in _OLD_KEYWORDS for keyword in call.keywords) or (
        bool(call.args) and isinstance(literal(call.args[0]), int))


def _has_values_second(call):
    return len(call.args) > 1 and isinstance(call.args[1], (ast.List, ast.ListComp, ast.Tuple))
