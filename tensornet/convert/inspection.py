"""A table of the layers in a checkpoint."""
from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.convert.report import joined
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_variables import costs_of_variables

# Columns beside those of `NetworkCost`, and whether they hold numbers.
_COLUMNS = [('slots', True), ('variables', False)]


def inspect(source):
    """Returns what the layers of a checkpoint cost, and their variables, as text.

    Args:
        source: the checkpoint, see `Checkpoint`.

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
