"""A TT-matrix around one of its cores: the products on both sides, and gradients."""
import numpy as np


def multiplied(cores):
    """The matrix [prod(left), prod(right)] of cores `[r_{k-1}, left_k, right_k, r_k]`."""
    return left_part(cores)[:, :, 0]


def core_gradients(cores, gradient):
    """Gradients of the cores of a function of their matrix.

    Takes about `2 rows columns r` multiply-adds for each core.

    Args:
        cores: list of d float64 arrays `[r_{k-1}, left_k, right_k, r_k]`.
        gradient: that of the matrix, [prod(left), columns]; further columns have none.

    Returns:
        List of d arrays like the cores.
    """
    gradients = []
    for k, core in enumerate(cores):
        rank, rows, columns, next_rank = core.shape
        gradients.append(projected(
            left_part(cores[:k]), right_part(cores[k + 1:]), gradient, rows, columns).reshape(
                rank, rows, next_rank, columns).transpose(0, 1, 3, 2))
    return gradients


def left_part(cores):
    """Product of the cores left of a bond, [rows, columns, rank]."""
    part = np.ones([1, 1, 1])
    for core in cores:
        rank, left, right, next_rank = core.shape
        part = (part.reshape(-1, rank) @ core.reshape(rank, -1)).reshape(
            part.shape[:2] + (left, right, next_rank)).transpose(0, 2, 1, 3, 4)
        part = part.reshape(part.shape[0] * left, -1, next_rank)
    return part


def right_part(cores):
    """Product of the cores right of a bond, [rank, rows, columns]."""
    part = np.ones([1, 1, 1])
    for core in reversed(cores):
        rank, left, right, next_rank = core.shape
        part = (core.reshape(-1, next_rank) @ part.reshape(next_rank, -1)).reshape(
            (rank, left, right) + part.shape[1:]).transpose(0, 1, 3, 2, 4)
        part = part.reshape(rank, left * part.shape[2], -1)
    return part


def projected(left, right, image, rows, columns):
    """Inner products of a matrix with what each element of a core adds to the tensor train.

    Args:
        left: what `left_part` returns of the cores before it.
        right: what `right_part` returns of the cores behind it.
        image: array [prod(left), counting columns]; further columns are zeros.
        rows, columns: of the core.

    Returns:
        Array [left rank * rows * right rank, columns].
    """
    missing = left.shape[1] * columns * right.shape[2] - image.shape[1]
    if missing:
        image = np.pad(image, ((0, 0), (0, missing)), 'constant')
    image = image.reshape(len(left), rows, right.shape[1], left.shape[1], columns, right.shape[2])
    # [left rank, rows, right rows, columns, right columns] and then the right rank for the latter.
    partial = np.tensordot(left, image, ((0, 1), (0, 3)))
    partial = np.tensordot(partial, right, ((2, 4), (1, 2)))
    return partial.transpose(0, 1, 3, 2).reshape(-1, columns)
