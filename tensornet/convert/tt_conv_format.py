"""Weights of `tensornet.layers.tt_conv` and `tt_conv_full` from a dense kernel, and back."""
import collections

from tensornet.convert.core_layout import to_cores, to_variable
from tensornet.convert.dense_weights import (
    check_core_list,
    check_weights,
    crop,
    pad_to_modes,
    padded_sizes,
    real_array,
)
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.mode_pairs import check_mode_pairs
from tensornet.convert.scalar_cores import move_scalars
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.arguments import product
from tensornet.tt.full import full_matrix


def tt_conv_from_dense(weights, inp_ch_modes, out_ch_modes, ranks=None, *, eps=None,
                       max_rank=None, compression=None, parameters=None, pad=False):
    """Turns a dense kernel into the filters and cores of `tt_conv`, `tt_conv_full`.

    The kernel is decomposed with the window as its first mode, of which the first core becomes
    the filters `[window_height, window_width, 1, r_0]` (arXiv 1611.03214, section 5). So `r_0` is
    of use up to the number of pixels of the window.

    Args:
        weights: array `[window_height, window_width, in, out]`, the `filters` of `conv`.
        inp_ch_modes: d positive integers, which multiply to `in`.
        out_ch_modes: d positive integers, which multiply to `out`.
        ranks: d+1 TT-ranks `r_0..r_d`, the last 1; or one rank for all bonds, which the largest
            useful one of a bond limits. Larger ones in a list are filled up with zeros, with a
            warning.
        eps, max_rank, compression, parameters: other targets, as for `tt_from_dense`.
        pad: whether the modes may multiply to more channels than `in` and `out`. Zeros fill the
            kernel up, and the layer's arguments `inp_ch` and `out_ch`, in the result's
            `arguments`, make it one of `in` and `out` channels all the same.

    Returns:
        `LayerWeights`. A 1x1 window with `r_0 = 1` gives filters of a single one, which the layer
        does not train.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            target cannot be met.
    """
    function = 'tt_conv_from_dense'
    weights = check_weights(function, 'weights', weights, ndim=4)
    inp_modes, out_modes = check_mode_pairs(function, ('inp_ch_modes', inp_ch_modes),
                                            ('out_ch_modes', out_ch_modes))
    dense_shape, dense_size = list(weights.shape), weights.size
    weights = pad_to_modes(function, weights, (('inp_ch_modes', inp_modes),
                                               ('out_ch_modes', out_modes)), pad)
    window = list(weights.shape[:2])
    modes = [window[0] * window[1]] + [i * o for i, o in zip(inp_modes, out_modes)]
    decomposition = decompose_to(function, _regrouped(weights, inp_modes, out_modes), modes,
                                 dense_size, Target(ranks, eps, max_rank, compression, parameters),
                                 first_bond=1)
    ranks = decomposition.ranks.tolist()[1:]
    # The layer makes filters of one number a constant one.
    filters, *cores = move_scalars(function, decomposition.cores, [modes[0] * ranks[0] == 1]
                                   + [False] * len(inp_modes))
    variables = collections.OrderedDict(filters=filters.reshape(window + [1, ranks[0]]))
    for k, (core, i, o) in enumerate(zip(cores, inp_modes, out_modes), start=1):
        variables[f'core_{k}'] = to_variable(core.reshape(len(core), i, o, -1))
    arguments = dict(
        {'window': window, 'inp_ch_modes': inp_modes, 'out_ch_modes': out_modes, 'ranks': ranks},
        **padded_sizes(dense_shape, (('inp_ch', inp_modes), ('out_ch', out_modes))))
    return LayerWeights('tt_conv', arguments, variables, ranks, decomposition.bond_errors,
                        decomposition.relative_error, dense_shape)


def tt_conv_to_dense(filters, cores, inp_ch_modes, out_ch_modes, shape=None):
    """Multiplies the filters and cores of `tt_conv`, `tt_conv_full` out to a dense kernel.

    Args:
        filters: array `[window_height, window_width, 1, r_0]`.
        cores: list of d arrays `[o_k * r_k, r_{k-1} * c_k]`, the values of `core_1..d`.
        inp_ch_modes: the layer's d input modes `c_k`.
        out_ch_modes: the layer's d output modes `o_k`.
        shape: `[window_height, window_width, in, out]` of a layer whose modes multiply to more
            channels. None keeps all; what is behind these sizes need not be zero.

    Returns:
        Array `[window_height, window_width, in, out]`, the `filters` of the layer `conv`.

    Raises:
        ValueError, TypeError: filters and cores do not fit each other or the modes.
    """
    function = 'tt_conv_to_dense'
    inp_modes, out_modes = check_mode_pairs(function, ('inp_ch_modes', inp_ch_modes),
                                            ('out_ch_modes', out_ch_modes))
    filters = real_array(function, 'filters', filters)
    cores = to_cores(function, check_core_list(function, cores), inp_modes, out_modes)
    if filters.ndim != 4 or filters.shape[2:] != (1, len(cores[0])):
        raise ValueError(
            f'{function}: `filters` must be [window_height, window_width, 1, {len(cores[0])}], '
            f'since the first core starts with that rank, but its shape is '
            f'{list(filters.shape)}; pass the filters and cores of one layer')
    height, width = filters.shape[:2]
    window_core = filters.reshape(1, height * width, 1, -1)
    kernel = full_matrix([window_core] + cores).reshape(height, width, -1, product(out_modes))
    return crop(function, kernel, shape)


def _regrouped(kernel, inp_modes, out_modes):
    """Kernel as a tensor [window, c_1, o_1, ..., c_d, o_d], a view."""
    d = len(inp_modes)
    tensor = kernel.reshape([-1] + inp_modes + out_modes)
    return tensor.transpose([0] + [axis for k in range(d) for axis in (1 + k, 1 + d + k)])
