"""LSTM and GRU cells over sequences, step by step, of values of the variables of TT cells.

Everything is analytic, so complex numbers go through it: a step of `1e-30 j` along a direction
gives the derivative in that direction to rounding.
"""

import numpy as np

EPSILON = 1e-6
STEP = 1e-30


class Cell:
    """What a cell computes.

    Args:
        kind: 'lstm' or 'gru'.
        hidden_modes: modes of the hidden units.
        inp_modes: modes of the inputs, None for a dense matrix.
        hidden_size, inp_size: where the modes multiply to more.
        forget_bias: of an LSTM.
        reset_after: of a GRU.
        layer_norm: whether there is layer normalization.
    """

    def __init__(self, kind, hidden_modes, inp_modes=None, hidden_size=None, inp_size=None,
                 forget_bias=1.0, reset_after=False, layer_norm=False):
        self.kind, self.hidden_modes, self.inp_modes = kind, hidden_modes, inp_modes
        self.hidden_size = int(np.prod(hidden_modes)) if hidden_size is None else hidden_size
        self.inp_size = inp_size
        self.forget_bias, self.reset_after = forget_bias, reset_after
        self.layer_norm = layer_norm

    def run(self, values, inputs, state, lengths=None):
        """Runs the cell over sequences.

        Args:
            values: dictionary from the names of variables below the cell's scope to arrays.
            inputs: array `[batch, time, features]`.
            state: list of arrays `[batch, hidden_size]`.
            lengths: list of numbers of steps, None for all.

        Returns:
            Outputs `[batch, time, hidden_size]`, and the list of the state's arrays.
        """
        step = self._lstm if self.kind == 'lstm' else self._gru
        matrices = self._matrices(values)
        batch, time, _ = inputs.shape
        lengths = [time] * batch if lengths is None else lengths
        outputs = []
        for t in range(time):
            out, new = step(values, matrices, inputs[:, t], state)
            live = np.array([t < length for length in lengths])[:, None]
            state = [np.where(live, after, before) for after, before in zip(new, state)]
            outputs.append(np.where(live, out, 0))
        empty = np.zeros([batch, 0, self.hidden_size])
        return np.stack(outputs, axis=1) if outputs else empty, state

    def _matrices(self, values):
        """Returns the matrices by their names, in float64 or complex numbers."""
        matrices = {}
        for name in sorted({key.split('/')[0] for key in values if '/' in key}):
            if 'normalization' in name:
                continue
            if name + '/weights' in values:
                matrices[name] = values[name + '/weights']
                continue
            gates = {'state_gates': 2, 'state_candidate': 1}.get(
                name, 4 if self.kind == 'lstm' else 3)
            inp_modes = self.inp_modes if name == 'inputs' else self.hidden_modes
            out_modes = [gates * self.hidden_modes[0]] + list(self.hidden_modes[1:])
            cores = [values[f'{name}/mat_core_{k + 1}'] for k in range(len(inp_modes))]
            matrix = _multiplied_out(cores, inp_modes, out_modes)
            inp_size = self.inp_size if name == 'inputs' else self.hidden_size
            # Of each gate the first columns count.
            matrix = matrix.reshape([len(matrix), gates, -1])[:inp_size, :, :self.hidden_size]
            matrices[name] = matrix.reshape([len(matrix), -1])
        return matrices

    def _lstm(self, values, matrices, x, state):
        c, h = state
        gates = self._shifted(values, x.dot(matrices['inputs']) + h.dot(matrices['state']))
        i, j, f, o = np.split(gates, 4, axis=1)
        c = c * _sigmoid(f + self.forget_bias) + _sigmoid(i) * np.tanh(j)
        if self.layer_norm:
            c = (_normalized(c, 1) * values['cell_normalization/weights']
                 + values.get('cell_normalization/biases', 0))
        h = np.tanh(c) * _sigmoid(o)
        return h, [c, h]

    def _gru(self, values, matrices, x, state):
        h, = state
        size = self.hidden_size
        projected = x.dot(matrices['inputs'])
        if self.reset_after:
            product = h.dot(matrices['state'])
            of_gates, of_candidate = product[:, :2 * size], product[:, 2 * size:]
        else:
            of_gates = h.dot(matrices['state_gates'])
        r, u = np.split(_sigmoid(self._shifted(
            values, projected[:, :2 * size] + of_gates, 0, 2)), 2, axis=1)
        if self.reset_after:
            of_candidate = r * (of_candidate + values.get('state_biases', 0))
        else:
            of_candidate = (r * h).dot(matrices['state_candidate'])
        candidate = np.tanh(self._shifted(values, projected[:, 2 * size:] + of_candidate, 2, 3))
        h = u * h + (1 - u) * candidate
        return h, [h]

    def _shifted(self, values, gates, first=0, last=4):
        """Adds biases to some gates, or normalizes these."""
        part = slice(first * self.hidden_size, last * self.hidden_size)
        if not self.layer_norm:
            return gates + (values['biases'][part] if 'biases' in values else 0)
        shift = values.get('gate_normalization/biases', np.zeros(part.stop))[part]
        return (_normalized(gates, last - first) * values['gate_normalization/weights'][part]
                + shift)


def derivative(function, values, name, direction):
    """Returns the derivative of a function of values along a direction of one of them.

    Args:
        function: from a dictionary of arrays to a number.
        values: the dictionary.
        name: which of the arrays is changed.
        direction: array of its shape.
    """
    moved = dict(values, **{name: values[name] + 1j * STEP * direction})
    return np.imag(function(moved)) / STEP


def _multiplied_out(variables, inp_modes, out_modes):
    """Multiplies cores `[o_k * r_k, r_{k-1} * i_k]` out, of float64 or complex numbers."""
    matrix = np.ones([1, 1, 1])  # Input, output, bond.
    for variable, i, o in zip(variables, inp_modes, out_modes):
        left = matrix.shape[2]
        core = np.asarray(variable).astype(np.result_type(variable, np.float64))
        core = core.reshape([o, -1, left, i])
        matrix = np.einsum('xya,obai->xiyob', matrix, core)
        matrix = matrix.reshape([matrix.shape[0] * i, -1, matrix.shape[4]])
    return matrix[:, :, 0]


def _normalized(tensor, gates):
    parts = tensor.reshape([len(tensor), gates, tensor.shape[1] // gates])
    parts = parts - parts.mean(axis=2, keepdims=True)
    parts = parts / np.sqrt((parts ** 2).mean(axis=2, keepdims=True) + EPSILON)
    return parts.reshape(tensor.shape)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))
