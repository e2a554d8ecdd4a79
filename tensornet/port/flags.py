"""Flags whose names libraries have taken since, such as `log_dir`."""

import tensorflow.compat.v1 as tf

from tensornet.port.argument_kinds import string

_DEFINE = ('tensorflow.app.flags.DEFINE_', 'tensorflow.flags.DEFINE_', 'absl.flags.DEFINE_')


def port(ported):
    """Lets the script's definition of a flag replace one that TensorFlow brings along.

    absl, which holds the flags since TensorFlow 1.5, defines `log_dir` and others itself and
    raises DuplicateFlagError at a second definition.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        if not reference.name.startswith(_DEFINE):
            continue
        call = ported.bindings.calls.get(reference.node)
        if call is None or _name(call) not in set(tf.app.flags.FLAGS):
            continue
        if any(keyword.arg in ('allow_override', None) for keyword in call.keywords):
            continue
        if type(tf.app.flags.FLAGS[_name(call)]).__module__ == 'absl.logging':
            # The logging of absl calls methods of these that no other flag has.
            ported.look(reference.node, f'the flag `{_name(call)}` sets what TensorFlow logs and '
                                        'cannot be replaced: give it another name')
            continue
        _allow_override(ported, reference, _name(call))


def _allow_override(ported, reference, name):
    reason = f'TensorFlow has a flag `{name}` already'
    span = ported.call_span(reference.node, reference.pieces)
    if span is None:
        ported.look(reference.node, f'{reason}; add the argument `allow_override=True`')
        return
    last = span.arguments[-1][1]
    ported.edits.replace(last, last, ', allow_override=True')
    ported.changed(reference.node, f'added `allow_override=True`: {reason}')


def _name(call):
    """Returns the name of the flag that a call defines, None where it is not written there."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in ('name', 'flag_name')]
    arguments = call.args[:1] + named
    return string(arguments[0]) if arguments else None
