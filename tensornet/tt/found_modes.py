"""Modes for a layer that was given none."""
import math

from tensornet.tt.factorize import factorize

# Around this size modes give few parameters at the ranks that layers have.
_MODE = 8
# Factors up to here are taken as they are; a size with a larger one is padded instead.
_LARGEST_MODE = 16


def find_modes(inp_size, out_size, cores=None):
    """Chooses input and output modes of a TT-matrix.

    Args:
        inp_size: number of inputs or input channels.
        out_size: number of outputs or output channels.
        cores: number d of cores; None takes as many as make modes of at most 8, at least 2.

    Returns:
        inp_modes: list of d modes, ascending; their product is `inp_size`, or more where that
            does not factor well.
        out_modes: list of d modes of the outputs, descending, so that the products `i_k o_k`,
            which decide the number of parameters, are alike.
    """
    if cores is None:
        cores = max(2, math.ceil(math.log(max(inp_size, out_size), _MODE) - 1e-9))
    return _modes(inp_size, cores), _modes(out_size, cores)[::-1]


def _modes(size, cores):
    exact = factorize(size, cores, max_ratio=math.inf)
    if max(exact.modes) <= _LARGEST_MODE or cores == 1:
        return exact.modes
    return factorize(size, cores).modes
