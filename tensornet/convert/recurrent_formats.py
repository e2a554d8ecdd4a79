"""Kernels of TensorFlow's LSTM and GRU cells as values of the TT cells, and back."""

from __future__ import annotations

import collections
from typing import Any, Dict, NamedTuple, Optional, Tuple

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Modes
from tensornet.convert.dense_weights import check_weights
from tensornet.convert.target import check_target_dict
from tensornet.convert.tt_format import tt_from_dense, tt_to_dense
from tensornet.tt.arguments import check_integer, check_mode_pairs, product
from tensornet.wording import errors_of_caller, without_effect

_MODES = ('hidden_modes', 'inp_modes')
# What `tt_from_dense` calls its arguments, in the words of the functions for cells.
_ARGUMENTS = {'weights': 'the kernel', 'out_modes': '`hidden_modes`'}


class CellWeights(NamedTuple):
    """The variables of a TT cell, and the arguments that the cell is made with.

        weights = convert.lstm_from_dense(kernel, bias, [4, 8, 8], [4, 7, 7], inputs=dict(eps=0.1))
        cell = tensornet.rnn.TTLSTMCell(**weights.arguments)
        outputs, _ = tensornet.rnn.unroll(cell, frames)
        convert.assign(session, 'rnn/tt_lstm_cell', weights.variables)

    The arrays may share memory with those they were made from; copy what you want to change.

    Attributes:
        cell: name of the cell's class.
        arguments: dict of its arguments for modes, ranks and sizes.
        variables: ordered dict from the names of variables below the cell's scope to their values.
        relative_errors: dict from the names of the matrices, such as 'inputs' and 'state', to their
            relative Frobenius errors.
    """

    cell: str
    arguments: Dict[str, Any]
    variables: Arrays
    relative_errors: Dict[str, float]

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return sum(value.size for value in self.variables.values())


def lstm_from_dense(kernel: ArrayLike, bias: ArrayLike, hidden_modes: Modes,
                    inp_modes: Optional[Modes] = None, *, inputs: Optional[Dict[str, Any]] = None,
                    state: Optional[Dict[str, Any]] = None) -> CellWeights:
    """Turns weights of `tf.nn.rnn_cell.LSTMCell` or `BasicLSTMCell` into those of `TTLSTMCell`.

    The cell must have no peepholes, projection or clipping. Its `forget_bias` is not part of the
    weights but an argument, 1.0 by default in TensorFlow and here.

    Args:
        kernel: array `[inp_size + hidden_size, 4 * hidden_size]`, `kernel` of the dense cell.
        bias: array `[4 * hidden_size]`, its `bias`; None for a cell without.
        hidden_modes: d positive integers, which multiply to `hidden_size` or more.
        inp_modes: d positive integers, which multiply to `inp_size` or more; goes with `inputs`.
        inputs: target for the matrix of the inputs, a dict such as `dict(eps=0.1)` or
            `dict(ranks=8)`, see `tt_from_dense`; None leaves this matrix dense.
        state: the same for the matrix of the state.

    Returns:
        `CellWeights`.

    Raises:
        ValueError, TypeError: an argument is wrong, or a target cannot be met.
    """
    function = 'lstm_from_dense'
    kernel, hidden_size = _kernel(function, 'kernel', kernel, 4)
    inp_size = len(kernel) - hidden_size
    parts = [('inputs', kernel[:inp_size], 4, inputs), ('state', kernel[inp_size:], 4, state)]
    return _cell(function, 'TTLSTMCell', parts, _bias(function, 'bias', bias, 4 * hidden_size),
                 hidden_modes, inp_modes)


