"""Checks of the arguments of recurrent cells."""

import collections.abc

import tensorflow.compat.v1 as tf

from tensornet.contraction import Plan
from tensornet.initializers import Scheme
from tensornet.layers.arguments import Arguments
from tensornet.layers.default_plan import INFERENCE, PLAN_NAMES
from tensornet.rnn.gate_matrix import GateMatrix, gate_modes


class CellArguments(Arguments):
    """The arguments of a recurrent cell, which is made before anything of it is in a graph.

    Args:
        scope: the cell's `scope` argument.
        cell: default scope of the cell.
    """

    def __init__(self, scope, cell):
        self.scope = scope if isinstance(scope, str) else getattr(scope, 'name', cell)
        self.check_scope(scope, cell)

    def modes_of_inputs(self, hidden_modes, inp_modes, inp_ranks, inp_size):
        """Checks what says how the inputs are multiplied.

        Returns:
            `inp_modes`, `inp_size`, or a pair of None for a dense matrix.
        """
        if (inp_modes is None) != (inp_ranks is None):
            given, missing = (('inp_modes', 'inp_ranks') if inp_ranks is None
                              else ('inp_ranks', 'inp_modes'))
            raise ValueError(
                '%s: `inp_modes` and `inp_ranks` go together, but only `%s` is given; pass `%s` as '
                'well, or neither for a dense matrix' % (self.scope, given, missing))
        if inp_modes is None:
            return None, None if inp_size is None else self.size('inp_size', inp_size)
        inp_modes = self.sizes('inp_modes', inp_modes)
        self.equal_length('inp_modes', inp_modes, 'hidden_modes', hidden_modes)
        return inp_modes, self.live_size('inp_size', inp_size, 'inp_modes', inp_modes)

    def gate_matrix(self, name, argument, gates, hidden_modes, hidden_size, inp_modes, inp_size,
                    ranks, initializer, regularizer, plan, **others):
        """Checks what belongs to one matrix and returns its `GateMatrix`.

        Args:
            name: of its variable scope.
            argument: what the names of its arguments begin with.
            gates, hidden_modes, hidden_size, inp_modes, inp_size: sizes, checked.
            ranks, initializer, regularizer, plan: arguments of the cell.
            others: of `GateMatrix`, checked.
        """
        if ranks is None:
            if isinstance(plan, Plan):
                self.wrong_type(_plan_name(argument), 'None for a dense matrix', plan,
                                'pass ranks for it')
        else:
            out_modes = gate_modes(gates, hidden_modes)
            self.sizes('hidden_modes', out_modes, largest=None)
            modes = [i * o for i, o in zip(inp_modes, out_modes)]
            ranks = self.ranks(argument + '_ranks', ranks, modes, boundaries=(0, -1))
            if isinstance(plan, Plan) and not plan.fits(inp_modes, out_modes, ranks):
                self.wrong_value(
                    _plan_name(argument), 'one for modes %s -> %s and ranks %s'
                    % (inp_modes, out_modes, ranks), plan,
                    'make it with `tensornet.contraction.plan` from these')
        self._plan(_plan_name(argument), plan)
        functions = []
        for kind, value in (('initializer', initializer), ('regularizer', regularizer)):
            name_of_it = '%s_%s' % (argument, kind)
            if isinstance(value, Scheme) and kind == 'initializer':
                functions.append(value)
            elif ranks is None:
                if isinstance(value, (list, tuple)):
                    self.wrong_type(name_of_it, 'one function for a dense matrix', value,
                                    'pass one, or ranks')
                functions.append(self.function(name_of_it, value))
            else:
                functions.append(self.per_core(name_of_it, value, len(hidden_modes)))
        return GateMatrix(name, gates, hidden_modes, hidden_size, inp_modes, inp_size, ranks,
                          *functions, plan=plan, **others)

    def activation(self, name, value):
        """Checks an activation and returns it."""
        if not callable(value):
            self.wrong_type(name, 'a function of a tensor', value, 'pass for example tf.tanh')
        return value

    def number(self, name, value):
        """Checks a finite real number and returns it as a float."""
        import numbers
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            self.wrong_type(name, 'a number', value, 'pass for example 1.0')
        if not abs(float(value)) < float('inf'):
            self.wrong_value(name, 'a finite number', value, 'pass for example 1.0')
        return float(value)

    def _plan(self, name, plan):
        if plan is not None and not isinstance(plan, Plan):
            self.choice(name, plan, PLAN_NAMES + (INFERENCE,),
                        'or make one with `tensornet.contraction.plan`')


def _plan_name(argument):
    return 'plan' if argument == 'inp' else argument + '_plan'
