"""Which operations carry out a contraction.

A plan decides it once, by the cost model or by measurement; execution does as it says.
"""

from collections import namedtuple

# Products, forward. Vectors, that is states of single columns, meet the matrix in one product, for
# which it is used as it is stored or transposed first. Others make a batched product, of oneDNN's
# kind or of TensorFlow's own, which is slower but starts several times faster.
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
            words.append(f'gradient {self.core_gradient}')
        if self.joins:
            words.append(f"merged {' '.join(self.joins)}")
        return ', '.join(words)


def variants(operations, training):
    """Yields the operations that differ from the given ones in a single choice.

    Args:
        operations: `StepOperations`.
        training: whether the gradient of the core is computed.

    Yields:
        `StepOperations`. All joins change together: one group's merges are alike.
    """
    other = {STORED: TRANSPOSED, TRANSPOSED: STORED, BATCHED: SMALL, SMALL: BATCHED}
    yield operations._replace(product=other[operations.product])
    if training and operations.product in (BATCHED, SMALL):
        for form in CORE_GRADIENTS:
            if form != operations.core_gradient:
                yield operations._replace(core_gradient=form)
    if operations.joins:
        yield operations._replace(joins=tuple(other[kind] for kind in operations.joins))
