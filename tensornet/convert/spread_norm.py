"""The norm of a train, spread over its cores."""
import collections
import math

import numpy as np


def spread_norm(weights):
    """Returns a layer of the same product whose cores have about equal largest numbers.

    A decomposition leaves the norm of all the weights in one core, which float16 may not hold,
    and which optimizers treat worse. The factors are powers of two, which round nothing.

    Args:
        weights: `LayerWeights`.
    """
    # Filters and cores of one number are constants of these layers.
    names = [name for name, value in weights.variables.items()
             if weights.layer == 'tt' or value.size > 1]
    largest = [float(np.abs(weights.variables[name]).max()) for name in names]
    if not all(largest):
        return weights
    exponents = [math.frexp(value)[1] for value in largest]
    spread = collections.OrderedDict(weights.variables)
    for k, name in enumerate(names):
        goal = (sum(exponents) + k) // len(names)
        spread[name] = np.ldexp(spread[name], goal - exponents[k])
    return weights._replace(variables=spread)
