"""What is restored from a checkpoint: which variable from which of its own, and the values."""

from __future__ import annotations

import difflib
from typing import Dict, List, Mapping, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.flat_cores import FlatCore, flat_cores
from tensornet.checkpoints.graph_variables import Whole
from tensornet.checkpoints.renamed import renamed_variables
from tensornet.number_types import exact
from tensornet.wording import counted

# How many names of missing variables are compared with the others.
_COMPARED = 20


class Matched(NamedTuple):
    """What is restored from where, and what is not.

    Attributes:
        prefix: of the checkpoint.
        sources: dict from the names of the variables to their names in the checkpoint.
        redundant: dict from names in the checkpoint that nothing is restored from to the variable
            that says the same.
        replaced: dict from names of variables in the checkpoint to the names of their averages,
            from which they are restored.
        missing: dict from the sorted names of the variables that the checkpoint lacks to names of
            unused variables of the same shape that resemble them, for the first ones.
        unused: sorted names of the variables of the checkpoint that the graph lacks.
        flat: dict from the names of those cores that are in one flat variable, which `sources`
            names, to `FlatCore`.
    """

    prefix: str
    sources: Dict[str, str]
    redundant: Dict[str, str]
    replaced: Dict[str, str]
    missing: Dict[str, List[str]]
    unused: List[str]
    flat: Dict[str, FlatCore]

    @property
    def is_complete(self):
        """Whether nothing is missing or unused."""
        return not self.missing and not self.unused

    def __str__(self):
        lines = [f'{counted(len(self.sources), "variable is", "variables are")} in both']
        if self.replaced:
            lines.append(counted(len(self.replaced), 'variable is replaced by its average:',
                                 'variables are replaced by their averages:'))
            lines.extend(f'  {name} by {average}'
                         for name, average in sorted(self.replaced.items()))
        if self.missing:
            lines.append('the checkpoint lacks '
                         f'{counted(len(self.missing), "variable", "variables")}:')
            lines.extend(f'  {name}' + (f' (it has: {", ".join(near)})' if near else '')
                         for name, near in sorted(self.missing.items()))
        if self.unused:
            lines.append(f'the graph lacks {len(self.unused)}, or the saver was not given them:')
            lines.extend(f'  {name}' for name in self.unused)
        return '\n'.join(lines)


def match(checkpoint: Checkpoint, variables: Mapping[str, Whole]) -> Matched:
    """Finds the variables of a graph in a checkpoint of this or the original library.

    Args:
        checkpoint: `Checkpoint`.
        variables: dict from the names that variables are to be restored by to `Whole` ones.

    Returns:
        `Matched`.

    Raises:
        CheckpointError: several variables of the checkpoint may be meant.
    """
    shapes = {name: variable.shape for name, variable in variables.items()}
    sources = {name: name for name in shapes if name in checkpoint.shapes}
    renamed = renamed_variables(checkpoint, set(shapes) - set(sources))
    sources.update((new, old) for old, new in renamed.new_names.items())
    flat = flat_cores(checkpoint.shapes, {name: shape for name, shape in shapes.items()
                                          if name not in sources})
    sources.update((name, core.source) for name, core in flat.items())
    replaced = _replaced(checkpoint, sources, variables)
    used = set(sources.values()) | set(renamed.redundant) | set(replaced)
    unused = sorted(name for name in checkpoint.shapes if name not in used)
    missing: Dict[str, List[str]] = {}
    for name in sorted(set(shapes) - set(sources)):
        # Of many names the comparison would take longer than all else.
        missing[name] = [] if len(missing) >= _COMPARED else difflib.get_close_matches(
            name, [other for other in unused if checkpoint.shapes[other] == shapes[name]])
    return Matched(checkpoint.prefix, sources, renamed.redundant, replaced, missing, unused,
                   flat)


def fitting_values(checkpoint: Checkpoint, matched: Matched, variables: Mapping[str, Whole],
                   may_reshape: bool) -> Dict[str, np.ndarray]:
    """Reads the values of the variables that a checkpoint has, in their shapes and types.

    Args:
        checkpoint: `Checkpoint`.
        matched: what `match` found in it.
        variables: the same as for `match`.
        may_reshape: whether another shape of the same size fits.

    Returns:
        Dict from the keys of `matched.sources` to arrays.

    Raises:
        CheckpointError: the checkpoint is damaged, or values do not fit; all of them are named.
    """
    values: Dict[str, np.ndarray] = {}
    misfits = []
    for name, source in sorted(matched.sources.items()):
        variable = variables[name]
        if source in checkpoint.partial:
            # What is missing in the whole is not there in the graph either.
            value = variable.joined(checkpoint.read_parts(source, variable.slices))
        else:
            value = checkpoint.read(source)
        if name in matched.flat:
            value = matched.flat[name].of(value)
        shape, dtype = variable.shape, variable.dtype
        if may_reshape and shape is not None and np.size(value) == np.prod(shape):
            value = np.reshape(value, shape)
        if shape is not None and list(np.shape(value)) != shape:
            misfits.append(f'{name} is {list(np.shape(value))} in the checkpoint, {shape} in the '
                           'graph')
            continue
        values[name] = _in_type(value, checkpoint.dtypes[source], dtype)
        if values[name] is None:
            misfits.append(f'{name} is {checkpoint.dtypes[source].name} in the checkpoint and '
                           f'would not keep its value as {dtype.name}')
    if misfits:
        raise CheckpointError(
            f'{checkpoint.prefix}: nothing was restored, since '
            f'{counted(len(misfits), "variable does", "variables do")} not fit: '
            f'{"; ".join(misfits)}; build the layers with the modes, ranks and types they '
            'were trained with, or leave the variables out of `var_list`')
    return values


def _replaced(checkpoint, sources, variables):
    """Finds the variables that are restored from an average, which is named below them."""
    taken = set(sources.values())
    names = {key: variables[key].name for key in sources}
    return {names[key]: source for key, source in sources.items()
            if names[key] in checkpoint.shapes and names[key] not in taken
            and source.startswith(names[key] + '/')}


def _in_type(value, old, new):
    """Returns the value in another type, None if it is not the same there."""
    value = np.asarray(value)
    if old == new:
        return value
    # A quantized value means nothing without the range that belongs to it.
    if old.is_quantized or new.is_quantized or tf.string in (old, new):
        return None
    return exact(value, new.as_numpy_dtype)
