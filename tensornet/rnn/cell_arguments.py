"""Checks of the arguments of recurrent cells, and of calls that do not fit their signature."""

import functools
import inspect
from typing import Any, NamedTuple

from tensornet.contraction import Plan
from tensornet.initializers import Scheme
from tensornet.layers.arguments import Arguments
from tensornet.layers.checked_call import refuse
from tensornet.layers.default_plan import PLAN_NAMES
from tensornet.layers.plan_argument import check_tt_matrix_plan
from tensornet.layers.variables import Functions


class MatrixArguments(NamedTuple):
    """The arguments of a cell for a matrix, or for several of the same arguments.

    Attributes:
        name: what the names of ranks, initializer and regularizer begin with, such as 'inp'.
        modes_name: name of the argument with the modes of what is multiplied.
        ranks: the TT-ranks; None for a dense matrix.
        plan_name: name of the argument with the plan.
        plan: the plan.
        functions: `Functions`. Once checked, they are those of a dense matrix, or of lists for a
            TT-matrix; the initializer may be a `Scheme`.
    """

    name: str
    modes_name: str
    ranks: Any
    plan_name: str
    plan: Any
    functions: Functions

    @property
    def ranks_name(self):
        """Name of the argument with the ranks."""
        return self.name + '_ranks'


def checked_cell(cell):
    """Makes a cell raise its own message for a call that does not fit its signature.

    A decorator; see `tensornet.layers.checked_call`.
    """
    signature, make = inspect.signature(cell), cell.__init__

    @functools.wraps(make)
    def checked(self, *args, **kwargs):
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            refuse(CellArguments(kwargs.get('scope'), cell.default_scope), 'tensornet.rnn',
                   cell.__name__, signature, args, kwargs)
            raise  # A misfit that `refuse` does not know.
        make(self, *args, **kwargs)

    cell.__init__ = checked
    return cell


class CellArguments(Arguments):
    """The arguments of a recurrent cell, which is made before anything of it is in a graph.

    Args:
        scope: the cell's `scope` argument.
        cell: default scope of the cell.
    """

    def __init__(self, scope, cell):
        # The outermost scope has no name.
        self.scope = (scope if isinstance(scope, str) else getattr(scope, 'name', cell)) or cell
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

    def gate_matrix(self, given, gates, inp_modes, hidden_modes):
        """Checks the TT-ranks of a matrix for several gates.

        Args:
            given: `MatrixArguments`.
            gates: number of gates, a factor of the first output mode.
            inp_modes, hidden_modes: checked modes of what is multiplied, and of the hidden units.

        Returns:
            `TTMatrixShape`, None for a dense matrix.
        """
        if given.ranks is None:
            return None
        out_modes = self.sizes('hidden_modes', [gates * hidden_modes[0], *hidden_modes[1:]],
                               largest=None)
        return self.matrix(given.ranks_name, given.ranks, inp_modes, out_modes)

    def matrix_arguments(self, given, matrix):
        """Checks the plan, the initializer and the regularizer of a matrix.

        Args:
            given: `MatrixArguments`.
            matrix: `TTMatrixShape`, None for a dense matrix.

        Returns:
            `MatrixArguments`.
        """
        functions = Functions(*(self._gate_function(f'{given.name}_{field}', value, matrix)
                                for field, value in given.functions._asdict().items()))
        return given._replace(functions=functions,
                              plan=self._gate_plan(given.plan_name, given.plan, matrix))

    def _gate_plan(self, name, plan, matrix):
        """Checks a plan, its name or None; a dense matrix takes no plan of its own."""
        if plan is None:
            return None
        if matrix is not None:
            return check_tt_matrix_plan(self, name, plan, matrix)
        if isinstance(plan, Plan):
            self.wrong_value(name, 'a name or None for a dense matrix', plan,
                             'leave it out, or pass ranks')
        return self.choice(name, plan, PLAN_NAMES, 'pass one of these, or leave it out')

    def _gate_function(self, name, value, matrix):
        if isinstance(value, Scheme) and name.endswith('initializer'):
            return value
        if matrix is not None:
            return self.per_core(name, value, matrix.d)
        if isinstance(value, (list, tuple)):
            self.wrong_type(name, 'one function for a dense matrix', value,
                            'pass one, or ranks for a TT-matrix')
        return self.function(name, value)

    def activation(self, name, value):
        """Checks an activation and returns it."""
        if not callable(value):
            self.wrong_type(name, 'a function of a tensor', value, 'pass for example tf.tanh')
        return value
