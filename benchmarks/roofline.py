"""The least time a workload can take on the machine, measured in the same run."""

import itertools
import time

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import plan
from tensornet.contraction.steps import LEFT, RIGHT


def machine_speed():
    """Measures the machine.

    Returns:
        Operations per second of a 4096^3 product and bytes per second of adding to 256 MB, the
        best of five.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        a = tf.get_variable('a', [4096, 4096], use_resource=False)
        b = tf.get_variable('b', [1 << 26], use_resource=False)
        product, stream = tf.matmul(a, a).op, (b + 1.0).op
        session.run(tf.global_variables_initializer())
        return (2 * 4096.0**3 / _best(session, product),
                2 * 4.0 * (1 << 26) / _best(session, stream))


def forward_bound(workload, flops, bandwidth):
    """Seconds that the forward pass takes at least: arithmetic, or reading and writing.

    Args:
        workload: a `TTWorkload`.
        flops, bandwidth: from `machine_speed`.
    """
    values = workload.batch_size * (workload.inp_size + workload.out_size)
    return max(fewest_flops(workload) / flops, 4 * values / bandwidth)


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
                fewest = min(fewest, 2 * sum(step.multiplications(workload.batch_size)
                                             for step in candidate.steps))
    return fewest


def _best(session, operation):
    times = []
    for _ in range(6):
        start = time.perf_counter()
        session.run(operation)
        times.append(time.perf_counter() - start)
    return min(times)
