"""The variables of a checkpoint whose names have changed since the original library."""

from __future__ import annotations

from typing import Collection, Dict, NamedTuple, Optional

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.moving_statistics import find_moving_statistics


class Renamed(NamedTuple):
    """What is different in a checkpoint of the original library.

    Attributes:
        new_names: dict from old names to new ones. Averages and optimizer slots of a renamed
            variable, which are named after it, are renamed with it.
        redundant: dict from names of variables that are not needed any more to the new name of
            the one that says the same.
    """

    new_names: Dict[str, str]
    redundant: Dict[str, str]


def renamed_variables(checkpoint: Checkpoint,
                      wanted: Optional[Collection[str]] = None) -> Renamed:
    """Finds the variables of a checkpoint whose names have changed.

    Args:
        checkpoint: `Checkpoint`.
        wanted: new names that are looked for; None looks for all of them. Names that the
            checkpoint has already are never given to another variable.

    Returns:
        `Renamed`.

    Raises:
        CheckpointError: several variables would get the same new name.
    """
    new_names = _misspelt(checkpoint, wanted)
    redundant: Dict[str, str] = {}
    for layer in find_moving_statistics(checkpoint.shapes):
        targets = _with_slots(checkpoint, layer.new_names())
        free = _free(checkpoint, targets, wanted)
        if not free:
            continue
        _check_unique(checkpoint, new_names, free)
        new_names.update(free)
        redundant.update(_redundant(checkpoint, layer))
    return Renamed(new_names, redundant)


def is_misspelt(name: str) -> bool:
    """Whether a variable is named as only the library of 2016 named it."""
    return name.rpartition('/')[2] == 'weigths'


def _misspelt(checkpoint, wanted):
    """Finds the weights of batch normalization as the library of 2016 called them."""
    names = {name: name[:-len('weigths')] + 'weights' for name in checkpoint.shapes
             if is_misspelt(name)}
    return _free(checkpoint, _with_slots(checkpoint, names), wanted)


def _free(checkpoint, new_names, wanted):
    return {old: new for old, new in new_names.items() if new not in checkpoint.shapes
            and (wanted is None or new in wanted)}


def _with_slots(checkpoint, new_names):
    slots = {}
    for name in checkpoint.shapes:
        owner, _, slot = name.rpartition('/')
        if owner in new_names:
            slots[name] = f'{new_names[owner]}/{slot}'
    return dict(new_names, **slots)


def _redundant(checkpoint, layer):
    if not layer.steps:
        return {}
    count = checkpoint.read(layer.steps[0])
    equal = {name: layer.new_local_step for name in layer.steps[1:]
             if checkpoint.read(name) == count}
    return dict(layer.biased, **equal)


def _check_unique(checkpoint, taken, new_names):
    old_names = {new: old for old, new in taken.items()}
    for old, new in new_names.items():
        if new in old_names:
            raise CheckpointError(
                f'{checkpoint.prefix}: {new} may be {old_names[new]} or {old}, since two layers '
                f'were built in that scope; pick one with `var_list={{"{old}": variable}}` of '
                'tensornet.checkpoints.Saver')
