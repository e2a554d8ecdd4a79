"""Error messages for calls that do not fit a layer's signature."""

import difflib
import functools
import inspect
from typing import Any, Callable, TypeVar, cast

from tensornet.contraction.conv_geometry import PADDINGS
from tensornet.layers.argument_errors import ArgumentErrors, shown
from tensornet.layers.old_forms import old_positions
from tensornet.other_keywords import remedy_for

# Type checkers see the layer's own signature.
_Layer = TypeVar('_Layer', bound=Callable[..., Any])


def checked_call(layer: _Layer) -> _Layer:
    """Makes a layer raise its own message for a call that does not fit its signature.

    A decorator. Arguments that the function has not, that are missing or come twice, and those
    that stand where scripts of 2016 had them, raise TypeError with scope, argument and remedy.
    """
    signature = inspect.signature(layer)
    package = layer.__module__.rpartition('.')[0]

    @functools.wraps(layer)
    def called(*args, **kwargs):
        old = old_positions(layer.__name__, args)
        if old is not None:
            ArgumentErrors(_old_scope(args, kwargs), layer.__name__).wrong_type(*old)
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            refuse(_errors(layer, package, signature, args, kwargs), package, layer.__name__,
                   signature, args, kwargs)
            raise  # A misfit that `refuse` does not know.
        return layer(*args, **kwargs)

    return cast(_Layer, called)


def refuse(errors, module, name, signature, args, kwargs):
    """Raises TypeError for the first argument of a call that does not fit.

    Args:
        errors: `ArgumentErrors` of the call.
        module, name: where what was called is found, and its name.
        signature: its `inspect.Signature`.
        args, kwargs: the arguments.
    """
    positional, names = _names(signature)
    for keyword, value in kwargs.items():
        if keyword not in names:
            errors.wrong_type(keyword, f'left out, since `{module}.{name}` has no such argument',
                              value, _remedy(keyword, names))
        if keyword in positional[:len(args)]:
            first = args[positional.index(keyword)]
            errors.wrong_type(
                keyword, f'passed once, and it is {shown(first)} by its position', value,
                'leave one of them out')
    if len(args) > len(positional):
        errors.wrong_type(
            f'argument {len(positional) + 1}', 'passed by keyword', args[len(positional)],
            f'by position come {_quoted(positional)}')
    missing = [name for name in positional[len(args):] if name not in kwargs
               and signature.parameters[name].default is inspect.Parameter.empty]
    if missing:
        first = _quoted(positional[:positional.index(missing[-1]) + 1])
        raise TypeError(f'{errors.scope}: `{missing[0]}` must be passed to `{module}.{name}`, but '
                        f'it is missing; the arguments begin with {first}')


def _old_scope(args, kwargs):
    """Returns the scope of a call with other positions, whose only texts are that and a padding."""
    texts = (value for value in args if isinstance(value, str) and value not in PADDINGS)
    return kwargs.get('scope') or next(texts, None)


def _errors(layer, package, signature, args, kwargs):
    positional, _ = _names(signature)
    scope = kwargs.get('scope')
    if scope is None and 'scope' in positional[:len(args)]:
        scope = args[positional.index('scope')]
    return ArgumentErrors(scope, layer.__name__, f'{package}.{layer.__name__}')


def _names(signature):
    """Returns the names of the arguments that may come by position, and of all."""
    parameters = signature.parameters.values()
    return ([parameter.name for parameter in parameters
             if parameter.kind is parameter.POSITIONAL_OR_KEYWORD], list(signature.parameters))


def _remedy(keyword, names):
    remedy = remedy_for(keyword, names)
    if remedy:
        return remedy
    near = difflib.get_close_matches(keyword, names, n=1) if remedy is None else []
    return f'maybe `{near[0]}` is meant' if near else f'its arguments are {_quoted(names)}'


def _quoted(names):
    return ', '.join(f'`{name}`' for name in names)
