"""Calls that do not fit the signature of a cell raise what its wrong arguments raise."""

import functools
import inspect

from tensornet.layers.checked_call import refuse
from tensornet.rnn.cell_arguments import CellArguments


def checked_cell(cell):
    """Lets the class of a cell answer calls that it cannot take with a message of its own.

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
