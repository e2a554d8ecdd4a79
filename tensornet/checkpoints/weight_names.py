"""What layers call their weights: those of this library, of TensorFlow and of Keras."""

from __future__ import annotations

import re
from typing import Optional

MATRICES = ('weights', 'kernel', '_kernel')
# The tables of embeddings: of Keras, of feature columns, and plain ones.
TABLES = ('embeddings', 'embedding_weights', 'embedding', 'table')
KERNELS = ('filters', 'kernel', '_kernel')
BIASES = ('biases', 'bias', '_bias')
# Of a batch normalization, beside the names above.
_SCALES = ('gamma', 'beta')
_CORE = re.compile('(?:mat_)?core_([0-9]+)')


def is_weight(name: str) -> bool:
    """Returns whether layers call a weight so; `name` is the last part of a variable's name."""
    return (name in (*MATRICES, *TABLES, *KERNELS, *BIASES, *_SCALES)
            or core_number(name) is not None)


def core_number(name: str) -> Optional[int]:
    """Returns the number of a core, from 1 on, or None; `name` is the last part of a name."""
    match = _CORE.fullmatch(name)
    return int(match.group(1)) if match else None
