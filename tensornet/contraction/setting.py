"""What a product or a convolution is planned for."""

from collections import namedtuple

DEFAULT_BATCH_SIZE = 100
ITEMSIZES = {'float16': 2, 'bfloat16': 2, 'float32': 4, 'float64': 8}


class Setting(namedtuple('Setting', ['batch_size', 'training', 'dtype', 'machine'])):
    """What is planned for.

    Attributes:
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: name of the numbers' type, one of `ITEMSIZES`.
        machine: the machine's constants for numbers of that type, a `Machine`.
    """

    __slots__ = ()

    @property
    def itemsize(self):
        """Bytes of a number."""
        return ITEMSIZES[self.dtype]
