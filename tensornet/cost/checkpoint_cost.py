"""What the layers in a checkpoint cost, as data and as a table with their variables."""

from __future__ import annotations

import os
from typing import Union

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.prefix import check_source
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_variables import costs_of_variables
from tensornet.cost.table import joined

# Columns beside those of `NetworkCost`, and whether they hold numbers.
_COLUMNS = [('slots', True), ('variables', False)]


def of_checkpoint(source: Union[str, os.PathLike]) -> NetworkCost:
    """Returns what the layers in a checkpoint cost, as far as the checkpoint tells.

    Layers are recognized by the names and shapes of their variables. These tell neither plans nor
    times, nor operations, except those of `linear`: they depend on plans, strides and images. Modes
    are known where only one choice fits the shapes. The number of inputs of a padded layer is not
    known.

    Args:
        source: prefix of the checkpoint, its folder, or one of its files.

    Returns:
        `NetworkCost`, with the scopes in alphabetical order. Variables of no layer are of kind
        'other'; the global step and the powers of Adam's decays do not count.

    Raises:
        CheckpointError, TypeError: it cannot be read, or `source` is no path.
    """
    checkpoint = Checkpoint(check_source('of_checkpoint', 'source', source), object_based=True)
    return NetworkCost([layer for layer, _ in costs_of_variables(checkpoint.shapes,
                                                                 checkpoint.dtypes)])


def inspect(source: Union[str, os.PathLike]) -> str:
    """Returns what the layers of a checkpoint cost, and their variables, as text.

    Args:
        source: as for `of_checkpoint`.

    Raises:
        CheckpointError: it cannot be read.
    """
    checkpoint = Checkpoint(source, object_based=True)
    pairs = costs_of_variables(checkpoint.shapes, checkpoint.dtypes)
    cells = [[str(len(found.slots)), _described(found.variables, checkpoint.shapes)]
             for _, found in pairs]
    table = NetworkCost([layer for layer, _ in pairs]).as_text(_COLUMNS, cells)
    return f'{checkpoint.prefix}\n{table}'


def _described(names, shapes):
    """Names below the scope and shapes of variables."""
    return ', '.join(f'{name.rpartition("/")[2]} {joined(shapes[name]) or "scalar"}'
                     for name in names)