def lstm_to_dense(variables: Arrays, hidden_modes: Modes, inp_modes: Optional[Modes] = None, *,
                  hidden_size: Optional[int] = None,
                  inp_size: Optional[int] = None) -> Tuple[Optional[np.ndarray], ...]:
    """Multiplies the cores of a `TTLSTMCell` out to weights of `tf.nn.rnn_cell.LSTMCell`.

    Args:
        variables: dict from the names of the variables below the cell's scope to their values, as
            `read` returns it.
        hidden_modes, inp_modes, hidden_size, inp_size: arguments of the cell; the modes and the
            size of the inputs only where their matrix is a TT-matrix.

    Returns:
        kernel: array `[inp_size + hidden_size, 4 * hidden_size]`.
        bias: array `[4 * hidden_size]`, None where the cell has none.

    Raises:
        ValueError, TypeError: the variables do not fit the arguments, or are those of another
            cell, or an argument has no effect.
    """
    function = 'lstm_to_dense'
    sizes = _Sizes(function, variables, hidden_modes, inp_modes, hidden_size, inp_size)
    kernel = np.concatenate([sizes.matrix('inputs', 4), sizes.matrix('state', 4)])
    return kernel, sizes.biases(4)


def gru_from_dense(gates_kernel: ArrayLike, gates_bias: ArrayLike, candidate_kernel: ArrayLike,
                   candidate_bias: ArrayLike, hidden_modes: Modes,
                   inp_modes: Optional[Modes] = None, *, inputs: Optional[Dict[str, Any]] = None,
                   state: Optional[Dict[str, Any]] = None) -> CellWeights:
    """Turns weights of `tf.nn.rnn_cell.GRUCell` into those of `TTGRUCell`, without `reset_after`.

    Args:
        gates_kernel: array `[inp_size + hidden_size, 2 * hidden_size]`, `gates/kernel` of the dense
            cell.
        gates_bias: array `[2 * hidden_size]`, `gates/bias`.
        candidate_kernel: array `[inp_size + hidden_size, hidden_size]`, `candidate/kernel`.
        candidate_bias: array `[hidden_size]`, `candidate/bias`.
        hidden_modes, inp_modes, inputs: as for `lstm_from_dense`.
        state: target for each of the two matrices of the state. `TTGRUCell` takes one argument
            `state_ranks` for both, so this must be `dict(ranks=r)` with one rank.

    Returns:
        `CellWeights`.

    Raises:
        ValueError, TypeError: an argument is wrong, or a target cannot be met.
    """
    function = 'gru_from_dense'
    gates_kernel, hidden_size = _kernel(function, 'gates_kernel', gates_kernel, 2)
    candidate_kernel, candidate_size = _kernel(function, 'candidate_kernel', candidate_kernel, 1)
    if gates_kernel.shape[0] != candidate_kernel.shape[0] or hidden_size != candidate_size:
        raise ValueError(
            f'{function}: `candidate_kernel` must be {[len(gates_kernel), hidden_size]} beside '
            f'`gates_kernel` {list(gates_kernel.shape)}, but its shape is '
            f'{list(candidate_kernel.shape)}; pass the kernels of one cell')
    check_target_dict(function, 'state', state)
    if state is not None:
        state = {name: value for name, value in state.items() if value is not None}
    if state is not None and (list(state) != ['ranks'] or np.ndim(state['ranks'])):
        raise ValueError(
            f'{function}: `state` must be one rank for both matrices of the state, but it is '
            f'{state}; pass for example dict(ranks=8)')
    biases = [_bias(function, name, bias, gates * hidden_size) for name, bias, gates in (
        ('gates_bias', gates_bias, 2), ('candidate_bias', candidate_bias, 1))]
    if (biases[0] is None) != (biases[1] is None):
        raise ValueError(f'{function}: `gates_bias` and `candidate_bias` go together, but one of '
                         'them is None; pass both or neither')
    inp_size = len(gates_kernel) - hidden_size
    parts = [('inputs', np.concatenate([gates_kernel, candidate_kernel], axis=1)[:inp_size], 3,
              inputs),
             ('state_gates', gates_kernel[inp_size:], 2, state),
             ('state_candidate', candidate_kernel[inp_size:], 1, state)]
    return _cell(function, 'TTGRUCell', parts,
                 None if biases[0] is None else np.concatenate(biases), hidden_modes, inp_modes)


