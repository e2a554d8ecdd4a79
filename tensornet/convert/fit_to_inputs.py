"""A converted layer whose outputs, not whose weights, are near those of the dense one."""
import collections
import numbers

import numpy as np

from tensornet.convert.dense_weights import check_weights, real_array
from tensornet.convert.input_rows import InputRows, input_moments
from tensornet.convert.layer_formats import to_dense
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.matrix_train import from_matrix_train, to_matrix_train, to_rows
from tensornet.convert.spread_norm import spread_norm
from tensornet.tt.arguments import check_integer, shown
from tensornet.tt.fill_ranks import fill_ranks
from tensornet.tt.orthogonalize import orthogonalize
from tensornet.tt.scaling import unscaled
from tensornet.tt.weighted_fit import Problem, multiplied, sweep_cores

# A sweep that lowers the error by less than this part of it is no gain.
_LEAST_GAIN = 1e-4
# So many sweeps may go by without such a gain.
_PATIENCE = 2


class FittedLayer(collections.namedtuple('FittedLayer', [
        'weights', 'biases', 'error_before', 'error_after'])):
    """A layer that was fitted to inputs.

    Attributes:
        weights: `LayerWeights` of the kind, the modes and the ranks of the given ones.
        biases: array `[out]` that belongs to them, or None where none were given.
        error_before: root mean square of the difference of the outputs, relative to that of the
            outputs of the dense layer, with the weights that were given.
        error_after: the same with the new weights; it is not larger.
    """
    __slots__ = ()


def fit_to_inputs(weights, dense, inputs, biases=None, *, activation=None, strides=(1, 1),
                  padding='SAME', regularization=1e-3, sweeps=20):
    """Changes the cores of a converted layer so that its outputs are near those of the dense one.

        weights = convert.tt_from_dense(dense, [4, 8, 8, 4], [4, 8, 8, 4], ranks=12)
        fitted = convert.fit_to_inputs(weights, dense, inputs, biases, activation='relu')

    A TT-SVD spreads its error evenly over all that could come in; what does come in is mostly far
    from that. The cores are changed one after another, each to the least mean squared difference
    of the outputs, which for linear outputs depends on the inputs through their second moment
    alone. With `activation='relu'` it is the outputs behind biases and ReLU that count, so that
    nothing is spent on how negative a unit is.

    In float64, and the same result each time. Beside the weights it takes memory for five arrays
    `[rows, rows]`, where the rows are the inputs of the layer or of a patch, `height * width * in`
    (42 MB for 1024, 2.7 GB for 8192), for three `[rows, out]`, and 64 MB or what one example takes
    if that is more; how many examples there are does not matter. A sweep takes about
    `8 d rows^2 out` multiply-adds, and with an activation `3 n rows out` more.

    Args:
        weights: `LayerWeights` to begin with, such as `tt_from_dense` returns.
        dense: array `[in, out]` or `[window_height, window_width, in, out]` that they stand for.
        inputs: what comes into the layer: an array `[n, in]`, or of images `[n, height, width, in]`
            for a convolution; or an iterable of such batches. Without `activation` it is gone
            through once, otherwise with each sweep, so that an iterator will not do. Arrays may be
            memory-mapped. There should be more examples than the layer has inputs.
        biases: array `[out]` of the dense layer, which are changed with the cores; None for a
            layer without.
        activation: 'relu' or None.
        strides: vertical and horizontal stride of a convolution.
        padding: 'SAME' or 'VALID', of a convolution.
        regularization: weight of directions that the inputs do not show, relative to the mean of
            all. With 0 nothing holds the weights there.
        sweeps: how many times, at most, the cores are gone through from one end to the other and
            back.

    Returns:
        `FittedLayer`. Its `weights.relative_error` is that of the weights, which is larger than
        before.

    Raises:
        ValueError, TypeError: an argument is wrong, the arrays do not fit each other, hold NaN or
            infinity, or the inputs are none, or all zero.
    """
    function = 'fit_to_inputs'
    dense, biases = _check_layer(function, weights, dense, biases)
    if activation not in (None, 'relu'):
        raise ValueError(f"{function}: `activation` must be None or 'relu', but it is "
                         f"{shown(activation)}; of other functions fit the linear outputs, None")
    regularization = _check_regularization(function, regularization)
    sweeps = check_integer(function, 'sweeps', sweeps)
    rows = InputRows(function, inputs, weights, strides, padding)
    if activation and rows.is_single_pass:
        raise ValueError(f'{function}: `inputs` are gone through more than once with an '
                         f'activation, but they are an iterator, {shown(inputs)}; pass an array or '
                         'a list of batches')
    layer, start = _prepared(function, weights, dense, biases, rows, regularization)
    look = _look_at_relu if activation else _look_at_linear
    cores, biases, before, after = _fit(layer, start, lambda *now: look(layer, rows, *now), sweeps)
    return _result(function, weights, dense, layer, cores, biases, before, after)


