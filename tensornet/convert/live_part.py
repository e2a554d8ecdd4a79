"""What a padded layer uses of the weights that its cores stand for."""

from __future__ import annotations

from typing import List

import numpy as np

from tensornet.convert.layer_weights import LayerWeights


def is_padded(weights: LayerWeights) -> bool:
    """Returns whether the modes of `LayerWeights` multiply to more than their sizes."""
    return list(weights.dense_shape) != weights.padded_shape


def live_part(cores: List[np.ndarray], weights: LayerWeights) -> List[np.ndarray]:
    """Returns cores of the same weights, but with zeros behind the sizes of a layer.

    The dense weights are not made. Ranks grow at most to twice what they are for each side that is
    padded.

    Args:
        cores: list of arrays `[r_{k-1}, i_k, o_k, r_k]`, as `weights.train` returns; for 'tt_conv'
            with the filters before them.
        weights: `LayerWeights` with the modes of these cores and the sizes of the layer.
    """
    if not is_padded(weights):
        return cores
    inp_modes, out_modes = weights.modes
    inp_size, out_size = weights.dense_shape[-2:]
    first = len(cores) - len(inp_modes)
    return cores[:first] + [
        np.einsum('riot,aix,boy->rabiotxy', core, inp.astype(core.dtype), out.astype(core.dtype))
        .reshape(len(core) * len(inp) * len(out), core.shape[1], core.shape[2], -1)
        for core, inp, out in zip(cores[first:], _indices_below(inp_size, inp_modes),
                                  _indices_below(out_size, out_modes))]


def _indices_below(size, modes):
    """Cores `[s_{k-1}, m_k, s_k]` whose product is 1 at the indices below a size, and 0 behind.

    A bond has two states. The first means that all digits so far are those of the last such index,
    the second that the index is below it already. Where all further digits are allowed anyway, one
    state is enough.
    """
    last, rest = [], size - 1
    for mode in modes[::-1]:
        rest, digit = divmod(rest, mode)
        last.insert(0, digit)
    free = [all(digit == mode - 1 for digit, mode in zip(last[k:], modes[k:]))
            for k in range(len(modes) + 1)]
    cores = []
    for k, (mode, digit) in enumerate(zip(modes, last)):
        if free[k]:
            cores.append(np.ones([1, mode, 1]))
            continue
        core = np.zeros([2, mode, 2])
        core[0, digit, 0] = 1
        core[0, :digit, 1] = 1
        core[1, :, 1] = 1
        if k == 0:
            core = core[:1]
        cores.append(core.sum(axis=2, keepdims=True) if free[k + 1] else core)
    return cores
