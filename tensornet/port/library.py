"""This library as scripts see it: its names, its signatures, and those of the original in 2016."""

import collections
import importlib
import inspect

from tensornet.gone_names import INSTEAD

_MODULES = ('tensornet', 'tensornet.layers', 'tensornet.tt')

# Parameter names in their order; how many of them must be given; which are only keywords.
Signature = collections.namedtuple('Signature', ['positional', 'required', 'keywords'])

# Kinds of argument_kinds that a parameter takes; other parameters take all.
_LIST, _FLAG, _TEXT = ('list',), ('bool',), ('string', 'none')
_SIZE, _FUNCTION = ('number',), ('function', 'none')
_FUNCTIONS = _FUNCTION + ('list',)
KINDS = {
    'inp': ('list',), 'inp_modes': _LIST, 'out_modes': _LIST, 'mat_ranks': ('list', 'number'),
    'inp_ch_modes': _LIST, 'out_ch_modes': _LIST, 'ranks': ('list', 'number'), 'window': _LIST,
    'window_size': _LIST, 'strides': _LIST, 'padding': ('string',), 'out_ch': _SIZE,
    'out_size': ('number', 'none'), 'ema_decay': _SIZE, 'eps': _SIZE, 'use_scale': _FLAG,
    'use_shift': _FLAG, 'trainable': _FLAG, 'cpu_variables': _FLAG, 'scope': _TEXT,
    'train_phase': _FLAG, 'cores_initializer': _FUNCTIONS, 'cores_regularizer': _FUNCTIONS,
    'filters_initializer': _FUNCTION, 'filters_regularizer': _FUNCTION,
    'weights_initializer': _FUNCTION, 'weights_regularizer': _FUNCTION,
    'biases_initializer': _FUNCTION, 'biases_regularizer': _FUNCTION,
    # Only in 2016.
    'in_ch': _SIZE, 'inp_size': _SIZE, 'shape': _LIST, 'use_biases': _FLAG,
    'init': ('number', 'function'), 'init_params': ('dict', 'none'),
}

_TAIL = ['biases_initializer', 'biases_regularizer', 'trainable', 'cpu_variables', 'scope']
# The first year of the original: functions with variables of their own and, until spring, an
# `init` in place of initializers.
OF_2016 = {
    'tensornet.layers.tt': [Signature(
        ['inp', 'inp_modes', 'out_modes', 'mat_ranks', 'init', 'scope', 'use_biases',
         'init_params'], 4, [])],
    'tensornet.layers.linear': [
        Signature(['inp', 'inp_size', 'out_size', 'init', 'scope', 'use_biases'], 5, []),
        Signature(['inp', 'inp_size', 'out_size', 'weights_initializer', 'weights_regularizer']
                  + _TAIL, 3, [])],
    'tensornet.layers.conv': [Signature(
        ['inp', 'in_ch', 'out_ch', 'window_size', 'strides', 'padding', 'filters_initializer',
         'filters_regularizer'] + _TAIL, 4, [])],
    'tensornet.layers.batch_normalization': [Signature(
        ['inp', 'shape', 'train_phase', 'scope', 'ema_decay', 'eps'], 4, [])],
}


def public(module):
    """Returns the names that `from module import *` took from the original or takes from today's.

    Args:
        module: dotted name.

    Returns:
        Dictionary from a name to the full dotted name; None for modules that scripts do not
        import so.
    """
    if module not in _MODULES:
        return None
    gone = [name.rpartition('.')[2] for name in INSTEAD if name.rpartition('.')[0] == module]
    names = list(importlib.import_module(module).__all__) + gone
    return {name: module + '.' + name for name in names}


def of_today(name):
    """Returns the Signature of a function of the library, None if there is no such function."""
    function = _function(name)
    if function is None:
        return None
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
           for parameter in parameters):
        return None
    positional = [parameter for parameter in parameters
                  if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    return Signature(
        [parameter.name for parameter in positional],
        sum(parameter.default is parameter.empty for parameter in positional),
        [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY])


def _function(name):
    """The function of a full dotted name, None where it is not one of this library."""
    module, _, last = name.rpartition('.')
    if module not in _MODULES:
        return None
    value = getattr(importlib.import_module(module), last, None)
    return value if inspect.isfunction(value) else None
