"""Other modes for a TT layer."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Optional

from tensornet.annotations import Modes, Ranks
from tensornet.convert.layer_formats import from_dense, to_dense
from tensornet.convert.live_part import is_padded
from tensornet.convert.stored_weights import measured_error
from tensornet.convert.target import GrowthWarning, Target, warn_of_growth

if TYPE_CHECKING:
    from tensornet.convert.layer_weights import LayerWeights


def change_modes(weights: LayerWeights, inp_modes: Modes, out_modes: Modes,
                 ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                 max_rank: Optional[int] = None, compression: Optional[float] = None,
                 parameters: Optional[int] = None, pad: bool = False) -> LayerWeights:
    """Decomposes the weights of a TT layer in other modes.

    The dense weights are made on the way. Without a target the result is exact up to rounding.

    Args:
        weights: `LayerWeights` of 'tt', 'tt_embedding' or 'tt_conv', for example of
            `tt_from_variables`.
        inp_modes, out_modes: the new modes; there may be more or fewer of them.
        ranks, eps, max_rank, compression, parameters, pad: as for `tt_from_dense`.

    Returns:
        `LayerWeights` of the same sizes; `relative_error` is relative to the layer as it was.

    Raises:
        ValueError, TypeError: modes or target do not fit, or the layer is 'tt_conv_direct', whose
            modes are its sizes.
    """
    if weights.layer == 'tt_conv_direct':
        raise ValueError('change_modes: the modes of `tt_conv_direct` are the sizes of its kernel; '
                         'make a `tt_conv` of it with `tt_conv_from_dense`')
    target = Target(ranks, eps, max_rank, compression, parameters)
    if not any(value is not None for value in target):
        target = target._replace(eps=0.)
    dense = to_dense(weights)
    with warnings.catch_warnings():
        # The weights were not dense before.
        warnings.simplefilter('ignore', GrowthWarning)
        changed = from_dense(weights.layer, dense, inp_modes, out_modes, pad, **target._asdict())
    if changed.parameters > weights.parameters:
        warn_of_growth('change_modes', target.eps, changed.parameters,
                       f'the layer has {weights.parameters}; leave it as it is')
    if not is_padded(changed):
        return changed
    return changed._replace(relative_error=measured_error(changed, dense))
