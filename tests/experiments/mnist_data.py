"""Files in the form of MNIST."""
import gzip
import os
import struct

import numpy as np

from experiments.common.mnist_files import FILES


def write_mnist(folder, seed=0, compress=False):
    """Writes twelve random training and five test images; returns the four arrays."""
    random = np.random.RandomState(seed)
    arrays = [random.randint(0, high, shape).astype(np.uint8) for high, shape in (
        (256, (12, 28, 28)), (10, (12,)), (256, (5, 28, 28)), (10, (5,)))]
    os.makedirs(folder, exist_ok=True)
    for name, array in zip(FILES, arrays):
        content = idx_bytes(array)
        with open(os.path.join(folder, name + ('.gz' if compress else '')), 'wb') as file:
            file.write(gzip.compress(content) if compress else content)
    return arrays


def idx_bytes(array):
    """An independent writer of the format: magic, sizes, bytes."""
    return (bytes([0, 0, 8, array.ndim])
            + b''.join(struct.pack('>I', size) for size in array.shape)
            + bytes(int(value) for value in array.ravel()))
