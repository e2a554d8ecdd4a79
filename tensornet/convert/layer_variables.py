"""The variables of a TT layer among those below its scope."""
from tensornet.convert.dense_weights import real_array
from tensornet.tt.arguments import check_list


def layer_variables(function, variables, first, prefix):
    """Returns the values of filters and cores, in order.

    Args:
        function: name of the public function, for the messages.
        variables: dict from names below the scope of a layer to arrays, as `read` returns it, of
            which all but filters and cores are left out; or a list of the arrays themselves.
        first: name of the variable before the cores, or None.
        prefix: what the names of the cores begin with, before their numbers.

    Returns:
        List of float32 or float64 arrays.

    Raises:
        ValueError, TypeError: a variable is missing, or no array of real numbers.
    """
    if not isinstance(variables, dict):
        values = check_list(function, 'variables', variables, 'arrays',
                            f'`[values[\'{prefix}_1\'], ...]`')
        return [real_array(function, f'variables[{k}]', value) for k, value in enumerate(values)]
    count = 0
    while f'{prefix}_{count + 1}' in variables:
        count += 1
    names = ([first] if first else []) + [f'{prefix}_{k}' for k in range(1, max(count, 1) + 1)]
    missing = [name for name in names if name not in variables]
    if missing:
        raise ValueError(
            f'{function}: `variables` must hold {" and ".join(missing)}, but it holds '
            f'{", ".join(sorted(map(str, variables))) or "nothing"}; pass those below the scope of '
            'a layer of this kind, such as `convert.read` returns')
    return [real_array(function, f'variables[{name!r}]', variables[name]) for name in names]
