"""A table of the layers in a checkpoint."""
from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.convert.checkpoint_layers import layers_of
from tensornet.convert.report import joined, table

_COLUMNS = ['layer', 'kind', 'variables', 'parameters', 'slots']


def inspect(source):
    """Returns the layers of a checkpoint as text.

    Args:
        source: the checkpoint, see `Checkpoint`.

    Raises:
        CheckpointError: it cannot be read.
    """
    checkpoint = Checkpoint(source, object_based=True)
    rows = []
    total = 0
    for layer in layers_of(checkpoint.shapes):
        shapes = [(name.rpartition('/')[2], checkpoint.shapes[name]) for name in layer.variables]
        sizes = sum(_size(shape) for _, shape in shapes)
        total += sizes
        described = ', '.join(f'{name} {joined(shape) or "scalar"}' for name, shape in shapes)
        rows.append([layer.scope or '(no scope)', layer.kind, described, str(sizes),
                     str(len(layer.slots))])
    lines = [checkpoint.prefix] + table(_COLUMNS, rows)
    return '\n'.join(lines + [f'{total} numbers without slots'])


def _size(shape):
    size = 1
    for length in shape:
        size *= length
    return size
