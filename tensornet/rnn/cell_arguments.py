"""Checks of the arguments of recurrent cells."""

import numbers

import numpy as np

from tensornet.contraction import Plan
from tensornet.initializers import Scheme
from tensornet.layers.arguments import Arguments
from tensornet.layers.default_plan import INFERENCE, PLAN_NAMES
from tensornet.layers.variables import Functions
from tensornet.rnn.gate_matrix import gate_modes


class CellArguments(Arguments):
    """The arguments of a recurrent cell, which is made before anything of it is in a graph.

    Args:
        scope: the cell's `scope` argument.
        cell: default scope of the cell.
    """

    def __init__(self, scope, cell):
        self.scope = scope if isinstance(scope, str) else getattr(scope, 'name', cell)
        self.check_scope(scope, cell)

    def inputs(self, hidden_modes, inp_modes, inp_ranks, inp_size):
        """Checks what says how many inputs there are and how they are multiplied.

        Returns:
            inp_modes: None where the matrix is dense.
            inp_size: None where the first input says it.
        """
        if (inp_modes is None) != (inp_ranks is None):
            given, missing = ('inp_modes', 'inp_ranks') if inp_ranks is None else (
                'inp_ranks', 'inp_modes')
            raise ValueError(
                f'{self.scope}: `inp_modes` and `inp_ranks` go together, but only `{given}` is '
                f'given; pass `{missing}` as well, or neither for a dense matrix')
        if inp_modes is None:
            return None, None if inp_size is None else self.size('inp_size', inp_size)
        inp_modes = self.sizes('inp_modes', inp_modes)
        self.equal_length('inp_modes', inp_modes, 'hidden_modes', hidden_modes)
        return inp_modes, self.live_size('inp_size', inp_size, 'inp_modes', inp_modes)

    def gate_ranks(self, name, ranks, gates, inp_modes, hidden_modes):
        """Checks the TT-ranks of a matrix for several gates; None remains, for a dense one."""
        if ranks is None:
            return None
        out_modes = self.sizes('hidden_modes', gate_modes(gates, hidden_modes), largest=None)
        modes = [i * o for i, o in zip(inp_modes, out_modes)]
        return self.ranks(name, ranks, modes, boundaries=(0, -1))

    def gate_plan(self, name, plan, gates, inp_modes, hidden_modes, ranks):
        """Checks a plan, its name or None; a dense matrix takes no plan of its own."""
        if not isinstance(plan, Plan):
            if plan is not None:
                self.choice(name, plan, PLAN_NAMES + (INFERENCE,),
                            'or make one with `tensornet.contraction.plan`')
            return plan
        if ranks is None:
            self.wrong_value(name, 'a name or None for a dense matrix', plan,
                             'leave it out, or pass ranks')
        out_modes = gate_modes(gates, hidden_modes)
        if not plan.fits(inp_modes, out_modes, ranks):
            self.wrong_value(name, f'one for modes {inp_modes} -> {out_modes} and ranks {ranks}',
                             plan, 'make it with `tensornet.contraction.plan` from these')
        return plan

    def gate_functions(self, name, functions, ranks):
        """Checks the initializers and regularizers of a matrix.

        Returns:
            `Functions` of a dense matrix, or of lists for a TT-matrix; the initializer may be a
            `Scheme`.
        """
        return Functions(*(self._gate_function(f'{name}_{field}', value, ranks)
                           for field, value in functions._asdict().items()))

    def _gate_function(self, name, value, ranks):
        if isinstance(value, Scheme) and name.endswith('initializer'):
            return value
        if ranks is not None:
            return self.per_core(name, value, len(ranks) - 1)
        if isinstance(value, (list, tuple)):
            self.wrong_type(name, 'one function for a dense matrix', value,
                            'pass one, or ranks for a TT-matrix')
        return self.function(name, value)

    def activation(self, name, value):
        """Checks an activation and returns it."""
        if not callable(value):
            self.wrong_type(name, 'a function of a tensor', value, 'pass for example tf.tanh')
        return value

    def number(self, name, value):
        """Checks a finite number and returns it as a `float`."""
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a number', value, 'pass for example 1.0')
        if not np.isfinite(float(value)):
            self.wrong_value(name, 'finite', value, 'pass for example 1.0')
        return float(value)
