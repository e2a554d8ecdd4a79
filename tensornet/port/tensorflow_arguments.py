"""Arguments that functions of the installed TensorFlow no longer take."""

import ast
import functools
import inspect
import re

import tensorflow.compat.v1 as tf

from tensornet.port import argument_order, keras_names
from tensornet.port.bindings import canonical
from tensornet.port.tensorflow_imports import is_contrib, is_private

# Functions that take more than their signature says.
_OPEN = re.compile(r'tensorflow\.(app\.)?flags\.')
_CELL = re.compile(r'tensorflow\.(contrib\.rnn|nn\.rnn_cell)\.\w+(Cell|Wrapper)$')


def port(ported):
    """Names the calls with arguments that a function does not take.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references + ported.bindings.aliased:
        call = ported.bindings.calls.get(reference.node)
        if call is None or not reference.name.startswith('tensorflow.'):
            continue
        written = reference.written
        if _CELL.match(reference.name) and any(word.arg == 'input_size' for word in call.keywords):
            ported.look(call, f'`{written}` has no argument `input_size` since TensorFlow 1.0: '
                              'leave it out')
            continue
        parameters = _parameters(reference.name)
        if parameters is None:
            continue
        for word in call.keywords:
            if word.arg and word.arg not in parameters and not _has(parameters, 'VAR_KEYWORD'):
                takes = ', '.join(f'`{name}`' for name in parameters)
                ported.look(call, f'`{written}` has no argument `{word.arg}`: it takes {takes}')
        positional = [parameter for parameter in parameters.values()
                      if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
        if len(call.args) > len(positional) and not _has(parameters, 'VAR_POSITIONAL') and not any(
                isinstance(argument, ast.Starred) for argument in call.args):
            ported.look(call, f'`{written}` takes {len(positional)} arguments without their names, '
                              f'not {len(call.args)}')


def _has(parameters, kind):
    return any(parameter.kind is getattr(parameter, kind) for parameter in parameters.values())


@functools.lru_cache(maxsize=None)
def _parameters(name):
    """Returns the parameters of a function or class, None where they are not known."""
    if is_contrib(name) or is_private(name) or keras_names.is_part(name) or _OPEN.match(name) or (
            name in argument_order.FUNCTIONS):
        return None
    value = tf
    for piece in canonical(name).split('.')[1:]:
        if not inspect.ismodule(value):
            return None
        value = getattr(value, piece, None)
    try:
        return inspect.signature(value).parameters if callable(value) else None
    except (TypeError, ValueError):
        return None
