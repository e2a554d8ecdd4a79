"""Powers of two that bring elements of extreme magnitude to where squares and products exist.

Multiplying by a power of two is exact, so ranks and errors are those of data of ordinary size. A
scaled tensor or tensor train is kept together with its exponent, a Python integer of any size.
"""
import numpy as np

from tensornet.tt.blocks import first_not_finite, squared_norm

# Squared norms between which squares of all that matters, down to a rounding error of the smallest
# singular values, are ordinary numbers of the dtype.
_ORDINARY = {'float32': (1e-20, 1e20), 'float64': (1e-200, 1e200)}


def scale(function, name, tensor):
    """Scales a tensor of extreme magnitude by a power of two.

    Args:
        function: name of the public function, for the message.
        name: name of its argument that holds the tensor, for the message.
        tensor: float32 or float64 array [size].

    Returns:
        tensor: the argument itself, or a scaled copy where its squares leave its dtype.
        exponent: the argument is `tensor * 2**exponent`.
        energy: squared Frobenius norm of the returned tensor.

    Raises:
        ValueError: an element is NaN or infinite.
    """
    least, most = _ORDINARY[tensor.dtype.name]
    energy = squared_norm(tensor)
    if least < energy < most:
        return tensor, 0, energy
    position = first_not_finite(tensor)
    if position is not None:
        raise ValueError(
            f'{function}: `{name}` must be finite, but it holds {tensor[position]} at flat index '
            f'{position} in the order of the modes; remove NaN and infinity first')
    tensor, exponent = normalized(tensor)
    return tensor, exponent, squared_norm(tensor)


def normalized(array):
    """The array divided by the power of two above its largest magnitude, and its exponent."""
    exponent = magnitude(array)
    return np.ldexp(array, -exponent), exponent


def magnitude(array):
    """Exponent of the least power of two above all magnitudes; 0 for zeros."""
    return int(np.frexp(np.abs(array).max())[1])


def is_ordinary(cores):
    """Whether no product of neighbouring cores, of whatever length, leaves their dtype."""
    limit = np.finfo(cores[0].dtype).maxexp // 4
    total, extent = 0, 0
    for core in cores:
        # Elements of a product are sums over the rank.
        size = magnitude(core)
        total += size
        extent = max(extent, abs(total), abs(size))
    return extent <= limit


def balance(cores):
    """Scales a tensor train so that its partial products neither overflow nor vanish.

    Each index of a bond is scaled by the largest product of elements that leads to it from the
    left, in powers of two. What is large in one core and small in a later one meets, whatever lies
    between. Elements that vanish then belong to products that vanish beside the largest one.

    Args:
        cores: list of finite cores `[r_{k-1}, n_k, r_k]`.

    Returns:
        cores: new list of cores with elements below 1.
        exponent: the tensor train is that of the new cores times `2**exponent`.
    """
    reach, balanced = np.zeros(1), []
    for core, is_used in zip(cores, _used_indices(cores)):
        with np.errstate(invalid='ignore'):
            sizes = reach[:, np.newaxis] + _magnitudes(core)
            following = np.where(is_used, sizes.max(axis=0), -np.inf)
            shifts = reach[:, np.newaxis] - following
        # An index that is zero on either side is zero in the product.
        alive = np.isfinite(shifts)
        shifts = np.where(alive, shifts, 0).astype(int)
        balanced.append(np.ldexp(core * alive[:, np.newaxis], shifts[:, np.newaxis]))
        reach = following
    return balanced, int(reach[0]) if np.isfinite(reach[0]) else 0


def _used_indices(cores):
    """For each core, which indices of the bond to its right lead to an element that is not zero."""
    used = [np.ones(1, bool)]
    for core in cores[:0:-1]:
        used.append((core[:, :, used[-1]] != 0).any(axis=(1, 2)))
    return used[::-1]


def _magnitudes(core):
    """`magnitude` for each pair of bond indices, as float; -infinity for zeros."""
    largest = np.abs(core).max(axis=1)
    return np.where(largest > 0, np.frexp(largest)[1].astype(np.float64), -np.inf)


def unscaled(function, cores, carrier, exponent, dtype):
    """Multiplies a tensor train by a power of two, within the range of a dtype.

    The carrier takes all of it where it can; where it would overflow or lose digits, the
    magnitudes of all cores are made alike.

    Args:
        function: name of the public function, for the message.
        cores: list of cores.
        carrier: index of the core that the magnitude of the tensor is to be in.
        exponent: the factor is `2**exponent`.
        dtype: float32 or float64, of the returned cores.

    Returns:
        List of cores.

    Raises:
        ValueError: the cores cannot be written in `dtype`.
    """
    dtype, limits = np.dtype(dtype), np.finfo(dtype)
    sizes = [magnitude(core) for core in cores]
    shifts = [0] * len(cores)
    shifts[carrier] = exponent
    alive = all(core.any() for core in cores)
    lowest = limits.minexp + limits.nmant
    if alive and not all(lowest <= size + shift < limits.maxexp
                         for size, shift in zip(sizes, shifts)):
        common, rest = divmod(exponent + sum(sizes), len(cores))
        shifts = [common + (k < rest) - size for k, size in enumerate(sizes)]
    # Zeros stay zeros, whatever the other cores are.
    scaled = [np.ldexp(core, shift if alive else 0) for core, shift in zip(cores, shifts)]
    with np.errstate(over='ignore', under='ignore'):
        result = [core.astype(dtype, copy=False) for core in scaled]
    sizes = [magnitude(core) for core in scaled]
    if not all(limits.minexp < size < limits.maxexp or (new == core).all()
               for size, core, new in zip(sizes, scaled, result)):
        raise ValueError(
            f'{function}: the tensor must be of a magnitude that its cores can have in '
            f'{dtype.name}, but they would have elements of about 2^{max(sizes)}; scale it first')
    return result
