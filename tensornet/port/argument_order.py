"""Calls whose arguments stood in another order before TensorFlow 1.0."""

import ast

_CROSS_ENTROPIES = tuple('tensorflow.nn.%s_cross_entropy_with_logits' % kind for kind in (
    'sigmoid', 'softmax', 'sparse_softmax'))
# Function to how it is called now; it was called with the dimension first.
_DIMENSION_FIRST = {
    'tensorflow.concat': 'tf.concat(values, axis)',
    'tensorflow.split': 'tf.split(value, number, axis)',
}
_OLD_KEYWORDS = {'concat_dim', 'split_dim'}


def port(ported):
    """Names the calls; today's TensorFlow takes some of them for something else.

    Args:
        ported: PortedScript.
    """
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


def _has_dimension_first(call):
    if any(keyword.arg in _OLD_KEYWORDS for keyword in call.keywords):
        return True
    try:
        return bool(call.args) and isinstance(ast.literal_eval(call.args[0]), int)
    except ValueError:
        return False


def _has_values_second(call):
    return len(call.args) > 1 and isinstance(call.args[1], (ast.List, ast.ListComp, ast.Tuple))
