"""Calls whose arguments had another order, or other names, in earlier TensorFlows."""

import ast

_CROSS_ENTROPIES = tuple('tensorflow.nn.%s_cross_entropy_with_logits' % kind for kind in (
    'sigmoid', 'softmax', 'sparse_softmax'))
# Function to how it is called now; it was called with the dimension first.
_DIMENSION_FIRST = {
    'tensorflow.concat': 'tf.concat(values, axis)',
    'tensorflow.split': 'tf.split(value, number, axis)',
}
_OLD_KEYWORDS = {'concat_dim', 'split_dim'}
# Arguments of `map` of a data set before TensorFlow 1.4.
_OF_MAP = {'num_threads': 'num_parallel_calls=...',
           'output_buffer_size': '.prefetch(...) behind it'}


def port(ported):
    """Names the calls; today's TensorFlow takes some of them for something else.

    Args:
        ported: PortedScript.
    """
    for node in ported.module.nodes:
        if isinstance(node, ast.Call) and getattr(node.func, 'attr', None) == 'map':
            for keyword in node.keywords:
                if keyword.arg in _OF_MAP:
                    ported.look(node, '`map` of a data set has no argument `%s` since TensorFlow '
                                      '1.4: write `%s`' % (keyword.arg, _OF_MAP[keyword.arg]))
    for reference in ported.bindings.references:
        call = ported.bindings.calls.get(reference.node)
        if call is None:
            continue
        written = '.'.join(reference.pieces)
        if reference.name in _CROSS_ENTROPIES and call.args:
            ported.look(call, '`%s`: the logits came first before TensorFlow 1.0, and the labels '
                              'do now; write `labels=..., logits=...`' % written)
        elif reference.name in _DIMENSION_FIRST and (
                _has_dimension_first(call)
                or reference.name == 'tensorflow.concat' and _has_values_second(call)):
            ported.look(call, '`%s`: the dimension came first before TensorFlow 1.0; write `%s`'
                        % (written, _DIMENSION_FIRST[reference.name]))
        elif reference.name == 'tensorflow.image.resize_images' and _has_two_sizes(call):
            ported.look(call, '`%s`: height and width are one argument since TensorFlow 1.0; '
                              'write `tf.image.resize_images(images, [height, width])`' % written)


def _has_two_sizes(call):
    if any(keyword.arg in ('new_height', 'new_width') for keyword in call.keywords):
        return True
    if len(call.args) < 3 or isinstance(call.args[1], (ast.List, ast.Tuple)):
        return False
    name = getattr(call.args[2], 'attr', None) or getattr(call.args[2], 'id', '')
    return _is_integer(call.args[1]) or bool(name) and 'method' not in ast.dump(
        call.args[2]).lower()


def _is_integer(node):
    try:
        return isinstance(ast.literal_eval(node), int)
    except ValueError:
        return False


def _has_dimension_first(call):
    if any(keyword.arg in _OLD_KEYWORDS for keyword in call.keywords):
        return True
    try:
        return bool(call.args) and isinstance(ast.literal_eval(call.args[0]), int)
    except ValueError:
        return False


def _has_values_second(call):
    return len(call.args) > 1 and isinstance(call.args[1], (ast.List, ast.ListComp, ast.Tuple))
