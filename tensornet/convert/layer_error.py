"""The distance of two TT layers."""
import collections

import numpy as np

from tensornet.convert.layer_formats import to_dense
from tensornet.convert.live_part import live_part
from tensornet.convert.stored_weights import measured_error, widened
from tensornet.convert.train_error import train_error


def layer_error(weights, exact):
    """Relative Frobenius error of a layer that was made from another one.

    Rows and columns behind the sizes of a padded layer do not count. The dense weights are made
    only where the modes differ.

    Args:
        weights: `LayerWeights`, whose variables may be of half precision.
        exact: `LayerWeights` of the same sizes.

    Returns:
        Float; 0 where both are zero.
    """
    if weights.modes == exact.modes:
        return train_error(live_part(widened(weights).train, exact), live_part(exact.train, exact))
    wide = collections.OrderedDict((name, value.astype(np.float64))
                                   for name, value in exact.variables.items())
    return measured_error(weights, to_dense(exact._replace(variables=wide)))
