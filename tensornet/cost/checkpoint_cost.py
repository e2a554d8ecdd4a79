"""What the layers in a checkpoint cost."""

from __future__ import annotations

import os
from typing import Union

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_variables import costs_of_variables


def of_checkpoint(source: Union[str, os.PathLike]) -> NetworkCost:
    """Returns what the layers in a checkpoint cost, as far as it tells.

    Layers are recognized by the names and shapes of their variables. They tell neither plans nor
    times, and of convolutions no operations, which depend on strides and images. Modes are told
    where only one choice fits the shapes, and the number of inputs of a padded layer is not.

    Args:
        source: prefix of the checkpoint, its folder, or one of its files.

    Returns:
        `NetworkCost`, with the scopes in alphabetical order. Variables of no layer, such as the
        global step, are of kind 'other'.

    Raises:
        CheckpointError: it cannot be read.
    """
    checkpoint = Checkpoint(source, object_based=True)
    return NetworkCost([layer for layer, _ in costs_of_variables(checkpoint.shapes,
                                                                 checkpoint.dtypes)])
