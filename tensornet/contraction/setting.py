"""What a product or a convolution is planned for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional

if TYPE_CHECKING:
    from tensornet.contraction.machine import Machine

DEFAULT_BATCH_SIZE = 100
HALF = 'float16', 'bfloat16'
ITEMSIZES = {'float16': 2, 'bfloat16': 2, 'float32': 4, 'float64': 8}


class Setting(NamedTuple):
    """What is planned for.

    Attributes:
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: name of the type of the elements, one of `ITEMSIZES`.
        machine: the constants of the machine for that type, a `Machine`; None means a CPU.
        constant_bytes: None for cores that are variables. The cores of a frozen graph are
            constants, which TensorFlow merges once, before the first run. Merging then takes no
            time, but the merged cores together may take no more than this many bytes.
        held: whether cores are kept from being merged ahead of a run, see `dependence.held`. They
            are then merged in each run, and an exported file holds them as they are.
    """

    batch_size: int
    training: bool
    dtype: str
    machine: Optional[Machine]
    constant_bytes: Optional[int] = None
    held: bool = False

    @property
    def itemsize(self) -> int:
        """Bytes of an element while the layer is computed."""
        if self.dtype in HALF and self.machine is not None:
            return self.machine.half_itemsize
        return ITEMSIZES[self.dtype]

    @property
    def stored_itemsize(self) -> int:
        """Bytes of an element in a file."""
        return ITEMSIZES[self.dtype]

    @property
    def has_constant_cores(self) -> bool:
        """Whether the cores are constants."""
        return self.constant_bytes is not None


def checked_dtype(function, name, dtype):
    """Returns the name of a type that products are planned for, or raises ValueError.

    Args:
        function: name of the public function, for the messages.
        name: name of its argument.
        dtype: the argument: a name, a NumPy or TensorFlow type, or a class of numbers.
    """
    given = dtype if isinstance(dtype, str) else getattr(
        dtype, 'name', getattr(dtype, '__name__', None))
    if not isinstance(given, str) or given not in ITEMSIZES:
        raise ValueError(f"{function}: `{name}` must be one of "
                         f"{', '.join(map(repr, ITEMSIZES))}, but it is {dtype!r:.100}; pass for "
                         "example 'float32'")
    return given
