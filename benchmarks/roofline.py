"""The least time a workload can take on the machine, which is measured beside the workload."""

import functools
import itertools

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.plan_race import stopwatch
from tensornet.contraction import plan
from tensornet.contraction.setting import ITEMSIZES
from tensornet.contraction.steps import LEFT, RIGHT

# Rows and columns of a matrix whose product with itself shows the arithmetic, and values of a
# vector whose sum with a number shows the bandwidth; either is far larger than the caches.
MATRIX_SIZE = 4096
VECTOR_SIZE = 1 << 26
PROBES = ('product', 'stream')


def probes(dtype='float32'):
    """Builds what measures the machine, to be timed in turn with a workload.

    Args:
        dtype: name of the data type.

    Returns:
        Dictionary from `PROBES` to lists of operations.
    """
    matrix, vector = [
        tf.get_variable(f'{name}_{dtype}', shape, dtype, tf.ones_initializer(),
                        trainable=False, use_resource=False)
        for name, shape in (('matrix', [MATRIX_SIZE] * 2), ('vector', [VECTOR_SIZE]))]
    return dict(zip(PROBES, ([tf.matmul(matrix, matrix).op], [(vector + 1.0).op])))


def machine_bound(workload, entry, dtype='float32'):
    """Finds how fast the machine was, and how long the forward pass takes at least.

    Args:
        workload: a `TTWorkload`.
        entry: dictionary from names, `PROBES` among them, to summaries with `median_ms`.
        dtype: name of the data type.

    Returns:
        Dictionary: `gflops` of the product, `stream_gb_per_s` of reading and writing, and
        `bound_ms`, the time of the arithmetic or of reading input and writing output.
    """
    itemsize = ITEMSIZES[dtype]
    product, stream = (entry[name]['median_ms'] * 1e-3 for name in PROBES)
    flops, bandwidth = 2 * MATRIX_SIZE**3 / product, 2 * itemsize * VECTOR_SIZE / stream
    moved = itemsize * workload.batch_size * (workload.inp_size + workload.out_size)
    return {'gflops': flops * 1e-9, 'stream_gb_per_s': bandwidth * 1e-9,
            'bound_ms': max(fewest_flops(workload) / flops, moved / bandwidth) * 1e3}


@functools.lru_cache(maxsize=None)
def fastest_product(dtype):
    """Measures the operations per second of a large product, once for each type."""
    with tf.Graph().as_default(), tf.device('/cpu:0'):
        matrix = tf.Variable(tf.ones([MATRIX_SIZE // 2] * 2, dtype))
        product = tf.matmul(matrix, matrix).op
        with tf.Session() as session:
            session.run(matrix.initializer)
            timer = stopwatch(session.make_callable(product), 0)
            seconds = min(timer() for _ in range(3))
    return 2 * (MATRIX_SIZE // 2)**3 / seconds


def fewest_flops(workload):
    """Operations of the plan that needs fewest for the products with the batch."""
    d = len(workload.inp_modes)
    fewest = np.inf
    for pieces in range(1, d + 1):
        for cuts in itertools.combinations(range(1, d), pieces - 1):
            groups = np.diff((0,) + cuts + (d,))
            for order in itertools.product([LEFT, RIGHT], repeat=pieces - 1):
                candidate = plan(workload.inp_modes, workload.out_modes, workload.ranks,
                                 workload.batch_size, groups=groups, order=order)
                fewest = min(fewest, 2 * sum(step.forward(workload.batch_size).multiplications
                                             for step in candidate.steps))
    return fewest
