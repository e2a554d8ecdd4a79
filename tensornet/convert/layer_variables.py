"""The variables of a TT layer: those among the values below its scope, and their cores."""
import numpy as np

from tensornet.convert.dense_weights import check_finite, real_array
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
        ValueError, TypeError: a core is missing, or no array of finite real numbers.
    """
    if isinstance(cores, dict) and cores:
        values = layer_variables(function, cores, None, prefix, argument='cores')
        names = [f"cores['{prefix}_{k}']" for k in range(1, len(values) + 1)]
    else:
        cores = check_list(function, 'cores', cores, 'arrays', '`[values[\'core_1\'], ...]`')
        names = [f'cores[{k}]' for k in range(len(cores))]
        values = [real_array(function, name, core) for name, core in zip(names, cores)]
    for name, value in zip(names, values):
        check_finite(function, name, value)
    return values


def to_cores(function, variables, inp_modes, out_modes, argument='cores', filters=None):
    """Variables `[o_k * r_k, r_{k-1} * i_k]` as cores `[r_{k-1}, i_k, o_k, r_k]`.

    The shapes and modes determine the ranks.

    Args:
        function: name of the public function, for the messages.
        variables: list of d arrays.
        inp_modes, out_modes: checked lists of d modes.
        argument: name of the argument that holds the cores; 'variables' holds the filters as well.
        filters: array `[window_height, window_width, 1, r_0]` before the cores; None where there is
            none, and `r_0` is 1.

    Raises:
        ValueError: a shape does not fit the modes or its neighbour.
    """
    if len(variables) != len(inp_modes):
        raise ValueError(
            f'{function}: `{argument}` must hold one core for each of the {len(inp_modes)} modes, '
            f'but there {"is" if len(variables) == 1 else "are"} {len(variables)}; pass all cores '
            'of the layer in order')
    first = 1 if argument == 'variables' and filters is not None else 0
    names = [f'`{argument}[{k}]`' for k in range(first, first + len(variables))]
    cores = []
    for name, variable, i, o in zip(names, variables, inp_modes, out_modes):
        if variable.ndim != 2 or variable.shape[0] % o or variable.shape[1] % i:
            raise ValueError(
                f'{function}: {name} must be [o r_k, r_{{k-1}} i] with output mode o = {o} '
                f'and input mode i = {i}, but its shape is {list(variable.shape)}; pass the modes '
                f'the layer was built with')
        right, left = variable.shape[0] // o, variable.shape[1] // i
        cores.append(variable.reshape(o, right, left, i).transpose(2, 3, 0, 1))
    for fault in _faults(names, cores, filters):
        raise ValueError(f'{function}: with input modes {inp_modes} and output modes {out_modes}, '
                         f'{fault}; pass the modes the layer was built with')
    return cores


def to_variable(core):
    """Core `[r_{k-1}, i_k, o_k, r_k]` as a layer's variable `[o_k * r_k, r_{k-1} * i_k]`."""
    left, inp_mode, out_mode, right = core.shape
    return core.transpose(2, 3, 0, 1).reshape(out_mode * right, left * inp_mode)


def _faults(names, cores, filters):
    """Yields what keeps cores from making a tensor train, behind filters if there are any."""
    first, last = cores[0].shape[0], cores[-1].shape[-1]
    if filters is None and first != 1:
        yield f'{names[0]} starts with rank {first}, but must start with rank 1'
    if filters is not None and first != filters.shape[-1]:
        yield (f'{names[0]} starts with rank {first}, but `filters` ends with rank '
               f'{filters.shape[-1]}')
    for k in range(1, len(cores)):
        if cores[k].shape[0] != cores[k - 1].shape[-1]:
            yield (f'{names[k - 1]} ends with rank {cores[k - 1].shape[-1]}, but {names[k]} starts '
                   f'with rank {cores[k].shape[0]}')
    if last != 1:
        yield f'{names[-1]} ends with rank {last}, but must end with rank 1'


def _of_one_type(arrays):
    dtype = np.result_type(*arrays) if arrays else None
    return [array.astype(dtype, copy=False) for array in arrays]
