"""Values of a checkpoint in the shapes and types of the variables of a graph."""
import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.number_types import exact


def fitting_values(checkpoint, sources, variables, may_reshape, flat):
    """Reads the values of variables.

    Args:
        checkpoint: `Checkpoint`.
        sources: dict from keys of `variables` to names in the checkpoint.
        variables: dict from names to `Whole` variables.
        may_reshape: whether another shape of the same size fits.
        flat: dict from those keys of `sources` that are parts of a flat variable to `FlatCore`.

    Returns:
        Dict from the keys of `sources` to arrays.

    Raises:
        CheckpointError: the checkpoint is damaged, or values do not fit; all of them are named.
    """
    values, misfits = {}, []
    for name, source in sorted(sources.items()):
        variable = variables[name]
        value = checkpoint.read(source)
        if name in flat:
            value = flat[name].of(value)
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
            f'{checkpoint.prefix}: nothing was restored, since {len(misfits)} variables do not '
            f'fit: {"; ".join(misfits)}; build the layers with the modes, ranks and types they '
            'were trained with, or leave the variables out of `var_list`')
    return values


def _in_type(value, old, new):
    """Returns the value in another type, None if it is not the same there."""
    value = np.asarray(value)
    if old == new:
        return value
    # A quantized number means nothing without the range that belongs to it.
    if old.is_quantized or new.is_quantized or tf.string in (old, new):
        return None
    return exact(value, new.as_numpy_dtype)
