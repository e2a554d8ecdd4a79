"""Names by which scripts select variables and operations, and which the library no longer gives."""

import ast
import re

from tensornet.port.argument_kinds import string

_WHERE = '`tensornet.layers.moving_statistics` gives them'
# What a string holds, and what is said about it.
_NAMES = [
    (re.compile(r'ExponentialMovingAverage'),
     'finds only averages that the script makes itself: the moving statistics of '
     '`batch_normalization` are `<scope>/moving_mean` and `<scope>/moving_variance`; ' + _WHERE),
    (re.compile(r'moments(_\d+)?[/\\]|/moments|Squeeze(_1)?[/:]|/biased\b'),
     'was a name in the moving statistics of `batch_normalization`, which are '
     '`<scope>/moving_mean` and `<scope>/moving_variance` now; ' + _WHERE),
    (re.compile(r'weigths'),
     'was the name of the scale of `batch_normalization` in 2016, which is `<scope>/weights` now'),
]


def port(ported):
    """Reports strings that look for variables by names the library no longer gives.

    Args:
        ported: PortedScript.
    """
    documentation = _documentation(ported.tree)
    for node in ported.module.nodes:
        value = string(node)
        if value is None or id(node) in documentation or _is_name_given(ported, node):
            continue
        for pattern, said in _NAMES:
            if pattern.search(value):
                ported.look(node, f'`{value!r}` {said}')
                break


def _documentation(tree):
    """Returns the ids of the strings that are statements of their own."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _is_name_given(ported, node):
    """Whether a string names something that the script makes, as in `name='moments/a'`."""
    parent = ported.parent(node)
    return isinstance(parent, ast.keyword) and parent.arg in ('name', 'scope')
