"""Reading and setting the variables of a layer in a session."""

from __future__ import annotations

import difflib
from typing import Any

import tensorflow.compat.v1 as tf

from tensornet.annotations import Arrays
from tensornet.checkpoints.graph_variables import check_session, set_values, whole_variables
from tensornet.convert.layer_weights import LayerWeights
from tensornet.number_types import rounded
from tensornet.tt.arguments import as_array, shown


def assign(session: tf.Session, scope: str, weights: Any) -> None:
    """Sets variables below a scope of a built graph.

    Nothing is added to the graph, not even the values, so it may be finalized. A partitioned
    variable is set as a whole, by its name.

    Args:
        session: a `tf.Session` on the graph.
        scope: full name of the layer's variable scope, for example 'inference/fc_1'.
        weights: a `LayerWeights`, or a dict from names below the scope to arrays, for example
            `{'weights': dense}`.

    Raises:
        ValueError, TypeError: a variable is missing, or its shape or type does not fit the value,
            or a value is no array. No variable has been set then. Real values are rounded to
            floating-point types.
    """
    check_session('assign', 'session', session)
    values = weights.variables if isinstance(weights, LayerWeights) else weights
    if not isinstance(values, dict):
        raise TypeError(
            f'assign: `weights` must be a `LayerWeights`, or a dict from names below the scope to '
            f'arrays, but it is {shown(values)}; pass for example {{\'weights\': dense}}')
    variables = _below('assign', session.graph, scope)
    fitting = {}
    for name, value in values.items():
        if name not in variables:
            raise ValueError(_missing('assign', session.graph, scope, name, variables))
        variable, value = variables[name], as_array('assign', f'weights[{name!r}]', value)
        if variable.shape != list(value.shape):
            raise ValueError(
                f'assign: the variable {scope}/{name} has shape {variable.shape}, but '
                f'the value has {list(value.shape)}; build the layer with the modes and ranks of '
                'the conversion, or convert with `ranks` of the layer')
        dtype = variable.dtype
        fitting[name] = rounded(value, dtype.as_numpy_dtype)
        if fitting[name] is None:
            raise ValueError(
                f'assign: the variable {scope}/{name} is {dtype.name}, which does not hold the '
                f'{value.dtype.name} value; build the layer in a floating-point type that does')
    set_values(session, variables, fitting)


def read(session: tf.Session, scope: str) -> Arrays:
    """Returns the values of the variables below a scope.

    Args:
        session: a `tf.Session`.
        scope: full name of the layer's variable scope.

    Returns:
        Dict from names below the scope, such as 'mat_core_1', to arrays. The parts of a partitioned
        variable are joined.

    Raises:
        ValueError, TypeError: there is no variable below the scope, or an argument is wrong.
    """
    check_session('read', 'session', session)
    variables = _below('read', session.graph, scope)
    if not variables:
        raise ValueError(_missing('read', session.graph, scope, None, variables))
    values = session.run({name: variable.parts for name, variable in variables.items()})
    return {name: variable.joined(values[name]) for name, variable in variables.items()}


def _below(function, graph, scope):
    """`Whole` variables of a graph below a scope, by their names below it."""
    if not isinstance(scope, str):
        raise TypeError(f'{function}: `scope` must be the full name of a scope, but it is '
                        f'{shown(scope)}; pass for example \'inference/fc_1\'')
    prefix = scope.rstrip('/') + '/'
    return {name[len(prefix):]: variable for name, variable in _variables(graph).items()
            if name.startswith(prefix)}


def _variables(graph):
    return whole_variables(graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES))


def _missing(function, graph, scope, name, variables):
    if variables:
        return (f'{function}: there is no variable {name} below {scope}, only '
                f'{", ".join(sorted(variables))}; build the layer that the weights are for')
    scopes = sorted({name.rpartition('/')[0] for name in _variables(graph)} - {''})
    near = difflib.get_close_matches(scope, scopes, cutoff=0.4) or scopes[:5]
    return (f'{function}: there is no variable below the scope {scope!r}; pass the full name of a '
            f'scope, such as {", ".join(near) or "none: the graph has no scopes with variables"}')
