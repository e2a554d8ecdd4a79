"""What a conversion changes among the variables of a checkpoint."""

from __future__ import annotations

import collections
from typing import Collection, Dict, List, Mapping, Set, Union

import numpy as np

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.checkpoint_layers import DenseWeights, TTVariables
from tensornet.checkpoints.slots import owner_of


class Changes:
    """What differs from the source; nothing at first.

    Args:
        source: `Checkpoint` that is converted.

    Attributes:
        values: ordered dict from names to new values.
        replaced: set of the names of the variables that they replace.
        renamed: dict from the names of variables that are copied to their new ones.
    """

    def __init__(self, source: Checkpoint) -> None:
        self._source = source
        self.values: Dict[str, np.ndarray] = collections.OrderedDict()
        self.replaced: Set[str] = set()
        self.renamed: Dict[str, str] = {}

    def replace(self, names: Collection[str], values: Mapping[str, np.ndarray]) -> None:
        """Puts values in the place of variables.

        Args:
            names: of the variables that are replaced.
            values: dict from new names to values.
        """
        self.replaced.update(names)
        self.values.update(values)

    def replace_unequal(self, names: Collection[str], values: Mapping[str, np.ndarray]) -> None:
        """Same as `replace`, but a variable that keeps name, type and value is copied.

        So it keeps its slots.
        """
        kept = {name for name in names if name in values and _are_equal(
            self._source.read(name), values[name])}
        self.replace(set(names) - kept,
                     {name: value for name, value in values.items() if name not in kept})

    def rename_biases(self, found: Union[DenseWeights, TTVariables]) -> None:
        """Gives the biases of a layer the name that a TT layer expects."""
        name = f'{found.scope}/biases'
        if found.biases is not None and found.biases != name:
            self.renamed[found.biases] = name

    def dropped_slots(self) -> List[str]:
        """Returns the sorted names of variables that belong to replaced ones and fit no more."""
        return sorted(name for name in self._source.shapes if name not in self.replaced
                      and owner_of(name, self._source.shapes) in self.replaced)

    def copied(self) -> Dict[str, str]:
        """Returns a dict from the names of the other variables to those that they get.

        Raises:
            CheckpointError: two variables would get one name.
        """
        left_out = self.replaced.union(self.dropped_slots())
        copied = {name: self._new_name(name) for name in self._source.shapes
                  if name not in left_out}
        for name, times in collections.Counter([*copied.values(), *self.values]).items():
            if times > 1:
                raise CheckpointError(
                    f'{self._source.prefix}: it has a variable {name} already, which a converted '
                    'layer needs; convert a checkpoint without it')
        return copied

    def _new_name(self, name: str) -> str:
        """Returns the name of a copied variable: another one if it, or what it belongs to, has."""
        if name in self.renamed:
            return self.renamed[name]
        owner = owner_of(name, self._source.shapes)
        if owner in self.renamed:
            before, _, after = name.rpartition(f'{owner}/')
            return f'{before}{self.renamed[owner]}/{after}'
        return name


def _are_equal(old: np.ndarray, new: np.ndarray) -> bool:
    return old.dtype == new.dtype and np.array_equal(old, new)
