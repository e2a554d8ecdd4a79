"""How the magnitude of a layer's weights is spread over its filters and cores.

The layers keep filters or a core of a single element as a constant one, so these hold none of it.
The others are made about equally large.
"""

from __future__ import annotations

import collections
import math
from typing import List, Sequence

import numpy as np

from tensornet.annotations import Cores
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_weights import LayerWeights
from tensornet.tt.scaling import unscaled


def spread_norm(weights: LayerWeights) -> LayerWeights:
    """Returns the same layer with cores whose largest elements are about equal.

    A decomposition leaves the norm of all weights in one core. float16 may not hold that, and
    optimizers work worse with it. The factors are powers of two, so nothing is rounded.

    Args:
        weights: `LayerWeights`.
    """
    layer_format = format_of(weights.layer)
    names = [name for name, value in weights.variables.items()
             if not layer_format.is_constant(name, value.size)]
    largest = [float(np.abs(weights.variables[name]).max()) for name in names]
    if not all(largest):
        return weights
    exponents = [math.frexp(value)[1] for value in largest]
    spread = collections.OrderedDict(weights.variables)
    for k, name in enumerate(names):
        goal = (sum(exponents) + k) // len(names)
        spread[name] = np.ldexp(spread[name], goal - exponents[k])
    return weights._replace(variables=spread)


def move_scalars(function: str, cores: Cores, constant: Sequence[bool]) -> List[np.ndarray]:
    """Returns cores of the same product in which the constant ones are ones.

    Args:
        function: name of the public function, for the message.
        cores: list of arrays.
        constant: for each core whether it is to become a one; such a core has one element.

    Raises:
        ValueError: all cores are constant, so their product cannot be anything but one.
    """
    # A mantissa in [0.5, 1) and an exponent apart from it cannot overflow.
    scale, exponent = 1.0, 0
    for core, is_constant in zip(cores, constant):
        if is_constant:
            mantissa, shift = np.frexp(np.float64(core.item()))
            scale, exponent = scale * float(mantissa), exponent + int(shift)
    if all(constant):
        raise ValueError(f'{function}: `weights` is a single number, {np.ldexp(scale, exponent)}, '
                         'which this layer cannot hold: all its cores are the constant 1; leave it '
                         'dense')
    free = [core for core, is_constant in zip(cores, constant) if not is_constant]
    free[0] = free[0] * free[0].dtype.type(scale)
    free = iter(unscaled(function, free, 0, exponent, free[0].dtype))
    return [np.ones_like(core) if is_constant else next(free)
            for core, is_constant in zip(cores, constant)]
