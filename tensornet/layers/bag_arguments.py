"""The arguments of `tt_embedding_bag`: ids and weights, more in some bags than in others."""

import tensorflow.compat.v1 as tf

from tensornet.layers.argument_errors import shown
from tensornet.layers.arguments import FLOAT_TYPES

KINDS = (tf.SparseTensor, tf.RaggedTensor)


def check_bags(check, ids, weights):
    """Checks the ids of a bag and their weights, of which nothing is created here.

    Args:
        check: the layer's `Arguments`.
        ids: `tf.SparseTensor` `[bags, most]` or `tf.RaggedTensor` `[bags, None]` of int32 or int64.
        weights: the same of floats, with as many values in each bag; or None.

    Returns:
        How many ids there are, None where that is not known.
    """
    _check_kind(check, 'ids', ids)
    check.type_of_ids('ids', ids.dtype.base_dtype, 'tf.cast', ids)
    count = _number_of_values(ids)
    if weights is None:
        return count
    _check_kind(check, 'weights', weights)
    if type(weights) is not type(ids):
        check.wrong_type('weights', f'of the type of `ids`, {type(ids).__name__}', weights,
                         'convert one of the two')
    if weights.dtype.base_dtype not in FLOAT_TYPES:
        raise TypeError(f'{check.scope}: `weights` must be of type float16, bfloat16, float32 or '
                        f'float64, but it is {weights.dtype.base_dtype.name}; convert it with '
                        '`tf.cast`')
    bags, bags_of_weights = number_of_bags(ids), number_of_bags(weights)
    if None not in (bags, bags_of_weights) and bags != bags_of_weights:
        raise ValueError(f'{check.scope}: `weights` must have as many bags as `ids`, but they have '
                         f'{bags_of_weights} and {bags}; give both the same indices')
    of_weights = _number_of_values(weights)
    if None not in (count, of_weights) and count != of_weights:
        raise ValueError(f'{check.scope}: `weights` must have a value for each of `ids`, but they '
                         f'have {of_weights} and {count}; give both the same indices')
    return count if of_weights is None else of_weights


def number_of_bags(ids):
    """Returns how many bags checked ids or weights have, None where that is not known."""
    return None if ids.shape.ndims is None else ids.shape.as_list()[0]


def bags_of(ids):
    """Returns what is in the bags of checked ids, one after another.

    Returns:
        values: tensor `[ids]`.
        bags: int64 tensor `[ids]`, the number of the bag that each value is in, not decreasing.
        count: int64 scalar, how many bags there are.
    """
    if isinstance(ids, tf.SparseTensor):
        # What made them may not have said how many dimensions they have.
        return (tf.reshape(ids.values, [-1]), tf.reshape(ids.indices[:, 0], [-1]),
                ids.dense_shape[0])
    return ids.values, tf.cast(ids.value_rowids(), tf.int64), ids.nrows(out_type=tf.int64)


def factors_of(weights):
    """Returns the tensor `[ids]` of what is in checked weights, None without weights."""
    if weights is None:
        return None
    # A reshape would make its sparse gradient dense.
    return weights.values if weights.values.shape.ndims else tf.reshape(weights.values, [-1])


def _number_of_values(ids):
    """Returns how many ids or weights are in all bags, None where that is not known."""
    return None if ids.values.shape.ndims is None else ids.values.shape.as_list()[0]


def _check_kind(check, name, value):
    """Raises unless a value has two dimensions, of which the second may differ from bag to bag."""
    if not isinstance(value, KINDS):
        check.wrong_type(name, 'a `tf.SparseTensor` or a `tf.RaggedTensor`', value,
                         _remedy(name, value))
    shape = value.shape
    is_ragged = isinstance(value, tf.RaggedTensor)
    if is_ragged and shape.ndims is None:
        raise ValueError(f'{check.scope}: `{name}` must be [bags, ids in each], but their number '
                         'of dimensions is not known while the graph is built; give a '
                         '`tf.ragged.placeholder` a `ragged_rank=1` and a `value_shape=[]`')
    is_flat = not is_ragged or value.values.shape.ndims == 1
    if shape.ndims not in (None, 2) or not is_flat:
        remedy = ('pass one with a `ragged_rank=1` and values of one dimension' if is_ragged else
                  'reshape it with `tf.sparse.reshape`')
        raise ValueError(f'{check.scope}: `{name}` must be [bags, ids in each], but its shape is '
                         f'{shown(shape.as_list())}; {remedy}')


def _remedy(name, value):
    """Returns what to do with a value that is neither sparse nor ragged."""
    if isinstance(value, tf.SparseTensorValue):
        return 'convert it with `tf.SparseTensor.from_value`'
    if isinstance(value, tf.ragged.RaggedTensorValue):
        return f'convert it with `tf.ragged.constant({name}.to_list())`'
    if name == 'ids':
        return ('convert it, or look up each of a tensor of ids with '
                '`tensornet.layers.tt_embedding`')
    return 'convert it with `tf.sparse.from_dense`'
