"""A file with the inputs of a layer."""
import zipfile

import numpy as np

from tensornet.checkpoints.checkpoint_error import CheckpointError


def read_inputs(path):
    """Returns the array in a file, which is never unpickled.

    Args:
        path: `.npy` file, which is mapped into memory, so that it may be larger than that; or a
            `.npz` file of one array.

    Raises:
        CheckpointError: it cannot be read, or does not hold one array of numbers.
    """
    try:
        content = np.load(path, mmap_mode='r', allow_pickle=False)
        if isinstance(content, np.ndarray):
            return content
        with content:
            if len(content.files) != 1:
                raise CheckpointError(
                    f'{path}: it must hold one array, the inputs of the layer, but it holds '
                    f'{", ".join(content.files) or "none"}; save that alone, with `numpy.save`')
            return content[content.files[0]]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise CheckpointError(f'{path}: it must be a .npy or .npz file of an array of numbers, but '
                              f'it cannot be read ({error}); write it with `numpy.save`') from error
