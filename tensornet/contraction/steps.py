"""The contractions that multiply a batch by a TT-matrix, as sizes.

Neighbouring cores are merged into groups, and the groups meet the batch one after another, each
from the left or from the right end of those that are left. The batch stays in front and no
state is transposed. With the groups a..b not yet contracted the state is

    [batch, o_1..o_{a-1}, r_{a-1}, i_a, ..., i_b, r_b, o_{b+1}..o_d]

The group `a` from the left meets the adjacent axes `(r_{a-1}, i_a)` and leaves `(o_a, r_a)` in
their place; the group `b` from the right meets `(i_b, r_b)` and leaves `(r_{b-1}, o_b)`; the last
group meets `(r_{a-1}, i_a, r_a)` and leaves `o_a`. In each case the state, seen as
`[count, depth, columns]`, is multiplied from the left by a matrix `[rows, depth]`.
"""

from collections import namedtuple

from tensornet.tt.arguments import product

LEFT, RIGHT, LAST = 'left', 'right', 'last'


class Products(namedtuple('Products', [
        'count', 'rows', 'depth', 'columns', 'lefts', 'rights'])):
    """Products of matrices `[rows, depth] x [depth, columns]`.

    Attributes:
        count: how many products there are.
        rows, depth, columns: sizes of each.
        lefts, rights: how many different left and right factors there are.
    """

    __slots__ = ()

    @property
    def multiplications(self):
        """Multiply-adds of all products."""
        return self.count * self.rows * self.depth * self.columns

    @property
    def entries(self):
        """Elements of the results."""
        return self.count * self.rows * self.columns


class Step(namedtuple('Step', ['first', 'last', 'side', 'count', 'rows', 'depth', 'columns'])):
    """One contraction: `[rows, depth] x [batch * count, depth, columns]`.

    Attributes:
        first, last: the group is made of the cores first..last-1, counted from 0.
        side: LEFT, RIGHT or LAST, which says how the axes of the merged core are ordered.
        count: how many matrices there are for one sample of the batch.
        rows, depth, columns: sizes of the product.
    """

    @property
    def cores(self):
        """How many cores are merged."""
        return self.last - self.first

    @property
    def state_shape(self):
        """How the product sees the state: `[-1, depth, columns]`, or vectors `[-1, depth]`."""
        return [-1, self.depth] if self.columns == 1 else [-1, self.depth, self.columns]

    def entries(self, batch_size):
        """Elements of the state before and after the product."""
        vectors = batch_size * self.count * self.columns
        return vectors * self.depth, vectors * self.rows

    def forward(self, batch_size):
        """`Products` of the matrix and the states."""
        return _with_one_matrix(batch_size * self.count, self.rows, self.depth, self.columns)

    def state_gradient(self, batch_size):
        """`Products` of the transposed matrix and the gradients of the states after it."""
        return _with_one_matrix(batch_size * self.count, self.depth, self.rows, self.columns)

    def core_gradients(self, batch_size):
        """`Products` that add up to the gradient of the matrix, one for each state."""
        count = batch_size * self.count
        return Products(count, self.rows, self.columns, self.depth, count, count)

    def flat_core_gradient(self, batch_size):
        """`Products` of the gradient of the matrix as a single one."""
        columns = batch_size * self.count * self.columns
        return Products(1, self.rows, columns, self.depth, 1, 1)


def _with_one_matrix(count, rows, depth, columns):
    """The products of one matrix and many states: a single one where these are vectors."""
    if columns == 1:
        return Products(1, count, depth, rows, 1, 1)
    return Products(count, rows, depth, columns, 1, count)


def make_step(shape, left, right, first, last):
    """Returns the contraction of the cores first..last-1 when left..right-1 are left to contract.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        left, right: range of the cores not yet contracted.
        first, last: range of the group, which begins at `left` or ends at `right`.
    """
    inp_modes, out_modes, ranks = shape
    done_left = product(out_modes[:left])
    done_right = product(out_modes[right:])
    inp, out = product(inp_modes[first:last]), product(out_modes[first:last])
    if (first, last) == (left, right):
        # With nothing contracted from the right the core's axes are in their stored order.
        side = LEFT if right == shape.d else LAST
        return Step(first, last, side, done_left, out, ranks[first] * inp * ranks[last],
                    done_right)
    if first == left:
        columns = product(inp_modes[last:right]) * ranks[right] * done_right
        return Step(first, last, LEFT, done_left, out * ranks[last], ranks[first] * inp, columns)
    count = done_left * ranks[left] * product(inp_modes[left:first])
    return Step(first, last, RIGHT, count, ranks[first] * out, inp * ranks[last], done_right)


def make_steps(shape, groups, order):
    """Returns the contractions of a whole TT-matrix.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        groups: numbers of neighbouring cores to merge, from left to right; they add up to d.
        order: for each group but the last to be contracted, LEFT or RIGHT.

    Returns:
        Tuple of one `Step` for each group.
    """
    groups = list(groups)
    left, right = 0, shape.d
    steps = []
    for side in tuple(order) + (LEFT,):
        if side == LEFT:
            first, last = left, left + groups.pop(0)
        else:
            first, last = right - groups.pop(), right
        steps.append(make_step(shape, left, right, first, last))
        left, right = (last, right) if side == LEFT else (left, first)
    return tuple(steps)


class Join(namedtuple('Join', ['lefts', 'rights', 'rows', 'bond', 'columns'])):
    """Merging a core with those to its right: `[rows, bond] x [bond, columns]`, for all pairs.

    Attributes:
        lefts, rights: how many left and right factors there are; each meets each.
        rows, bond, columns: sizes of a product.
    """

    @property
    def entries(self):
        """Elements of the merged core."""
        return self.forward.entries

    @property
    def forward(self):
        """`Products` of all pairs."""
        return Products(self.lefts * self.rights, self.rows, self.bond, self.columns, self.lefts,
                        self.rights)

    @property
    def left_gradients(self):
        """`Products` that add up to the gradients of the left factors."""
        count = self.lefts * self.rights
        return Products(count, self.bond, self.columns, self.rows, self.rights, count)

    @property
    def right_gradients(self):
        """`Products` that add up to the gradients of the right factors."""
        count = self.lefts * self.rights
        return Products(count, self.bond, self.rows, self.columns, self.lefts, count)


def make_joins(shape, first, last):
    """Returns the joins that merge the cores first..last-1, from right to left, see `merge`.

    Args:
        shape: `TTMatrixShape`.
        first, last: range of the cores, counted from 0.

    Returns:
        Tuple of one `Join` less than there are cores.
    """
    return tuple(make_join(shape, k, last) for k in reversed(range(first, last - 1)))


def make_join(shape, first, last):
    """Returns the `Join` of the core `first` with the merged cores first+1..last-1."""
    inp_modes, out_modes, ranks = shape
    inp, out = product(inp_modes[first + 1:last]), product(out_modes[first + 1:last])
    return Join(out_modes[first], out * ranks[last], ranks[first] * inp_modes[first],
                ranks[first + 1], inp)
