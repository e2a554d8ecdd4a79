"""The gradient of looking up rows.

Slices and products are made again in the backward pass instead of being kept, and the ids are gone
through in parts: what lies between cores and rows takes a multiple of the memory of the rows.
"""

import json

import tensorflow.compat.v1 as tf

from tensornet.contraction.batched_product import batched_product
from tensornet.contraction.dependence import once_known
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.kernel_faults import HALF
from tensornet.contraction.row_products import (
    Product,
    factors,
    made,
    part_ranges,
    places_of,
    slices_of,
)

GRADIENT = 'tensornet.tt_rows'
# The attribute in which an operation says how its gradient is computed. It remains in an exported
# graph; TensorFlow leaves names with an underscore to whoever wants them.
RECIPE = '_tensornet_tt_rows'


def with_row_gradient(out, ids, tables, products, parts):
    """Returns `out` with a gradient by the tables that keeps nothing but ids and tables.

    Args:
        out: the rows, tensor `[count, size]`.
        ids: int tensor `[count]`.
        tables: list of tensors, see `slices_of`.
        products: list of `Product`, see `made`.
        parts: how many parts of the ids the gradient is computed for, one after the other.
    """
    if tf.executing_eagerly():  # There is no operation that could have a gradient of its own.
        return out
    recipe = json.dumps({'products': products, 'parts': parts})
    graph = tf.get_default_graph()
    # A tape takes the gradient of TensorFlow, which leads through `out`: tapes know operations
    # by what made them, so this is no bare `create_op`.
    with graph.gradient_override_map({'IdentityN': GRADIENT}), \
            graph._attr_scope({RECIPE: tf.AttrValue(s=recipe.encode())}):
        return tf.identity_n([out, ids] + tables)[0]


@register_gradient(GRADIENT)
def _gradient(op, out_gradient, *_):
    out, ids, *tables = op.inputs
    recipe = json.loads(op.get_attr(RECIPE).decode())
    products = [Product(*step) for step in recipe['products']]
    out_gradient = _dense(out_gradient)
    # Where the gradient of the rows is there before them, both passes would otherwise take their
    # memory at the same time.
    ids, = once_known([ids], out_gradient, out)
    sums = None
    for begin, end in part_ranges(ids, recipe['parts']):
        # The next part waits until the memory of this one is free again.
        with tf.control_dependencies(sums or []):
            part = tf.identity(ids[begin:end])
        added = _part_gradients(part, tables, products, out_gradient[begin:end])
        sums = added if sums is None else [one + other for one, other in zip(sums, added)]
    return [None, None] + [tf.cast(total, table.dtype) for total, table in zip(sums, tables)]


def _part_gradients(ids, tables, products, out_gradient):
    """Returns the gradients by the tables of the rows of some ids, halves in float32."""
    tensors = made(slices_of(ids, tables), products)
    gradients = {len(tensors) - 1: out_gradient}
    for number, step in reversed(list(enumerate(products, start=len(tables)))):
        left, right, is_slice = factors(tensors, step, len(tables))
        out = tf.reshape(gradients.pop(number), [-1, step.rows, step.columns])
        if is_slice:
            lefts = batched_product(right, out, step.small, transpose_right=True)
        else:
            lefts = batched_product(out, right, step.small, transpose_right=True)
        rights = batched_product(left, out, step.small, transpose_left=not is_slice)
        gradients[step.left] = tf.reshape(lefts, [-1, step.bond * step.rows])
        gradients[step.right] = tf.reshape(rights, [-1, step.bond * step.columns])
    counts = [table.shape.as_list()[0] for table in tables]
    return [_sums(gradients[group], places, count)
            for group, (places, count) in enumerate(zip(places_of(ids, counts), counts))]


def _sums(rows, places, count):
    """Adds up the rows of equal places, halves in float32."""
    if rows.dtype in HALF:
        rows = tf.cast(rows, tf.float32)
    return tf.math.unsorted_segment_sum(rows, places, count)


def _dense(gradient):
    """Returns a gradient that may be `tf.IndexedSlices` as a tensor."""
    if isinstance(gradient, tf.IndexedSlices):
        sums = _sums(gradient.values, gradient.indices, gradient.dense_shape[0])
        return tf.cast(sums, gradient.dtype)
    return tf.convert_to_tensor(gradient)
