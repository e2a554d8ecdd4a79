"""Other modes for a TT layer."""
from tensornet.convert.layer_formats import from_dense, to_dense


def change_modes(weights, inp_modes, out_modes, ranks=None, *, eps=None, max_rank=None,
                 compression=None, parameters=None, pad=False):
    """Decomposes the weights of a TT layer in other modes.

    The dense weights are made on the way. Without a target the result is exact up to rounding.

    Args:
        weights: `LayerWeights` of 'tt' or 'tt_conv', for example of `tt_from_variables`.
        inp_modes, out_modes: the new modes; there may be more or fewer of them.
        ranks, eps, max_rank, compression, parameters, pad: as for `tt_from_dense`.

    Returns:
        `LayerWeights`; `relative_error` is relative to the layer as it was.

    Raises:
        ValueError, TypeError: modes or target do not fit, or the layer is 'tt_conv_direct', whose
            modes are its sizes.
    """
    if weights.layer == 'tt_conv_direct':
        raise ValueError('change_modes: the modes of `tt_conv_direct` are the sizes of its kernel; '
                         'make a `tt_conv` of it with `tt_conv_from_dense`')
    target = {'ranks': ranks, 'eps': eps, 'max_rank': max_rank, 'compression': compression,
              'parameters': parameters}
    if all(value is None for value in target.values()):
        target['eps'] = 0.
    return from_dense(weights.layer, to_dense(weights), inp_modes, out_modes, pad, **target)
