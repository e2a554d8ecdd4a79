"""The products that make columns of a TT-matrix from slices of its cores, as sizes.

The table of an embedding is the transposed matrix, so its rows are these columns. Neighbouring
cores are merged into groups, whose merged cores are made once for all ids. Of each group an id
takes one slice, `[r_a, inp, r_b]` where `r_a` and `r_b` are the bonds to its left and right. The
slices are joined by products over the bonds between the groups, two neighbours at a time:

    [r_a * inp_left, bond] x [bond, inp_right * r_b]

for each id. The result has axes of the same kind, so any order of the bonds takes one batched
product for each, without a transpose.
"""

from collections import namedtuple

from tensornet.contraction.steps import Products
from tensornet.tt.arguments import product


class SliceShape(namedtuple('SliceShape', ['count', 'left', 'inp', 'right'])):
    """Slices of a merged core.

    Attributes:
        count: how many there are: the product of the output modes of the group.
        left, right: TT-ranks to the left and right of the group.
        inp: product of its input modes.
    """

    __slots__ = ()

    @property
    def entries(self):
        """Elements of one slice."""
        return self.left * self.inp * self.right


class RowJoin(namedtuple('RowJoin', ['left', 'right', 'rows', 'bond', 'columns'])):
    """The product of two neighbours, `[rows, bond] x [bond, columns]` for each id.

    Attributes:
        left, right: numbers of the factors: groups count from 0, the results of the joins go on
            from there.
        rows, bond, columns: sizes of the product.
    """

    __slots__ = ()

    @property
    def entries(self):
        """Elements of the result for one id."""
        return self.rows * self.columns

    def forward(self, count):
        """`Products` for a number of ids."""
        return Products(count, self.rows, self.bond, self.columns, count, count)

    def left_gradient(self, count):
        """`Products` that are the gradient of the left factors."""
        return Products(count, self.rows, self.columns, self.bond, count, count)

    def right_gradient(self, count):
        """`Products` that are the gradient of the right factors."""
        return Products(count, self.bond, self.rows, self.columns, count, count)


def slice_shape(shape, first, last):
    """Returns the `SliceShape` of the merged cores first..last-1 of a `TTMatrixShape`."""
    inp_modes, out_modes, ranks = shape
    return SliceShape(product(out_modes[first:last]), ranks[first],
                      product(inp_modes[first:last]), ranks[last])


def group_ranges(groups):
    """Returns the pairs first, last of the cores first..last-1 of each group."""
    ends = [sum(groups[:k]) for k in range(len(groups) + 1)]
    return list(zip(ends[:-1], ends[1:]))


def row_joins(shape, groups, order):
    """Returns the products that join the slices of all groups.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        groups: numbers of neighbouring cores to merge, from left to right; they add up to d.
        order: the bonds between groups, numbered from 1, in the order in which they are summed
            over.

    Returns:
        Tuple of one `RowJoin` for each bond.
    """
    # What is left to join: the number of the tensor, and the range of cores that it is made of.
    pieces = [(number, cores) for number, cores in enumerate(group_ranges(groups))]
    ends = [last for _, last in group_ranges(groups)]
    joins = []
    for bond in order:
        place = next(k for k, (_, (_, last)) in enumerate(pieces) if last == ends[bond - 1])
        (left, (first, middle)), (right, (_, last)) = pieces[place:place + 2]
        before, after = slice_shape(shape, first, middle), slice_shape(shape, middle, last)
        joins.append(RowJoin(left, right, before.left * before.inp, before.right,
                             after.inp * after.right))
        pieces[place:place + 2] = [(len(groups) + len(joins) - 1, (first, last))]
    return tuple(joins)


def right_groups(groups, joins):
    """Returns the set of groups whose slices are right factors."""
    return {join.right for join in joins if join.right < len(groups)}
