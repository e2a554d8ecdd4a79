"""The modes of a TT-matrix."""
from tensornet.tt.arguments import check_modes


def check_mode_pairs(function, inp_modes, out_modes):
    """Returns input and output modes, given with their names, as two lists of the same length."""
    inp_name, inp_modes = inp_modes
    out_name, out_modes = out_modes
    inp_modes = check_modes(function, inp_name, inp_modes)
    out_modes = check_modes(function, out_name, out_modes)
    if len(inp_modes) != len(out_modes):
        raise ValueError(
            f'{function}: `{inp_name}` and `{out_name}` must have the same length, but they '
            f'are {inp_modes} and {out_modes}; pad the shorter one with ones')
    return inp_modes, out_modes
