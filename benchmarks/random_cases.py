"""Random TT-layers and plans, for the sweep and for the calibration."""

from collections import namedtuple

import numpy as np

from benchmarks.interleaved import SHORTEST, interleaved_times
from tensornet.contraction import chain_plan, plan

MODES = (2, 3, 4, 5, 8, 16)
RANKS = (1, 2, 4, 8, 16, 32)
BATCH_SIZES = (1, 3, 10, 32, 100, 300, 1000)

Case = namedtuple('Case', ['inp_modes', 'out_modes', 'ranks', 'batch_size', 'training'])


def random_case(random, largest=3e6):
    """Draws a layer whose batch has at most `largest` elements at either end.

    Args:
        random: `random.Random`.
        largest: number.

    Returns:
        A `Case`.
    """
    while True:
        d = random.randint(2, 6)
        inp_modes = [random.choice(MODES) for _ in range(d)]
        out_modes = [random.choice(MODES) for _ in range(d)]
        batch_size = random.choice(BATCH_SIZES)
        if max(np.prod(inp_modes), np.prod(out_modes)) * batch_size <= largest:
            ranks = [1] + [random.choice(RANKS)] * (d - 1) + [1]
            return Case(inp_modes, out_modes, ranks, batch_size, random.random() < 0.5)


def random_plans(case, random, count, dtype='float32'):
    """Draws plans of a case that the cost model does not take for hopeless.

    Returns:
        List of plans: the chosen one and the chain first, then at most `count` drawn ones.
    """
    arguments, training = case[:4], case.training
    best = plan(*arguments, training=training, dtype=dtype)
    chain = chain_plan(*arguments, training=training, dtype=dtype)
    drawn = []
    for _ in range(count):
        d = len(case.inp_modes)
        cuts = sorted(random.sample(range(1, d), random.randint(1, d) - 1))
        groups = np.diff([0] + cuts + [d]).tolist()
        order = [random.choice(['left', 'right']) for _ in cuts]
        candidate = plan(*arguments, training=training, dtype=dtype, groups=groups,
                         order=order)
        if candidate.cost.seconds < min(8 * best.cost.seconds + 3e-4, 0.3):
            drawn.append(candidate)
    return [best, chain] + drawn


def median_seconds(case, plans, repetitions, dtype='float32', threads=None, shortest=SHORTEST):
    """Times plans of a layer in turn, with the gradients if it is trained.

    Args:
        case: a `Case`.
        plans: list of `Plan` of its TT-matrix.
        repetitions, shortest: see `interleaved_times`.
        dtype: name of the type of its elements.
        threads: how many threads carry out an operation; None leaves it to TensorFlow.

    Returns:
        List of the median seconds of each plan.
    """
    import tensorflow.compat.v1 as tf

    config = tf.ConfigProto(intra_op_parallelism_threads=threads)
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        operations = _operations_of_plans(case, plans, dtype)
        session.run(tf.global_variables_initializer())
        runs = {k: session.make_callable(ops) for k, ops in enumerate(operations)}
        times = interleaved_times(runs, repetitions, shortest=shortest)
    return [float(np.median(times[k])) for k in range(len(plans))]


def _operations_of_plans(case, plans, dtype):
    """Builds one layer for each plan, with shared variables, in the default graph.

    Returns:
        List of lists of operations, one list for each plan.
    """
    import tensorflow.compat.v1 as tf

    import tensornet
    from benchmarks.graphs import constant_variable

    inp = constant_variable('inp', [case.batch_size, int(np.prod(case.inp_modes))], dtype=dtype)
    out_gradient = constant_variable('gradient', [case.batch_size, int(np.prod(case.out_modes))],
                                     dtype=dtype)
    operations = []
    for candidate in plans:
        out = tensornet.layers.tt(inp, case.inp_modes, case.out_modes, case.ranks,
                                  biases_initializer=None, plan=candidate, scope='layer')
        tf.get_variable_scope().reuse_variables()
        if case.training:
            gradients = tf.gradients(out, [inp] + tf.trainable_variables(), out_gradient)
            operations.append([gradient.op for gradient in gradients])
        else:
            operations.append([out.op])
    return operations