class _Layer(collections.namedtuple('_Layer', [
        'matrix', 'biases', 'has_biases', 'mean', 'moment', 'scale', 'penalty', 'exponent'])):
    """What is to be approximated, and the inputs.

    Attributes:
        matrix: dense weights over `2**exponent`, float64 array [rows, columns], with padding.
        biases: biases over `2**exponent`, float64 array [out], zeros where there are none.
        has_biases: whether there are.
        mean: mean of the rows of inputs; zeros where no biases can make up for it.
        moment: mean of the products of rows without that mean, [rows, rows].
        scale: mean diagonal entry of `moment`.
        penalty: array [rows, 1], what the squares of the weights' errors are to count.
        exponent: of the power of two that the outputs are divided by.
    """
    __slots__ = ()


class _Target(collections.namedtuple('_Target', ['matrix', 'offset', 'biases'])):
    """Outputs that a step goes for: `rows @ matrix + biases`, beside what `offset` adds.

    Attributes:
        matrix, offset: see `Problem`.
        biases: array [out], those that go with a train that equals `matrix`.
    """
    __slots__ = ()


def _fit(layer, cores, look, sweeps):
    """Sweeps over the cores until the error stays.

    Args:
        layer: `_Layer`.
        cores: cores to begin with.
        look: function of a matrix and biases that returns their error and the next `_Target`.
        sweeps: number of sweeps at most.

    Returns:
        The cores and biases of the least error, the first error and the least one.
    """
    out, biases = len(layer.biases), layer.biases
    train = multiplied(cores)
    error, target = look(train, biases)
    best, before, idle = (error, cores, biases), error, 0
    penalty = layer.scale * layer.penalty
    moment = layer.moment + np.diag(penalty[:, 0])
    for _ in range(sweeps):
        offset = target.offset
        if target.matrix is not layer.matrix:
            offset = offset + penalty * (layer.matrix - target.matrix)
        problem = Problem(target.matrix, moment / layer.scale,
                          None if offset is None else offset / layer.scale, out)
        cores = sweep_cores(cores, problem)
        train = multiplied(cores)
        if layer.has_biases:
            biases = target.biases + layer.mean @ (target.matrix - train)[:, :out]
        error, target = look(train, biases)
        idle = 0 if error < (1 - _LEAST_GAIN) * best[0] else idle + 1
        if error < best[0]:
            best = error, cores, biases
        if idle == _PATIENCE:
            break
    return best[1], best[2], before, best[0]


def _look_at_linear(layer, rows, train, biases):
    """Error of outputs without an activation, and the outputs of the dense layer as `_Target`."""
    out = len(biases)
    error = (layer.matrix - train)[:, :out]
    shift = layer.biases - biases
    difference = _mean_square(layer, error, shift)
    return _ratio(difference, _mean_square(layer, layer.matrix[:, :out], layer.biases)), \
        _Target(layer.matrix, None, layer.biases)


def _mean_square(layer, matrix, biases):
    """Mean square of `rows @ matrix + biases`, summed over the outputs."""
    mean = layer.mean @ matrix + biases
    return float(np.vdot(matrix, layer.moment @ matrix) + np.vdot(mean, mean))


def _look_at_relu(layer, rows, train, biases):
    """Error of the outputs behind a ReLU, and a `_Target` nearer to those of the dense layer.

    Where a unit of the dense layer is active, its value is the target. Where it is not, any value
    up to zero is as good, so that the target is the present value if that is not positive. The
    squared distance of this target bounds that of the outputs, and falls with every step.
    """
    out = len(biases)
    dense, now = np.ascontiguousarray(layer.matrix[:, :out]), np.ascontiguousarray(train[:, :out])
    count, difference, size, first, cross = 0, 0., 0., 0., np.zeros(train.shape)
    for block in rows:
        wanted, values = block @ dense + layer.biases, block @ now + biases
        active = np.maximum(values, 0)
        missing = np.where(wanted > 0, wanted - values, -active)
        wanted = np.maximum(wanted, 0)
        size += np.vdot(wanted, wanted)
        wanted -= active
        difference += np.vdot(wanted, wanted)
        count, first = count + len(block), first + missing.sum(axis=0)
        cross[:, :out] += (block - layer.mean).T @ missing
    target = _Target(train, cross / count, biases + first / count)
    return _ratio(difference, size), target


