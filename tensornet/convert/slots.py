"""Which variables of a checkpoint belong to which others."""


def owner_of(name, shapes):
    """Returns the variable that another one was made for, or None.

    Optimizers and moving averages name their slots `<variable>/<slot>`, below the variable scope
    they were made in, if any: `fc/weights/Momentum`, `train/fc/weights/Adam_1`. Below a scope
    only variables of the owner's shape count, since the name says less there.

    Args:
        name: name of the variable.
        shapes: dict from the names of all variables of the checkpoint to their shapes.
    """
    parts = name.split('/')
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
