"""The variables of a TT layer among those below its scope."""
import numpy as np

from tensornet.convert.dense_weights import check_core_list, real_array
from tensornet.tt.arguments import check_list


def layer_variables(function, variables, first, prefix, argument='variables'):
    """Returns the values of filters and cores, in order.

    Args:
        function: name of the public function, for the messages.
        variables: dict from names below the scope of a layer to arrays, as `read` returns it, of
            which all but filters and cores are left out; or a list of the arrays themselves.
        first: name of the variable before the cores, or None.
        prefix: what the names of the cores begin with, before their numbers.
        argument: name of the argument `variables` in the messages.

    Returns:
        List of arrays of one type, float32 or float64.

    Raises:
        ValueError, TypeError: a variable is missing, or no array of real numbers.
    """
    if not isinstance(variables, dict):
        values = check_list(function, 'variables', variables, 'arrays',
                            f'`[values[\'{prefix}_1\'], ...]`')
        return _of_one_type([real_array(function, f'variables[{k}]', value)
                             for k, value in enumerate(values)])
    count = 0
    while f'{prefix}_{count + 1}' in variables:
        count += 1
    names = ([first] if first else []) + [f'{prefix}_{k}' for k in range(1, max(count, 1) + 1)]
    missing = [name for name in names if name not in variables]
    if missing:
        raise ValueError(
            f'{function}: `{argument}` must hold {" and ".join(missing)}, but it holds '
            f'{", ".join(sorted(map(str, variables))) or "nothing"}; pass those below the scope of '
            'a layer of this kind, such as `convert.read` returns')
    return _of_one_type([real_array(function, f'{argument}[{name!r}]', variables[name])
                         for name in names])


def core_values(function, cores, prefix):
    """Returns the cores of a layer, given as a list or among its variables, as a list of arrays.

    Args:
        function: name of the public function, for the messages.
        cores: list of arrays; or a dict from names below the scope of a layer, as `read` returns.
        prefix: what the names of the cores begin with, before their numbers.

    Raises:
        ValueError, TypeError: a core is missing, or no array of real numbers.
    """
    if isinstance(cores, dict) and cores:
        return layer_variables(function, cores, None, prefix, argument='cores')
    return check_core_list(function, cores)


def _of_one_type(arrays):
    dtype = np.result_type(*arrays) if arrays else None
    return [array.astype(dtype, copy=False) for array in arrays]
