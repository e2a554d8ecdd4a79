"""Which variables of a checkpoint belong to which others."""

from __future__ import annotations

import re
from typing import List, Mapping, NamedTuple, Optional, Sequence

from tensornet.checkpoints.weight_names import is_weight

# The shapes of all variables of a checkpoint by their names.
Shapes = Mapping[str, Sequence[int]]

# What tf.train.ExponentialMovingAverage calls its averages where it is given no name.
AVERAGE = 'ExponentialMovingAverage'


class Average(NamedTuple):
    """The moving average of a variable, `<before><variable><after>`.

    Attributes:
        name: its full name.
        before, after: what stands before and after the name of the variable.
    """

    name: str
    before: str
    after: str

    def of(self, variable: str) -> str:
        """Returns the name that the average of another variable would have."""
        return f'{self.before}{variable}{self.after}'


def averages_of(owner: str, shapes: Shapes, names: Sequence[str] = ()) -> List[Average]:
    """Returns the moving averages of a variable, a list of `Average`.

    Args:
        owner: name of the variable.
        shapes: dict from the names of all variables of the checkpoint to their shapes.
        names: further names of averages that `tf.train.ExponentialMovingAverage` was made with.
    """
    last = _ending((AVERAGE, *names))
    found = []
    for name in sorted(shapes):
        before, _, after = name.rpartition(owner + '/')
        if (name != owner and last.fullmatch(after) and shapes[name] == shapes[owner]
                and owner_of(name, shapes) == owner):
            found.append(Average(name, before, '/' + after))
    return found


def is_named_average(name: str, names: Sequence[str]) -> bool:
    """Returns whether a variable is called as averages of one of these names are."""
    return re.search(f'/{_ending(names).pattern}$', name) is not None


def owner_of(name: str, shapes: Shapes) -> Optional[str]:
    """Returns the variable that another one was made for, or None.

    Optimizers and moving averages name their slots `<variable>/<slot>`: `fc/weights/Momentum`. The
    variable scope that they were made in comes first, if any: `train/fc/weights/Adam_1`. Such a
    name may mean something else, so there only a variable of the owner's shape counts as a slot.
    What is called as the weights of a layer are is never one.

    Args:
        name: name of the variable.
        shapes: dict from the names of all variables of the checkpoint to their shapes.
    """
    parts = name.split('/')
    if is_weight(parts[-1]):
        return None
    for end in range(len(parts) - 1, 0, -1):
        candidate = '/'.join(parts[:end])
        if candidate in shapes:
            return candidate
    for start in range(1, len(parts) - 1):
        for end in range(len(parts) - 1, start, -1):
            candidate = '/'.join(parts[start:end])
            if candidate in shapes and shapes[candidate] == shapes[name]:
                return candidate
    return None


def _ending(names):
    """What the names of averages end with, which TensorFlow makes unique by a number."""
    return re.compile(f"(?:{'|'.join(map(re.escape, names))})(?:_[0-9]+)?")
