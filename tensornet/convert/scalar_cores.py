"""Cores of a single number, which the layers keep as a constant one."""
import numpy as np


def move_scalars(function, cores, constant):
    """Returns cores of the same product in which the constant ones are ones.

    Args:
        function: name of the public function, for the message.
        cores: list of arrays.
        constant: for each core whether it is to become a one; such a core has one element.

    Raises:
        ValueError: all cores are constant, so their product cannot be anything but one.
    """
    scale = 1.0
    for core, is_constant in zip(cores, constant):
        if is_constant:
            scale *= core.item()
    if all(constant):
        raise ValueError(f'{function}: `weights` is a kernel of the single number {scale}, for '
                         'which the layer has no variable but a constant one; leave it dense')
    moved = [np.ones_like(core) if is_constant else core
             for core, is_constant in zip(cores, constant)]
    taker = constant.index(False)
    moved[taker] = moved[taker] * moved[taker].dtype.type(scale)
    return moved