def gru_to_dense(variables: Arrays, hidden_modes: Modes, inp_modes: Optional[Modes] = None, *,
                 hidden_size: Optional[int] = None,
                 inp_size: Optional[int] = None) -> Tuple[Optional[np.ndarray], ...]:
    """Multiplies the cores of a `TTGRUCell` out to weights of `tf.nn.rnn_cell.GRUCell`.

    Args:
        variables, hidden_modes, inp_modes, hidden_size, inp_size: as for `lstm_to_dense`; the cell
            is one without `reset_after`.

    Returns:
        Arrays `gates_kernel`, `gates_bias`, `candidate_kernel` and `candidate_bias`, as
        `gru_from_dense` takes them.

    Raises:
        ValueError, TypeError: the variables do not fit the arguments, or are those of another
            cell, or an argument has no effect.
    """
    function = 'gru_to_dense'
    sizes = _Sizes(function, variables, hidden_modes, inp_modes, hidden_size, inp_size)
    split = 2 * sizes.hidden_size
    inputs, biases = sizes.matrix('inputs', 3), sizes.biases(3)
    return (np.concatenate([inputs[:, :split], sizes.matrix('state_gates', 2)]),
            None if biases is None else biases[:split],
            np.concatenate([inputs[:, split:], sizes.matrix('state_candidate', 1)]),
            None if biases is None else biases[split:])


def _kernel(function, name, kernel, gates):
    """Returns a kernel as an array, and the number of hidden units."""
    kernel = check_weights(function, name, kernel, ndim=2)
    hidden_size = kernel.shape[1] // gates
    if kernel.shape[1] % gates or len(kernel) <= hidden_size:
        raise ValueError(
            f'{function}: `{name}` must be [inp_size + hidden_size, {gates} * hidden_size], but '
            f'its shape is {list(kernel.shape)}; pass the kernel of TensorFlow\'s cell as it is')
    return kernel, hidden_size


def _bias(function, name, bias, size):
    """Returns biases as an array, or None."""
    if bias is None:
        return None
    bias = check_weights(function, name, bias, ndim=1)
    if len(bias) != size:
        raise ValueError(f'{function}: `{name}` must be [{size}], but its shape is [{len(bias)}]; '
                         'pass that of the same cell as the kernel')
    return bias


def _cell(function, cell, parts, biases, hidden_modes, inp_modes):
    """Converts the matrices of a cell.

    Args:
        function: name of the public function, for messages.
        cell: name of the cell's class.
        parts: for each matrix its name, dense values `[size, gates * hidden_size]`, number of
            gates, and target or None.
        biases: array or None.
        hidden_modes, inp_modes: modes.
    """
    inp_size, hidden_size = len(parts[0][1]), parts[0][1].shape[1] // parts[0][2]
    hidden_modes, given_inp_modes = check_mode_pairs(
        function, hidden_modes, hidden_modes if inp_modes is None else inp_modes, _MODES)
    if (inp_modes is None) != (parts[0][3] is None):
        raise ValueError(f'{function}: `inp_modes` and `inputs` go together, but only one of them '
                         'is given; pass modes and a target, or neither for a dense matrix')
    if product(hidden_modes) < hidden_size:
        raise ValueError(
            f'{function}: the product of `hidden_modes` {hidden_modes} is {product(hidden_modes)}, '
            f'but the cell has {hidden_size} hidden units; choose modes that multiply to '
            f'{hidden_size} or more')
    arguments = {'hidden_modes': hidden_modes}
    variables, errors = collections.OrderedDict(), {}
    if product(hidden_modes) > hidden_size:
        arguments['hidden_size'] = hidden_size
    for name, matrix, gates, target in parts:
        check_target_dict(function, name.partition('_')[0], target)
        if target is None:
            variables[f'{name}/weights'], errors[name] = matrix, 0.
            continue
        modes = given_inp_modes if name == 'inputs' else hidden_modes
        out_modes = [gates * hidden_modes[0]] + hidden_modes[1:]
        words = dict(_ARGUMENTS, **({} if name == 'inputs' else {'inp_modes': '`hidden_modes`'}))
        with errors_of_caller(words, f'{function}: `{name.partition("_")[0]}`: '):
            weights = tt_from_dense(_padded(matrix, gates, product(hidden_modes)), modes,
                                    out_modes, pad=True, **target)
        variables.update((f'{name}/{core}', value) for core, value in weights.variables.items())
        errors[name] = weights.relative_error
        if name == 'inputs':
            arguments.update(inp_modes=modes, inp_ranks=weights.ranks)
            if product(modes) > inp_size:
                arguments['inp_size'] = inp_size
        else:
            # One rank stands for both matrices of a GRU, whose useful ranks differ.
            arguments['state_ranks'] = weights.ranks if name == 'state' else target['ranks']
    if biases is not None:
        variables['biases'] = biases
    else:
        arguments['biases_initializer'] = None
    return CellWeights(cell, arguments, variables, errors)


