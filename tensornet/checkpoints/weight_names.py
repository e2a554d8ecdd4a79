"""What layers call their weights: those of this library, of TensorFlow and of Keras."""

import re

MATRICES = ('weights', 'kernel', '_kernel')
# The tables of embeddings: of Keras, of feature columns, and plain ones.
TABLES = ('embeddings', 'embedding_weights', 'embedding', 'table')
KERNELS = ('filters', 'kernel', '_kernel')
BIASES = ('biases', 'bias', '_bias')
# Of a batch normalization, beside the names above.
_SCALES = ('gamma', 'beta')
_WEIGHT = re.compile('|'.join((*MATRICES, *TABLES, *KERNELS, *BIASES, *_SCALES,
                               r'(?:mat_)?core_[0-9]+')))


def is_weight(name: str) -> bool:
    """Returns whether layers call a weight so; `name` is the last part of a variable's name."""
    return _WEIGHT.fullmatch(name) is not None
