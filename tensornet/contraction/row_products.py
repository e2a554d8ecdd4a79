"""Slices of merged cores and their products, for all ids or for parts of them; see `row_joins`."""

from collections import namedtuple

import tensorflow.compat.v1 as tf

from tensornet.contraction.batched_product import batched_product
from tensornet.tt.arguments import product


class Product(namedtuple('Product', ['left', 'right', 'rows', 'bond', 'columns', 'small'])):
    """A `RowJoin` and whether it is to be made by a batched product of small matrices."""

    __slots__ = ()


def slices_of(ids, tables):
    """Returns the slices of each table that ids take.

    Args:
        ids: int tensor `[count]`.
        tables: list of tensors `[out, slice]`.

    Returns:
        List of tensors `[count, slice]`.
    """
    sizes = [table.shape.as_list()[0] for table in tables]
    return [tf.gather(table, places) for table, places in zip(tables, places_of(ids, sizes))]


def places_of(ids, sizes):
    """Splits ids into row-major indices below these sizes; a list of tensors."""
    places = []
    for k in range(len(sizes)):
        behind = product(sizes[k + 1:])
        place = ids if behind == 1 else ids // behind
        # The first index is not reduced, so an id that is too large lies outside the first table.
        places.append(place % sizes[k] if k else place)
    return places


def made(slices, products):
    """Returns the slices and the result of each product, of which the last are the rows.

    Args:
        slices: list of tensors `[count, slice]`, for left factors `[count, (right, left, inp)]`,
            for right factors `[count, (left, inp, right)]`.
        products: list of `Product`.

    Returns:
        List of tensors `[count, entries]`.
    """
    tensors = list(slices)
    for step in products:
        left, right, is_slice = factors(tensors, step, len(slices))
        out = batched_product(left, right, step.small, transpose_left=is_slice)
        tensors.append(tf.reshape(out, [-1, step.rows * step.columns]))
    return tensors


def factors(tensors, step, groups):
    """Returns the factors of a product and whether the left one is to be transposed.

    Args:
        tensors: what `made` returns, as far as it is known.
        step: `Product`.
        groups: how many of them are slices.
    """
    is_slice = step.left < groups
    left_axes = [step.bond, step.rows] if is_slice else [step.rows, step.bond]
    return (tf.reshape(tensors[step.left], [-1] + left_axes),
            tf.reshape(tensors[step.right], [-1, step.bond, step.columns]), is_slice)


def part_ranges(ids, parts):
    """Returns where parts of ids begin and end, of equal sizes but for the last ones.

    Args:
        ids: tensor `[count]`; where the count is not known, the parts are of sizes that only a run
            tells.
        parts: how many there are; fewer where there are fewer ids.

    Returns:
        List of pairs, integers or scalar tensors.
    """
    count = ids.shape.as_list()[0]
    if parts == 1:
        return [(0, count)]
    if count is not None:
        size = max(-(-count // parts), 1)
        # Of nothing at all there is one part: what is made of it has a shape.
        return [(begin, min(begin + size, count)) for begin in range(0, max(count, 1), size)]
    with tf.device('/cpu:0'):
        count = tf.shape(ids)[0]
        size = (count + parts - 1) // parts
        ends = [tf.minimum(k * size, count) for k in range(parts + 1)]
    return list(zip(ends[:-1], ends[1:]))
