"""A product with a TT-matrix and its gradients in NumPy, index by index."""

import string

import numpy as np


def random_cores(inp_modes, out_modes, ranks, random):
    """Returns a list of d arrays `[o_k * r_k, r_{k-1} * i_k]`."""
    return [random.normal(size=[o * right, left * i])
            for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]


def product_and_gradients(inp, cores, out_gradient, inp_modes, out_modes, ranks):
    """Computes `inp W` and the gradients of `sum(inp W * out_gradient)`.

    The product is linear in the input and in every core, so that a gradient is the contraction of
    all the others.

    Args:
        inp: array `[batch, prod(inp_modes)]`.
        cores: list of d arrays `[o_k * r_k, r_{k-1} * i_k]`.
        out_gradient: array `[batch, prod(out_modes)]`.
        inp_modes, out_modes, ranks: of the TT-matrix.

    Returns:
        List of the product, the gradient of the input and those of the cores.
    """
    d = len(cores)
    letters = iter(string.ascii_letters)
    batch = next(letters)
    inp_axes = [next(letters) for _ in range(d)]
    out_axes = [next(letters) for _ in range(d)]
    bonds = [next(letters) for _ in range(d + 1)]
    axes = ([batch + ''.join(inp_axes), batch + ''.join(out_axes)]
            + [o + right + left + i for o, right, left, i
               in zip(out_axes, bonds[1:], bonds[:-1], inp_axes)]
            + [bonds[0], bonds[-1]])
    tensors = [inp.reshape([-1] + list(inp_modes)), out_gradient.reshape([-1] + list(out_modes))]
    tensors += [core.reshape([o, right, left, i]) for core, o, right, left, i
                in zip(cores, out_modes, ranks[1:], ranks[:-1], inp_modes)]
    tensors += [np.ones(1), np.ones(1)]

    def contraction_without(index):
        others = [k for k in range(d + 4) if k != index]
        subscripts = ','.join(axes[k] for k in others) + '->' + axes[index]
        return np.einsum(subscripts, *[tensors[k] for k in others], optimize='greedy')

    results = [contraction_without(1).reshape(out_gradient.shape),
               contraction_without(0).reshape(inp.shape)]
    return results + [contraction_without(k + 2).reshape(core.shape)
                      for k, core in enumerate(cores)]
