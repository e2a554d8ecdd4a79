"""Calls that do not fit the signature of a layer raise what its wrong arguments raise."""

import difflib
import functools
import inspect

from tensornet.layers.argument_errors import ArgumentErrors
from tensornet.layers.old_forms import keyword_remedy, old_positions


def checked_call(layer):
    """Lets a layer's function answer calls that it cannot take with a message of its own.

    A decorator. Arguments that the function has not, that are missing or come twice, and those
    that stand where scripts of 2016 had them, raise TypeError with scope, argument and remedy.
    """
    signature = inspect.signature(layer)
    package = layer.__module__.rpartition('.')[0]

    @functools.wraps(layer)
    def called(*args, **kwargs):
        old = old_positions(layer.__name__, args)
        if old is not None:
            scope = next((value for value in args if isinstance(value, str)), kwargs.get('scope'))
            ArgumentErrors(scope, layer.__name__).wrong_type(*old)
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            refuse(_errors(layer, package, signature, args, kwargs), package, layer.__name__,
                   signature, args, kwargs)
            raise  # A misfit that `refuse` does not know.
        return layer(*args, **kwargs)

    return called


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
            errors.wrong_type(keyword, 'left out, since `%s.%s` has no such argument'
                              % (module, name), value, _remedy(name, keyword, names))
        if keyword in positional[:len(args)]:
            errors.wrong_type(keyword, 'passed once, and it is %r by its position'
                              % (args[positional.index(keyword)],), value, 'leave one of them out')
    if len(args) > len(positional):
        errors.wrong_type(
            'argument %d' % (len(positional) + 1), 'passed by keyword', args[len(positional)],
            'by position come %s' % ', '.join('`%s`' % name for name in positional))
    missing = [name for name in positional[len(args):] if name not in kwargs
               and signature.parameters[name].default is inspect.Parameter.empty]
    if missing:
        raise TypeError('%s: `%s` must be passed to `%s.%s`, but it is missing; the arguments '
                        'begin with %s' % (
                            errors.scope, missing[0], module, name,
                            ', '.join('`%s`' % name for name in positional[:positional.index(
                                missing[-1]) + 1])))


def _errors(layer, package, signature, args, kwargs):
    positional, _ = _names(signature)
    scope = kwargs.get('scope')
    if scope is None and 'scope' in positional[:len(args)]:
        scope = args[positional.index('scope')]
    return ArgumentErrors(scope, layer.__name__, '%s.%s' % (package, layer.__name__))


def _names(signature):
    """Returns the names of the arguments that may come by position, and of all."""
    parameters = signature.parameters.values()
    return ([parameter.name for parameter in parameters
             if parameter.kind is parameter.POSITIONAL_OR_KEYWORD], list(signature.parameters))


def _remedy(layer, keyword, names):
    known = keyword_remedy(layer, keyword)
    if known:
        return known
    near = difflib.get_close_matches(keyword, names, n=1)
    return 'maybe `%s` is meant' % near[0] if near else 'its arguments are %s' % ', '.join(
        '`%s`' % name for name in names)
