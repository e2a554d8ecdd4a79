"""Data that are finite and whose squares neither overflow nor vanish."""
import numpy as np

from tensornet.tt.blocks import first_not_finite, squared_norm

_LEAST_ENERGY, _MOST_ENERGY = 1e-280, 1e300


def scale(function, name, tensor):
    """Scales a tensor of extreme magnitude by a power of two, which is exact.

    Args:
        function: name of the public function, for the message.
        name: name of its argument that holds the tensor, for the message.
        tensor: float32 or float64 array [size].

    Returns:
        tensor: the argument itself, or a scaled copy where its squares leave float64.
        exponent: the argument is `tensor * 2**exponent`.
        energy: squared Frobenius norm of the returned tensor.

    Raises:
        ValueError: an element is NaN or infinite.
    """
    energy = squared_norm(tensor)
    if _LEAST_ENERGY < energy < _MOST_ENERGY:
        return tensor, 0, energy
    position = first_not_finite(tensor)
    if position is not None:
        raise ValueError(
            f'{function}: `{name}` must be finite, but it holds {tensor[position]} at flat index '
            f'{position} in the order of the modes; remove NaN and infinity first')
    exponent = int(np.frexp(np.abs(tensor).max())[1])
    tensor = np.ldexp(tensor, -exponent)
    return tensor, exponent, squared_norm(tensor)
