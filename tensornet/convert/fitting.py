"""Fitting a converted layer to its inputs, so that its outputs are near those of the dense one."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.dense_weights import check_weights, real_array
from tensornet.convert.input_rows import InputRows, input_moments
from tensornet.convert.layer_error import measured_error
from tensornet.convert.layer_formats import from_matrix_cores, to_matrix, to_matrix_cores
from tensornet.convert.layer_outputs import LayerOutputs, descend, ratio
from tensornet.convert.layer_weights import LayerWeights, check_layer_weights
from tensornet.convert.stored_weights import in_type, widened
from tensornet.number_types import rounded
from tensornet.tt.arguments import as_array, check_integer, check_nonnegative, shown
from tensornet.tt.core_environments import multiplied
from tensornet.tt.cores import check_finite_cores, fill_ranks
from tensornet.tt.orthogonalization import orthogonalize
from tensornet.tt.scaling import unscaled
from tensornet.tt.weighted_fit import Problem, sweep_cores
from tensornet.wording import without_effect

# A sweep that lowers the squared error by less than this part of it is the last one.
_LEAST_GAIN = 1e-3
# Those that are not given.
_REGULARIZATION, _STEPS = 1e-3, 400


class FittedLayer(NamedTuple):
    """A layer that was fitted to inputs.

    Attributes:
        weights: `LayerWeights` of the kind, the modes, the ranks and the type of the given ones.
        biases: array `[out]` that belongs to them, of the type of the given one if that is a
            floating-point type, or None where none were given.
        error_before: root mean square of the difference between the outputs with the given weights
            and those of the dense layer, relative to the latter.
        error_after: the same with the new weights and biases, rounded to their types. It is not
            larger.
    """

    weights: LayerWeights
    biases: Optional[np.ndarray]
    error_before: float
    error_after: float


def fit_to_inputs(weights: LayerWeights, dense: ArrayLike, inputs: Any,
                  biases: Optional[ArrayLike] = None, *, activation: Optional[str] = None,
                  following: Any = None, strides: Sequence[int] = (1, 1), padding: str = 'SAME',
                  dilations: Sequence[int] = (1, 1), regularization: float = _REGULARIZATION,
                  sweeps: int = 10, steps: Optional[int] = None) -> FittedLayer:
    """Changes the cores of a converted layer so that its outputs are near those of the dense one.

        weights = convert.tt_from_dense(dense, [4, 8, 8, 4], [4, 8, 8, 4], ranks=12)
        fitted = convert.fit_to_inputs(weights, dense, inputs, biases, activation='relu',
                                       following=next_dense)

    A TT-SVD treats all directions of the inputs alike, but real inputs lie mostly in a few of them.
    So first the cores are swept: one after another is set to what minimizes the mean squared
    difference of the linear outputs. Of the inputs only the second moment is needed for that. The
    result is the better of the swept and the given cores.

    With `activation` or `following` steps of Adam then start from this result. They minimize the
    difference that counts in this case: that of the outputs of the ReLU, or of the outputs of the
    next layer.

    All is computed in float64, and the result is the same each time. Let `rows` be the number of
    inputs of the layer, for a convolution of a patch, `height * width * in`. The memory beside the
    weights is five arrays `[rows, rows]` (42 MB for 1024 rows, 2.7 GB for 8192), a few
    `[rows, out]`, and some of 64 MB, or of one example where that is larger. It does not depend on
    the number of examples. A sweep takes about `8 d rows^2 out` multiply-adds, a step
    `1500 rows out`.

    Args:
        weights: `LayerWeights` to begin with, such as `tt_from_dense` returns.
        dense: array `[in, out]` or `[window_height, window_width, in, out]`, the weights that they
            were made from.
        inputs: inputs of the layer: an array `[n, in]`, or for a convolution images
            `[n, height, width, in]`; or an iterable of such batches. Arrays may be memory-mapped.
            There should be more examples than the layer has inputs. The inputs are read once, but
            several times with `activation` or `following`, which therefore take no iterator. Each
            batch of an iterable then makes a step, so its examples should be mixed.
        biases: array `[out]` of the dense layer, which is changed with the cores; None for a layer
            without biases.
        activation: 'relu' if that comes next, or None.
        following: array `[out, next]`, the weights of a dense layer that comes next, or None.
        strides: vertical and horizontal stride of a convolution.
        padding: 'SAME' or 'VALID', of a convolution.
        dilations: vertical and horizontal dilation of a convolution.
        regularization: weight that each direction of the inputs gets in the sweeps besides its own,
            relative to the mean weight. With 0 nothing holds the weights in directions in which
            there are no inputs.
        sweeps: largest number of sweeps over the cores, each from one end to the other and back.
        steps: number of steps of Adam, with `activation` or `following`; None makes 400.

    Returns:
        `FittedLayer`. The `relative_error` of its weights is about the weights, not the outputs,
        and may be larger than before.

    Raises:
        ValueError, TypeError: an argument is wrong or has no effect; the arrays do not fit each
            other, or hold NaN or infinity; the inputs are none, or all zero; or the type of the
            weights or of the biases does not hold the new ones.
    """
    function = 'fit_to_inputs'
    dense, biases = _check_layer(function, weights, dense, biases)
    if activation is not None and not (isinstance(activation, str) and activation == 'relu'):
        raise ValueError(f"{function}: `activation` must be None or 'relu', but it is "
                         f'{shown(activation)}; for any other function pass None, which fits '
                         'the linear outputs')
    regularization = check_nonnegative(function, 'regularization', regularization, '0.001')
    following = _check_following(function, following, dense)
    sweeps = check_integer(function, 'sweeps', sweeps, minimum=0)
    if steps is not None:
        steps = check_integer(function, 'steps', steps, minimum=0)
        if activation is None and following is None:
            raise ValueError(f'{function}: ' + without_effect(
                ['steps'], 'without `activation` or `following` the sweeps are enough'))
    if not sweeps and regularization != _REGULARIZATION:
        raise ValueError(f'{function}: ' + without_effect(['regularization'], '`sweeps` is 0'))
    rows = InputRows(function, inputs, weights, strides, padding, dilations)
    steps = _STEPS if steps is None else steps
    if (activation or following is not None) and rows.is_single_pass:
        raise ValueError(f'{function}: `inputs` are read more than once with `activation` or '
                         f'`following`, but they are an iterator, {shown(inputs)}; pass an '
                         'array or a list of batches')
    layer = _prepared(function, weights, dense, biases, rows, regularization)
    outputs = LayerOutputs(np.ascontiguousarray(layer.problem.matrix[:, :layer.problem.columns]),
                           layer.biases, activation, following)
    store = functools.partial(_stored, function, weights, biases, layer.exponent)
    fitted, new_biases, before, after = _fitted(
        layer, weights, biases, outputs, rows, sweeps, steps, store)
    return FittedLayer(fitted._replace(relative_error=measured_error(fitted, dense)), new_biases,
                       before, after)


class _Layer(NamedTuple):
    """What is to be approximated, and the inputs.

    Attributes:
        problem: `Problem` of the dense weights over `2**exponent`, with regularization.
        moment: mean of the products of rows without `mean`, [rows, rows].
        mean: mean of the rows of inputs; zeros where no biases can make up for it.
        biases: biases over `2**exponent`, float64 array [out], zeros where there are none.
        has_biases: whether there are.
        exponent: of the power of two that the outputs are divided by.
    """

    problem: Problem
    moment: np.ndarray
    mean: np.ndarray
    biases: np.ndarray
    has_biases: bool
    exponent: int


def _fitted(layer, weights, biases, outputs, rows, sweeps, steps, store):
    """Returns weights and biases, the error of those that were given, and of these."""
    linear = outputs.activation is None and outputs.following is None

    def errors(*candidates):
        layers = [(multiplied(cores)[:, :layer.problem.columns], biases)
                  for cores, biases in candidates]
        if linear:
            return [_linear_error(layer, *other) for other in layers]
        return outputs.errors(rows, layers)

    start = _start(weights, layer.exponent)
    swept = _swept(layer.problem, start, sweeps)
    candidates = [(start, layer.biases), (swept, _best_biases(layer, swept))]
    measured = errors(*candidates)
    if not linear:
        candidates.append(descend(
            *candidates[int(np.argmin(measured))], outputs, rows.random_batches(steps), steps,
            _size(layer) if layer.has_biases else 0.))
        measured += errors(candidates[-1])
    before, best = measured[0], int(np.argmin(measured))
    if best:
        # Rounding to a type of few bits may cost more than was gained.
        stored, stored_biases = store(*candidates[best])
        after, = errors((_start(stored, layer.exponent), _scaled(
            stored_biases, len(layer.biases), layer.exponent)))
        if after < before:
            return stored, stored_biases, before, after
    return weights, biases, before, before


def _swept(problem, cores, sweeps):
    """Sweeps over the cores until the objective stays."""
    before = _objective(problem, cores)
    for _ in range(sweeps):
        cores = sweep_cores(cores, problem)
        now = _objective(problem, cores)
        if now >= (1 - _LEAST_GAIN) * before:
            break
        before = now
    return cores


def _objective(problem, cores):
    matrix = multiplied(cores)
    return np.vdot((problem.matrix - matrix)[:, :problem.columns], problem.descent(matrix))


def _best_biases(layer, cores):
    """Biases with which the outputs have the mean of those of the dense layer."""
    error = (layer.problem.matrix - multiplied(cores))[:, :layer.problem.columns]
    return layer.biases + layer.mean @ error


def _linear_error(layer, matrix, biases):
    dense = layer.problem.matrix[:, :layer.problem.columns]
    return ratio(_mean_square(layer, dense - matrix, layer.biases - biases),
                 _mean_square(layer, dense, layer.biases))


def _mean_square(layer, matrix, biases):
    """Mean square of `rows @ matrix + biases`, summed over the outputs."""
    mean = layer.mean @ matrix + biases
    return float(np.vdot(matrix, layer.moment @ matrix) + np.vdot(mean, mean))


def _size(layer):
    """Root mean square of the outputs of the dense layer."""
    dense = layer.problem.matrix[:, :layer.problem.columns]
    return np.sqrt(_mean_square(layer, dense, layer.biases) / dense.shape[1])


def _prepared(function, weights, dense, biases, rows, regularization):
    """Goes once through the inputs; returns `_Layer`."""
    moments = input_moments(rows)
    if not moments.rows:
        raise ValueError(f'{function}: `inputs` must be at least one example, but there is none; '
                         'pass inputs of the layer')
    mean, moment = moments.mean, moments.covariance
    total = np.trace(moment) + np.vdot(mean, mean)
    if not 0 < total < np.inf:
        raise ValueError(
            f'{function}: `inputs` must be of a magnitude whose squares float64 holds, but their '
            f'mean square is {total}; pass what really comes into the layer, or scale it')
    has_biases, out = biases is not None, weights.dense_shape[-1]
    if not has_biases:
        mean, moment = np.zeros_like(mean), moment + np.outer(mean, mean)
    matrix = to_matrix(weights, dense.astype(np.float64))
    exists = to_matrix(weights, np.ones(weights.dense_shape))[:, 0]
    exponent = int(np.frexp(np.abs(matrix).max())[1])
    # Constant inputs leave nothing that biases do not make up for.
    scale = np.trace(moment) / exists.sum() or 1.
    regularized = moment / scale + regularization * np.diag(exists)
    problem = Problem(np.ldexp(matrix, -exponent), regularized, out)
    return _Layer(problem, moment, mean, _scaled(biases, out, exponent), has_biases, exponent)


def _start(weights, exponent):
    """Cores of `LayerWeights` over `2**exponent`, as `sweep_cores` takes them."""
    given = to_matrix_cores(widened(weights))
    merged, own_exponent = orthogonalize([core.reshape(len(core), -1, core.shape[-1])
                                          for core in given])
    cores = [core.reshape((len(core),) + old.shape[1:3] + (-1,))
             for core, old in zip(merged, given)]
    cores[0] = np.ldexp(cores[0], own_exponent - exponent)
    return cores


def _scaled(biases, out, exponent):
    """Biases over `2**exponent`, float64 array [out]; zeros where there are none."""
    return np.zeros(out) if biases is None else np.ldexp(
        real_array('fit_to_inputs', 'biases', biases).astype(np.float64), -exponent)


def _stored(function, given, given_biases, exponent, cores, biases):
    """`LayerWeights` and biases as they are returned, in the types and ranks of given ones;
    the error of the weights is not measured."""
    wide = widened(given)
    old = wide.train
    cores = fill_ranks([core.reshape(len(core), -1, core.shape[-1]) for core in cores],
                       [len(core) for core in old] + [1])
    fitted = spread_norm(from_matrix_cores(
        wide, unscaled(function, cores, 0, exponent, old[0].dtype)))
    fitted = in_type(fitted, lambda _: None, given.cores[0].dtype)
    if given_biases is None:
        return fitted, None
    new_biases = rounded(np.ldexp(biases, exponent), given_biases.dtype)
    if new_biases is None:
        raise ValueError(f'{function}: the fitted biases are too large for '
                         f'{given_biases.dtype.name}; save the biases as float32 first')
    return fitted, new_biases


def _check_layer(function, weights, dense, biases):
    """Returns the dense weights and biases as arrays that fit `weights`, the biases in their type
    if that is a floating-point type."""
    check_layer_weights(function, weights)
    check_finite_cores(function, widened(weights).train)
    dense = check_weights(function, 'dense', dense, len(weights.dense_shape))
    if list(dense.shape) != list(weights.dense_shape):
        raise ValueError(
            f'{function}: `dense` must be the weights of shape {list(weights.dense_shape)} that '
            f'`weights` were made from, but its shape is {list(dense.shape)}; pass those')
    if biases is None:
        return dense, None
    given = as_array(function, 'biases', biases)
    biases = real_array(function, 'biases', given)
    if list(biases.shape) != [dense.shape[-1]]:
        raise ValueError(
            f'{function}: `biases` must have {dense.shape[-1]} elements, one for each output, but '
            f'their shape is {list(biases.shape)}; pass those of the dense layer, or None')
    if not np.isfinite(biases).all():
        raise ValueError(f'{function}: `biases` must be finite, but they hold NaN or infinity; '
                         'take those of an earlier checkpoint')
    return dense, biases if given.dtype.kind in 'iu' else given


def _check_following(function, following, dense):
    if following is None:
        return None
    following = check_weights(function, 'following', following, 2)
    if len(following) != dense.shape[-1]:
        raise ValueError(
            f'{function}: `following` must be [{dense.shape[-1]}, next], for as many inputs as the '
            f'layer has outputs, but its shape is {list(following.shape)}; pass the weights of the '
            'dense layer that comes next, or None')
    return following.astype(np.float64)
