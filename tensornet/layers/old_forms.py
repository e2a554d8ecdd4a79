"""Calls of layers as scripts of 2016 wrote them, and what is written now."""

import collections
import numbers

import numpy as np

# `index` of a positional argument; `is_old` tells by its value and those behind it whether it is
# one of 2016; on which of today's arguments it lands, and what that must be; `before` is the call
# as it was, `write` what to write now.
_Form = collections.namedtuple('_Form', 'index is_old argument expected before write')


def _is_number(value, rest=()):
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def _is_size(value, rest=()):
    return isinstance(value, (numbers.Integral, np.integer)) and _is_number(value)


def _is_size_before_window(value, rest):
    return _is_size(value) and any(isinstance(argument, (list, tuple)) for argument in rest[:1])


def _is_sizes(value, rest):
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(map(_is_number, value))


def _is_text(value, rest):
    return isinstance(value, str)


_TT = ('tt(inp, inp_modes, out_modes, mat_ranks, init, scope, use_biases)',
       '`scope=...`, `biases_initializer=None` for `use_biases=False`, and for a number `init` '
       '`cores_initializer=[tf.truncated_normal_initializer(stddev=init / (r * i)) for r, i in '
       'zip(mat_ranks, inp_modes)]`')
_FUNCTION = 'a function or None'
_POSITIONAL = {
    'tt': [_Form(4, _is_number, 'cores_initializer', _FUNCTION, *_TT),
           _Form(5, _is_text, 'cores_regularizer', _FUNCTION, *_TT)],
    'linear': [_Form(2, _is_size, 'weights_initializer', _FUNCTION,
                     'linear(inp, inp_size, out_size, init, scope, use_biases)',
                     '`linear(inp, out_size, weights_initializer=..., scope=...)`, with '
                     '`biases_initializer=None` for `use_biases=False`')],
    'conv': [_Form(2, _is_size_before_window, 'window_size', 'a list of 2 integers',
                   'conv(inp, in_ch, out_ch, window_size, strides)',
                   '`conv(inp, out_ch, window_size, strides, ...)`')],
    'batch_normalization': [
        _Form(1, _is_sizes, 'train_phase', 'a bool or a scalar bool tensor',
              'batch_normalization(inp, shape, train_phase, scope, ema_decay, eps)',
              '`batch_normalization(inp, train_phase, ema_decay, eps, scope=...)`')],
}


def old_positions(layer, arguments):
    """Tells whether a call has its arguments where they stood in 2016.

    Args:
        layer: name of the layer's function.
        arguments: the positional arguments.

    Returns:
        None, or today's argument on which something else lands, what the argument must be, what
        lands there, and what to write if it is such a call: a mistake of today may look like one.
    """
    for form in _POSITIONAL.get(layer, []):
        rest = arguments[form.index:]
        if rest and form.is_old(rest[0], rest[1:]):
            return form.argument, form.expected, rest[0], (
                f'if this is a call of 2016, `{form.before}`, write {form.write}')
    return None
