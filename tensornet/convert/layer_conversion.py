"""The conversion of one layer of a checkpoint: what is asked for, and what it is made from."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.slots import Average, averages_of
from tensornet.convert.changes import Changes
from tensornet.convert.dense_weights import real_array
from tensornet.convert.request import Request
from tensornet.tt.arguments import check_integer
from tensornet.wording import without_effect


class LayerConversion(NamedTuple):
    """What the conversion of a layer works with.

    Attributes:
        request: `Request`.
        checkpoint: `Checkpoint` that holds the layer.
        average_names: names of averages beside the usual one.
        changes: `Changes` to add to.
    """

    request: Request
    checkpoint: Checkpoint
    average_names: Sequence[str]
    changes: Changes

    def error(self, text: str) -> CheckpointError:
        """Returns an error that names the layer."""
        return CheckpointError(f'`layer` {self.request.layer}: {text}')

    @property
    def target(self) -> Dict[str, Any]:
        """The target of the request, without what is None in it."""
        return {name: value for name, value in (self.request.target or {}).items()
                if value is not None}

    def averages_of(self, variable: str) -> List[Average]:
        """Returns the moving averages of a variable."""
        return averages_of(variable, self.checkpoint.shapes, self.average_names)

    def read_finite(self, name: str) -> np.ndarray:
        """Returns the value of a variable as a float array.

        Raises:
            CheckpointError: it holds NaN or infinity.
            ValueError, TypeError: it is no array of real numbers.
        """
        value = real_array('convert_checkpoint', name, self.checkpoint.read(name))
        if not np.isfinite(value).all():
            raise self.error(f'the variable {name} holds NaN or infinity; take an earlier '
                             'checkpoint, or leave the layer out')
        return value

    def given_sizes(self) -> List[Optional[int]]:
        """Returns the `inp_size` and `out_size` of the request.

        Raises:
            ValueError, TypeError: one is no positive integer.
        """
        return [None if size is None else check_integer('convert_checkpoint', name, size)
                for name, size in (('inp_size', self.request.inp_size),
                                   ('out_size', self.request.out_size))]

    def check_known_sizes(self, known: Sequence[Optional[int]], known_by: str) -> None:
        """Checks that the sizes of the request, where given, are those that the layer has.

        Args:
            known: number of inputs and of outputs, or channels; None where it is not known.
            known_by: what tells them, for the message.

        Raises:
            CheckpointError: one is another.
            ValueError, TypeError: one is no positive integer.
        """
        for option, size, right in zip(('inp_size', 'out_size'), self.given_sizes(), known):
            if size is not None and right is not None and size != right:
                raise self.error(f'`{option}` is {size}, but {known_by} have {right}; leave it out')

    def check_effect(self, names: Sequence[str], reason: str) -> None:
        """Raises CheckpointError where fields of the request are given that change nothing.

        Args:
            names: of these fields, which are None otherwise.
            reason: why they change nothing, a clause.
        """
        given = [name for name in names if getattr(self.request, name) is not None]
        if given:
            raise self.error(without_effect(given, reason))

    def check_mode_pairs(self) -> None:
        """Raises CheckpointError where modes of one side are given without those of the other."""
        request = self.request
        for inp_modes, out_modes in ((request.inp_modes, request.out_modes),
                                     (request.new_inp_modes, request.new_out_modes)):
            if (inp_modes is None) != (out_modes is None):
                raise self.error('input and output modes go together; give both or none')
