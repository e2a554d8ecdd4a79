"""Independent references: dense tensors with a chosen spectrum, and what theory says of them."""

import numpy as np


def contract(cores):
    """Full tensor of cores `[r, n, r']`, contracted from the right with `numpy.tensordot`."""
    tensor = np.asarray(cores[-1], np.float64)
    for core in cores[-2::-1]:
        tensor = np.tensordot(np.asarray(core, np.float64), tensor, axes=([-1], [0]))
    return tensor[0, ..., 0]


def contract_matrix(cores):
    """Full matrix of cores `[r, left, right, r']`."""
    tensor = contract(cores)
    order = list(range(0, tensor.ndim, 2)) + list(range(1, tensor.ndim, 2))
    rows = int(np.prod(tensor.shape[0::2]))
    return tensor.transpose(order).reshape(rows, -1)


def relative_error(approximation, exact):
    """Relative Frobenius error, in float64."""
    exact = np.asarray(exact, np.float64)
    difference = np.asarray(approximation, np.float64).reshape(exact.shape) - exact
    return np.linalg.norm(difference) / np.linalg.norm(exact)


def tails(tensor):
    """For each bond the errors of the best unfoldings of rank 1, 2, ..., relative."""
    tensor = np.asarray(tensor, np.float64)
    result = []
    for k in range(1, tensor.ndim):
        rows = int(np.prod(tensor.shape[:k]))
        values = np.linalg.svd(tensor.reshape(rows, -1), compute_uv=False)
        energies = np.cumsum((values**2)[::-1])[::-1]
        result.append(np.sqrt(np.append(energies[1:], 0) / energies[0]))
    return result


def random_train(seed, modes, ranks, dtype=np.float64):
    """Random cores `[r, n, r']`, scaled so that the tensor is of order one."""
    random = np.random.RandomState(seed)
    return [(random.standard_normal((left, mode, right)) / np.sqrt(left)).astype(dtype)
            for left, mode, right in zip(ranks, modes, ranks[1:])]


def decaying(seed, modes, decay, dtype=np.float64):
    """Random tensor whose unfoldings have singular values that fall by about `exp(-decay)`."""
    tensor = np.random.RandomState(seed).standard_normal(modes)
    for axis, mode in enumerate(modes):
        shape = [mode if other == axis else 1 for other in range(len(modes))]
        tensor = tensor * np.exp(-decay * np.arange(mode) / mode).reshape(shape)
    return tensor.astype(dtype)


def with_spectrum(seed, rows, columns, values, dtype=np.float64):
    """Random matrix with the given singular values."""
    random = np.random.RandomState(seed)
    left = np.linalg.qr(random.standard_normal((rows, len(values))))[0]
    right = np.linalg.qr(random.standard_normal((columns, len(values))))[0]
    return ((left * values) @ right.T).astype(dtype)