def _padded(matrix, gates, size):
    """Fills the columns of each gate up with zeros."""
    parts = matrix.reshape(len(matrix), gates, -1)
    missing = size - parts.shape[2]
    return np.pad(parts, [(0, 0), (0, 0), (0, missing)], 'constant').reshape(len(matrix), -1)


def _size(function, name, size, modes):
    """Returns a size of a cell, which its modes multiply to unless a lower one is given."""
    most = product(modes)
    return most if size is None else check_integer(function, name, size, maximum=most)


class _Sizes:
    """Sizes and modes of a cell, by which its variables make its matrices."""

    def __init__(self, function, variables, hidden_modes, inp_modes, hidden_size, inp_size):
        if not isinstance(variables, dict):
            raise TypeError(f'{function}: `variables` must be a dict from names below the cell\'s '
                            f'scope to arrays, but it is of type {type(variables).__name__}; pass '
                            'what `tensornet.convert.read` returns')
        self.hidden_modes, self.inp_modes = check_mode_pairs(
            function, hidden_modes, hidden_modes if inp_modes is None else inp_modes, _MODES)
        self.function, self.variables = function, variables
        self.given = {'inp_modes': inp_modes, 'inp_size': inp_size}
        self.hidden_size = _size(function, 'hidden_size', hidden_size, self.hidden_modes)

    def matrix(self, name, gates):
        """Returns one matrix, dense and without padding."""
        below = {key[len(name) + 1:]: value for key, value in self.variables.items()
                 if key.startswith(name + '/')}
        if 'weights' in below:
            return self._dense(name, gates, below['weights'])
        if not below:
            raise ValueError(
                f'{self.function}: there are no variables {name}/..., only '
                f'{", ".join(sorted(self.variables)) or "none"}; pass those of such a cell, by '
                'their names below its scope')
        modes, size = self.hidden_modes, self.hidden_size
        if name == 'inputs':
            if self.given['inp_modes'] is None:
                raise ValueError(f'{self.function}: `inp_modes` must be modes, since {name} is a '
                                 'TT-matrix, but they are None; pass those of the cell')
            modes = self.inp_modes
            size = _size(self.function, 'inp_size', self.given['inp_size'], modes)
        out_modes = [gates * self.hidden_modes[0]] + self.hidden_modes[1:]
        with errors_of_caller({}, f'{self.function}: variables of {name}: '):
            matrix = tt_to_dense(below, modes, out_modes)
        parts = matrix[:size].reshape(size, gates, -1)[:, :, :self.hidden_size]
        return parts.reshape(size, -1)

    def biases(self, gates):
        """Returns the biases, which have no padding, or None."""
        if 'biases' not in self.variables:
            return None
        biases = check_weights(self.function, 'biases', self.variables['biases'], ndim=1)
        self._check_shape('biases', biases, [gates * self.hidden_size])
        return biases

    def _dense(self, name, gates, matrix):
        """Checks a matrix that is dense among the variables."""
        matrix = check_weights(self.function, f'{name}/weights', matrix, ndim=2)
        rows = self.hidden_size
        if name == 'inputs':
            given = [argument for argument, value in self.given.items() if value is not None]
            if given:
                raise ValueError(f'{self.function}: ' + without_effect(
                    given, f'{name}/weights is dense'))
            rows = len(matrix)
        self._check_shape(f'{name}/weights', matrix, [rows, gates * self.hidden_size])
        return matrix

    def _check_shape(self, name, value, shape):
        if list(value.shape) != shape:
            raise ValueError(
                f'{self.function}: {name} must be {shape}, but its shape is {list(value.shape)}; '
                'pass `hidden_modes` and `hidden_size` of the cell')
