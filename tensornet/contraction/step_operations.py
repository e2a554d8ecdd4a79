"""Which operations carry out a contraction.

A plan decides it once, by the cost model or by measurement; execution does as it says.
"""

from collections import namedtuple

# Products, forward. Vectors, that is states of single columns, meet the matrix in one product, for
# which it is used as it is stored or transposed first. Others make a batched product, of oneDNN's
# kind or of TensorFlow's own, which is slower but begins several times as soon.
STORED, TRANSPOSED, BATCHED, SMALL = 'stored', 'transposed', 'batched', 'small'

# The gradient of the matrix of a batched product: one product over batch and columns of transposed
# factors, or a batched product, BATCHED or SMALL, whose results are added up.
FLAT = 'flat'
CORE_GRADIENTS = FLAT, BATCHED, SMALL


class StepOperations(namedtuple('StepOperations', ['product', 'core_gradient', 'joins'])):
    """The operations of one contraction.

    Attributes:
        product: STORED or TRANSPOSED where the state has single columns, else BATCHED or SMALL.
        core_gradient: one of `CORE_GRADIENTS`; FLAT where the state has single columns.
        joins: BATCHED or SMALL for each product that merges the cores, from right to left.
    """

    __slots__ = ()

    def __str__(self):
        words = [self.product]
        if self.product in (BATCHED, SMALL):
            words.append('gradient %s' % self.core_gradient)
        if self.joins:
            words.append('merged %s' % ' '.join(self.joins))
        return ', '.join(words)
