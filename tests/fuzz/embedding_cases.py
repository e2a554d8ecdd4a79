"""Random embeddings, and running them against their tables written out."""

from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tensornet.contraction import row_plan
from tests.fuzz.rounding import UNITS, excess
from tests.references.tt_table import tt_table, tt_table_gradients
from tests.sessions import session

DTYPES = ('float32', 'float64', 'float16', 'bfloat16')
PLANS = ('auto', 'unique', 'chain', 'full', 'inference', 'own')
# So small a part that the ids are gone through in several.
SMALL_PART = 256


def draw(random):
    """Draws a case, a dictionary that JSON can hold.

    Args:
        random: `np.random.RandomState`.
    """
    def integers(low, high, count):
        return [int(number) for number in random.randint(low, high, count)]

    cores = random.randint(1, 6)
    voc_modes, emb_modes = integers(1, 6, cores), integers(1, 5, cores)
    voc, emb = int(np.prod(voc_modes)), int(np.prod(emb_modes))
    shape = integers(0, 6, random.randint(0, 4)) if random.rand() < 0.7 else [random.randint(99)]
    return dict(
        voc_modes=voc_modes, emb_modes=emb_modes,
        ranks=[1] + integers(1, 5, cores - 1) + [1] if random.rand() < 0.8 else
        int(random.randint(1, 7)),
        voc_size=int(random.randint(1, voc + 1)) if random.rand() < 0.4 else None,
        emb_size=int(random.randint(1, emb + 1)) if random.rand() < 0.4 else None,
        dtype=str(random.choice(DTYPES)), ids=str(random.choice(['int32', 'int64'])),
        shape=[int(size) for size in shape],
        known=[bool(known) for known in random.rand(len(shape)) < 0.6],
        rank_is_known=bool(random.rand() < 0.8), plan=str(random.choice(PLANS)),
        combiner=str(random.choice(['sum', 'mean', 'sqrtn'])) if random.rand() < 0.4 else None,
        weighted=bool(random.rand() < 0.5), in_parts=bool(random.rand() < 0.5),
        seed=int(random.randint(2**31)))


def faults(case):
    """Builds and runs a case, forward and backward.

    Returns:
        Dictionary from what is wrong to how: the error as a multiple of the allowed one, or the
        exception. Empty where all is right. None where TensorFlow has no such kernel.
    """
    tf.logging.set_verbosity(tf.logging.ERROR)
    part = SMALL_PART if case['in_parts'] else 2**20
    with tf.Graph().as_default(), mock.patch(
            'tensornet.contraction.row_memory.SMALLEST_PART', part):
        try:
            return _faults(case)
        except (tf.errors.OpError, ValueError, TypeError, LookupError) as error:
            if 'No OpKernel' in str(error):
                return None
            return {type(error).__name__: ' '.join(str(error).split())[:200]}


