"""Which variables the layers keep as a constant one.

Filters or a core of one element could only scale what the other cores make. The layers keep such a
factor as an untrained 1: it has no moving averages and does not scale the weights.
"""

# The layers that have such factors, to what the names of these begin with.
_FACTORS = {'tt_conv': 'filters', 'tt_conv_full': 'filters', 'tt_conv1d_full': 'filters',
            'tt_conv_direct': 'core_'}


def is_constant_one(layer: str, name: str, size: int) -> bool:
    """Returns whether a layer keeps a variable as a constant one.

    Args:
        layer: name of the layer's function.
        name: name of the variable below the layer's scope.
        size: number of its elements.
    """
    return size == 1 and layer in _FACTORS and name.startswith(_FACTORS[layer])
