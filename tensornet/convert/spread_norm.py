"""The norm of a train, spread over its cores."""
import collections
import math

import numpy as np

from tensornet.convert.scalar_cores import is_constant


def spread_norm(weights):
    """Returns a layer of the same product whose cores have about equal largest numbers.

    A decomposition leaves the norm of all the weights in one core, which float16 may not hold,
    and which optimizers treat worse. The factors are powers of two, which round nothing.

    Args:
        weights: `LayerWeights`.
    """
    names = [name for name, value in weights.variables.items()
             if not is_constant(weights.layer, name, value.size)]
    largest = [float(np.abs(weights.variables[name]).max()) for name in names]
    if not all(largest):
        return weights
    exponents = [math.frexp(value)[1] for value in largest]
    spread = collections.OrderedDict(weights.variables)
    for k, name in enumerate(names):
        goal = (sum(exponents) + k) // len(names)
        spread[name] = np.ldexp(spread[name], goal - exponents[k])
    return weights._replace(variables=spread)
