"""Weights of `tensornet.layers.tt_conv_direct` from a dense kernel, and back."""
import collections

from tensornet.convert.dense_weights import check_core_list, check_weights
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.scalar_cores import move_scalars
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.full import full


def tt_conv_direct_from_dense(weights, ranks=None, *, eps=None, max_rank=None, compression=None,
                              parameters=None):
    """Turns a dense kernel into the cores of the layer `tt_conv_direct`.

    The modes are window height, window width, input and output channels as they are, so there is
    nothing to pad.

    Args:
        weights: array `[window_height, window_width, in, out]`, the `filters` of `conv`.
        ranks: 5 TT-ranks, the first and the last 1; or one rank for all bonds, which the largest
            useful one of a bond limits. Larger ones in a list are filled up with zeros, with a
            warning.
        eps, max_rank, compression, parameters: other targets, as for `tt_from_dense`.

    Returns:
        `LayerWeights`. Cores of a single number are ones, which the layer does not train.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            target cannot be met.
    """
    function = 'tt_conv_direct_from_dense'
    weights = check_weights(function, 'weights', weights, ndim=4)
    modes = list(weights.shape)
    decomposition = decompose_to(function, weights, modes, weights.size,
                                 Target(ranks, eps, max_rank, compression, parameters))
    ranks = decomposition.ranks.tolist()
    # The layer makes cores of one number a constant one.
    cores = move_scalars(function, decomposition.cores,
                         [core.size == 1 for core in decomposition.cores])
    variables = collections.OrderedDict((f'core_{k}', core.reshape(len(core), -1))
                                        for k, core in enumerate(cores, start=1))
    arguments = {'window': modes[:2], 'out_ch': modes[3], 'ranks': ranks}
    return LayerWeights('tt_conv_direct', arguments, variables, ranks, decomposition.bond_errors,
                        decomposition.relative_error, modes)


def tt_conv_direct_to_dense(cores):
    """Multiplies the cores of the layer `tt_conv_direct` out to a dense kernel.

    Args:
        cores: list of 4 arrays `[r_{k-1}, m_k * r_k]`, the values of `core_1..4`.

    Returns:
        Array `[window_height, window_width, in, out]`, the `filters` of the layer `conv`.

    Raises:
        ValueError, TypeError: the cores do not fit each other.
    """
    function = 'tt_conv_direct_to_dense'
    cores = check_core_list(function, cores)
    if len(cores) != 4 or any(core.ndim != 2 for core in cores):
        raise ValueError(
            f'{function}: `cores` must be 4 matrices [r_{{k-1}}, m_k r_k], but their shapes are '
            f'{[list(core.shape) for core in cores]}; pass `core_1..4` of the layer in order')
    train = []
    for k, core in enumerate(cores):
        right = len(cores[k + 1]) if k < 3 else 1
        if core.shape[1] % right or (k == 0 and len(core) != 1):
            raise ValueError(
                f'{function}: `cores[{k}]` of shape {list(core.shape)} does not fit: the first '
                f'must have one row, and the columns of each be a multiple of the rows of the '
                f'next, here {right}; pass `core_1..4` of the layer in order')
        train.append(core.reshape(len(core), -1, right))
    return full(train)
