"""The modes of a TT-matrix."""
from tensornet.tt.arguments import check_modes


def check_mode_pairs(function, inp_modes, out_modes):
    """Returns input and output modes, given with their names, as two equally long lists."""
    inp_name, inp_modes = inp_modes
    out_name, out_modes = out_modes
    inp_modes = check_modes(function, inp_name, inp_modes)
    out_modes = check_modes(function, out_name, out_modes)
    if len(inp_modes) != len(out_modes):
        raise ValueError(
            f'{function}: `{inp_name}` and `{out_name}` must be equally long, but they are '
            f'{inp_modes} and {out_modes}; fill the shorter one with ones')
    return inp_modes, out_modes
