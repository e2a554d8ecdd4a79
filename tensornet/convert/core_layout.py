"""Between the cores of a TT-matrix and the variables of the layers."""


def to_variable(core):
    """Core `[r_{k-1}, i_k, o_k, r_k]` as a layer's variable `[o_k * r_k, r_{k-1} * i_k]`."""
    left, inp_mode, out_mode, right = core.shape
    return core.transpose(2, 3, 0, 1).reshape(out_mode * right, left * inp_mode)


def to_table_variable(core):
    """Core `[r_{k-1}, voc_k, emb_k, r_k]` of a table as the variable of its layer,
    `[voc_k * r_k, r_{k-1} * emb_k]`.
    """
    return to_variable(core.transpose(0, 2, 1, 3))


def to_table_cores(function, variables, voc_modes, emb_modes):
    """Variables `[voc_k * r_k, r_{k-1} * emb_k]` as cores `[r_{k-1}, voc_k, emb_k, r_k]`.

    Args, Raises: as for `to_cores`. An embedding has the variables of the layer that multiplies by
    its transposed table.
    """
    return [core.transpose(0, 2, 1, 3)
            for core in to_cores(function, variables, emb_modes, voc_modes)]


def to_cores(function, variables, inp_modes, out_modes):
    """Variables `[o_k * r_k, r_{k-1} * i_k]` as cores `[r_{k-1}, i_k, o_k, r_k]`.

    The shapes and modes determine the ranks.

    Args:
        function: name of the public function, for the messages.
        variables: list of d arrays.
        inp_modes, out_modes: checked lists of d modes.

    Raises:
        ValueError: a shape does not fit the modes or its neighbour.
    """
    if len(variables) != len(inp_modes):
        raise ValueError(
            f'{function}: `cores` must be one for each of the {len(inp_modes)} modes, but there '
            f'are {len(variables)}; pass all cores of the layer in order')
    cores = []
    for k, (variable, i, o) in enumerate(zip(variables, inp_modes, out_modes)):
        if variable.ndim != 2 or variable.shape[0] % o or variable.shape[1] % i:
            raise ValueError(
                f'{function}: `cores[{k}]` must be [o r_k, r_{{k-1}} i] with output mode o = {o} '
                f'and input mode i = {i}, but its shape is {list(variable.shape)}; pass the modes '
                f'the layer was built with')
        right, left = variable.shape[0] // o, variable.shape[1] // i
        cores.append(variable.reshape(o, right, left, i).transpose(2, 3, 0, 1))
    for k in range(1, len(cores)):
        if cores[k].shape[0] != cores[k - 1].shape[-1]:
            raise ValueError(
                f'{function}: with input modes {inp_modes} and output modes {out_modes}, '
                f'`cores[{k - 1}]` ends with rank {cores[k - 1].shape[-1]}, but `cores[{k}]` '
                f'starts with rank {cores[k].shape[0]}; pass the modes the layer was built with')
    return cores