def _ratio(difference, size):
    if not size:
        return 0. if not difference else np.inf
    return float(np.sqrt(max(difference, 0.) / size))


def _prepared(function, weights, dense, biases, rows, regularization):
    """Goes once through the inputs; returns `_Layer` and cores to begin with."""
    moments = input_moments(rows)
    if not moments.count:
        raise ValueError(f'{function}: `inputs` must be at least one example, but there is none; '
                         'pass inputs of the layer')
    mean, moment = moments.mean, moments.covariance
    total = np.trace(moment) + np.vdot(mean, mean)
    if not 0 < total < np.inf:
        raise ValueError(
            f'{function}: `inputs` must be of a size whose squares float64 holds, but their mean '
            f'square is {total}; pass what really comes into the layer, or scale it')
    if biases is None:
        mean, moment = np.zeros_like(mean), moment + np.outer(mean, mean)
    has_biases, out = biases is not None, weights.dense_shape[-1]
    biases = np.zeros(out) if biases is None else biases.astype(np.float64)
    matrix = to_rows(weights, dense.astype(np.float64))
    exists = to_rows(weights, np.ones(weights.dense_shape))[:, :1]
    cores, exponent = _start(to_matrix_train(weights))
    shift = int(np.frexp(np.abs(matrix).max())[1])
    cores[0] = np.ldexp(cores[0], exponent - shift)
    scale = np.trace(moment) / exists.sum() or 1.
    return _Layer(np.ldexp(matrix, -shift), np.ldexp(biases, -shift), has_biases, mean, moment,
                  scale, regularization * exists, shift), cores


def _start(train):
    """Cores as `sweep_cores` takes them, and the exponent of their factor."""
    merged, exponent = orthogonalize([core.reshape(len(core), -1, core.shape[-1])
                                      for core in train])
    return [core.reshape((len(core),) + old.shape[1:3] + (-1,))
            for core, old in zip(merged, train)], exponent


def _result(function, weights, dense, layer, cores, biases, before, after):
    train = weights.train
    ranks = [len(core) for core in train] + [1]
    cores = fill_ranks(cores, ranks)
    merged = [core.reshape(len(core), -1, core.shape[-1]) for core in cores]
    merged = unscaled(function, merged, 0, layer.exponent, train[0].dtype)
    fitted = spread_norm(from_matrix_train(weights, merged))
    size = np.linalg.norm(dense.astype(np.float64))
    error = np.linalg.norm(to_dense(fitted).astype(np.float64) - dense)
    fitted = fitted._replace(relative_error=float(error / size) if size else float(error))
    if layer.has_biases:
        biases = np.ldexp(biases, layer.exponent)
    return FittedLayer(fitted, biases if layer.has_biases else None, before, after)


def _check_layer(function, weights, dense, biases):
    """Returns the dense weights and biases as arrays that fit `weights`."""
    if not isinstance(weights, LayerWeights):
        raise TypeError(f'{function}: `weights` must be LayerWeights, but they are '
                        f'{shown(weights)}; pass what a conversion such as `tt_from_dense` returns')
    dense = check_weights(function, 'dense', dense, len(weights.dense_shape))
    if list(dense.shape) != list(weights.dense_shape):
        raise ValueError(
            f'{function}: `dense` must be the weights of shape {list(weights.dense_shape)} that '
            f'`weights` were made from, but its shape is {list(dense.shape)}; pass those')
    if biases is None:
        return dense, None
    biases = real_array(function, 'biases', biases)
    if list(biases.shape) != [dense.shape[-1]] or not np.isfinite(biases).all():
        raise ValueError(
            f'{function}: `biases` must be {dense.shape[-1]} finite numbers, one for each output, '
            f'but their shape is {list(biases.shape)}; pass those of the dense layer, or None')
    return dense, biases


def _check_regularization(function, value):
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real) or not (
            0 <= value < np.inf):
        raise ValueError(f'{function}: `regularization` must be a number from 0, but it is '
                         f'{shown(value)}; pass one such as 0.001')
    return float(value)