def _faults(case):
    random, dtype = np.random.RandomState(case['seed']), tf.as_dtype(case['dtype'])
    rows = case['voc_size'] or int(np.prod(case['voc_modes']))
    ids = random.randint(0, rows, case['shape'])
    build = _lookup if case['combiner'] is None else _bag
    out, feed, matrix = build(case, ids, random)
    variables = tf.global_variables()
    values = {variable.op.name: (random.normal(size=variable.shape.as_list()) / 2 + 0.25).astype(
        dtype.as_numpy_dtype) for variable in variables}
    size = case['emb_size'] or int(np.prod(case['emb_modes']))
    out_shape = ids.shape + (size,) if case['combiner'] is None else (matrix.shape[0], size)
    weights = random.normal(size=out_shape).astype(dtype.as_numpy_dtype)
    gradients = tf.gradients(out, variables, tf.constant(weights))
    with session(values) as opened:
        actual = opened.run([tf.cast(tensor, tf.float64) for tensor in [out] + gradients], feed)
    cores = [np.asarray(values[variable.op.name], np.float64) for variable in variables]
    ranks = [1] + [core.shape[0] // voc for core, voc in zip(cores, case['voc_modes'])]
    shape = case['voc_modes'], case['emb_modes'], ranks
    expected = _expected(cores, shape, matrix, np.asarray(weights, np.float64), out_shape)
    magnitudes = _expected([np.abs(core) for core in cores], shape, np.abs(matrix),
                           np.abs(np.asarray(weights, np.float64)), out_shape)
    # Halves are rounded after each product, and sums of equal ids have their own.
    roundings = 2 * len(cores) + 2 if UNITS[case['dtype']] > 2**-20 else 2
    terms = int(np.prod(ranks)) * max(1, ids.size) * len(cores)
    found = {}
    for name, one, other, magnitude in zip(
            ['out'] + [f'gradient {k}' for k in range(len(cores))], actual, expected, magnitudes):
        ratio = excess(case['dtype'], one, other, magnitude, terms, roundings)
        if ratio > 1:
            found[name] = ratio
    return found


def _lookup(case, ids, random):
    """Builds `tt_embedding`; returns output, what to feed, and the matrix of what is looked up."""
    static = [size if known else None for size, known in zip(case['shape'], case['known'])]
    fed = tf.placeholder(case['ids'], static if case['rank_is_known'] else None)
    out = layers.tt_embedding(fed, scope='e', plan=_plan(case, ids.size), **_arguments(case))
    matrix = np.zeros([ids.size, int(np.prod(case['voc_modes']))])
    matrix[np.arange(ids.size), ids.reshape(-1)] = 1
    return out, {fed: ids}, matrix


def _bag(case, ids, random):
    """The same for `tt_embedding_bag`, with some bags that are empty."""
    ids = ids.reshape(-1)
    count = int(random.randint(0, 6)) if ids.size == 0 else int(random.randint(1, 9))
    bags = np.sort(random.randint(0, max(count, 1), ids.size))
    places = [int(np.sum(bags[:k] == bag)) for k, bag in enumerate(bags)]
    indices = np.stack([bags, np.array(places, np.int64)], axis=1).astype(np.int64)
    numbers = (random.uniform(0.5, 2, ids.size) if case['weighted'] else np.ones(ids.size))
    numbers = numbers.astype(tf.as_dtype(case['dtype']).as_numpy_dtype)
    fed, weights = tf.sparse_placeholder(case['ids']), tf.sparse_placeholder(case['dtype'])
    out = layers.tt_embedding_bag(
        fed, scope='e', weights=weights if case['weighted'] else None, combiner=case['combiner'],
        plan=_plan(case, ids.size), **_arguments(case))
    shape = [count, max(places, default=0) + 1]
    numbers64 = np.asarray(numbers, np.float64)
    matrix = np.zeros([count, int(np.prod(case['voc_modes']))])
    np.add.at(matrix, (bags, ids), numbers64)
    totals = np.bincount(bags, numbers64 ** (2 if case['combiner'] == 'sqrtn' else 1), count)
    totals = np.sqrt(totals) if case['combiner'] == 'sqrtn' else totals
    if case['combiner'] != 'sum':
        matrix /= np.where(totals == 0, 1, totals)[:, None]
    return out, {fed: (indices, ids, shape), weights: (indices, numbers, shape)}, matrix


def _arguments(case):
    return {name: case[name] for name in ('voc_modes', 'emb_modes', 'ranks', 'voc_size', 'emb_size',
                                          'dtype')}


def _plan(case, count):
    if case['plan'] != 'own':
        return case['plan']
    random = np.random.RandomState(case['seed'] + 1 if case['seed'] < 2**31 else 0)
    groups = [1]
    for _ in case['voc_modes'][1:]:
        groups = groups + [1] if random.rand() < 0.5 else groups[:-1] + [groups[-1] + 1]
    return row_plan(case['voc_modes'], case['emb_modes'], case['ranks'], max(count, 1),
                    dtype=case['dtype'], groups=groups, unique=bool(random.rand() < 0.5),
                    order=[int(bond) for bond in 1 + random.permutation(len(groups) - 1)])


def _expected(cores, shape, matrix, weights, out_shape):
    """Returns output and gradients: the table times the matrix of what is looked up."""
    table = tt_table(cores, *shape)
    size = out_shape[-1]
    of_table = np.zeros_like(table)
    of_table[:, :size] = matrix.T.dot(weights.reshape(-1, size))
    return [matrix.dot(table[:, :size]).reshape(out_shape)] + tt_table_gradients(
        cores, *shape, of_table)
