"""A checkpoint of the original library with the names of this one."""

from __future__ import annotations

import os
from typing import Dict, List, NamedTuple, Union

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_writer import write_checkpoint
from tensornet.checkpoints.files import check_path, followed
from tensornet.checkpoints.flat_cores import flat_weights
from tensornet.checkpoints.latest import name_latest
from tensornet.checkpoints.output_path import check_output
from tensornet.checkpoints.prefix import check_source
from tensornet.checkpoints.renamed import is_misspelt, renamed_variables
from tensornet.wording import counted


class NewNames(NamedTuple):
    """What becomes of the variables of a checkpoint.

    Attributes:
        copied: dict from the names of the variables to their new names, most of them the same.
        redundant: dict from the names of variables that are left out to the new name of the one
            that holds the same.
        flat: list of the new names of those that seem to hold all cores of a TT layer, as the
            library of 2016 saved them; they are copied as they are, since only the layer tells
            its modes and ranks.
    """

    copied: Dict[str, str]
    redundant: Dict[str, str]
    flat: List[str]

    @property
    def summary(self) -> str:
        """How many variables are renamed, left out and unchanged, in one line."""
        renamed = sum(old != new for old, new in self.copied.items())
        found = counted(len(self.copied) + len(self.redundant), 'variable', 'variables')
        return (f'{found}: {renamed} renamed, {len(self.redundant)} left out, '
                f'{len(self.copied) - renamed} as they were')

    @property
    def remarks(self) -> List[str]:
        """What else there is to do, a list of lines."""
        return [f'{name} is flat, as the cores of a TT layer were in 2016, and is copied as it is: '
                'restore it with tensornet.checkpoints.Saver into the layer, and save that'
                for name in self.flat]

    def __str__(self):
        lines = {old: old if old == new else f'{old} -> {new}'
                 for old, new in self.copied.items()}
        lines.update((name, f'{name} is left out: {other} makes it redundant')
                     for name, other in self.redundant.items())
        return '\n'.join([lines[name] for name in sorted(lines)] + [self.summary])


def rewrite(source: Union[str, os.PathLike], output: Union[str, os.PathLike]) -> NewNames:
    """Writes a checkpoint whose variables have the names that this library gives them.

    Args:
        source: path of the checkpoint to read, as for `Checkpoint`; it is never modified.
        output: prefix of the checkpoint to write. Where its folder has no file `checkpoint`, it
            becomes the latest checkpoint of the folder.

    Returns:
        `NewNames`.

    Raises:
        CheckpointError: the source cannot be read, or the output exists or cannot be written; then
            there is no output. Or the file `checkpoint` cannot be written.
        TypeError: an argument is no path.
    """
    source = check_source('rewrite', 'source', source)
    output = followed(check_path('rewrite', 'output', output))
    checkpoint = Checkpoint(source)
    version = check_output(output, checkpoint.prefix, remedy='pass another `output`')
    names = new_names(checkpoint)
    write_checkpoint(output, version, checkpoint, names.copied)
    name_latest(output)
    return names


def new_names(checkpoint: Checkpoint) -> NewNames:
    """Returns the `NewNames` of the variables of a `Checkpoint`."""
    renamed = renamed_variables(checkpoint)
    copied = {name: renamed.new_names.get(name, name) for name in checkpoint.shapes
              if name not in renamed.redundant}
    shapes = {new: checkpoint.shapes[old] for old, new in copied.items()}
    of_2016 = any(is_misspelt(name) for name in checkpoint.shapes)
    return NewNames(copied, renamed.redundant, flat_weights(shapes, of_2016))
