"""What a product or a convolution is planned for."""

from collections import namedtuple

DEFAULT_BATCH_SIZE = 100
HALF = 'float16', 'bfloat16'
ITEMSIZES = {'float16': 2, 'bfloat16': 2, 'float32': 4, 'float64': 8}


class Setting(namedtuple('Setting', [
        'batch_size', 'training', 'dtype', 'machine', 'constant_bytes', 'held'],
        defaults=[None, False])):
    """What is planned for.

    Attributes:
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: name of the type of the elements, one of `ITEMSIZES`.
        machine: the constants of the machine for that type, a `Machine`.
        constant_bytes: None for cores that are variables. The cores of a frozen graph are
            constants, which TensorFlow merges once, before the first run. Merging then takes no
            time, but the merged cores together may take no more than this many bytes.
        held: whether cores are kept from being merged ahead of a run, see `dependence.held`. They
            are then merged in each run, and an exported file holds them as they are.
    """

    __slots__ = ()

    @property
    def itemsize(self):
        """Bytes of an element while the layer is computed."""
        if self.dtype in HALF:
            return self.machine.half_itemsize
        return ITEMSIZES[self.dtype]

    @property
    def stored_itemsize(self):
        """Bytes of an element in a file."""
        return ITEMSIZES[self.dtype]

    @property
    def has_constant_cores(self):
        """Whether the cores are constants."""
        return self.constant_bytes is not None
