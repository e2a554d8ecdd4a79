"""Time and peak memory of training steps of one layer; called by `growth`, once per process.

The only argument is JSON: `variant` ('dense' or a plan), `modes` of input and output, `rank` and
`batch_size`. Prints `{"ms": ..., "mb": ...}`: the median step, and the highest resident memory
less that before the first step. TT-ranks are cut to the largest useful ones.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.graphs import constant_variable
from benchmarks.peak_memory import peak_growth
from tensornet import layers
from tensornet.tt import max_ranks

STEPS = 7


def main(request):
    """Measures the layer that `request` describes."""
    tf.disable_v2_behavior()
    gradients = _gradients(**request)
    times = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def steps():
            for _ in range(1 + STEPS):
                start = time.perf_counter()
                session.run(gradients)
                times.append(time.perf_counter() - start)

        peak = peak_growth(steps)
    print(json.dumps({'ms': 1e3 * float(np.median(times[1:])), 'mb': peak / 2**20}))


def _gradients(variant, modes, rank, batch_size):
    """Builds the layer and returns the operations of its gradients."""
    inp = constant_variable('inp', [batch_size, int(np.prod(modes))])
    if variant == 'dense':
        out = layers.linear(inp, int(np.prod(modes)), biases_initializer=None)
    else:
        ranks = np.minimum(rank, max_ranks([mode**2 for mode in modes])).tolist()
        out = layers.tt(inp, modes, modes, ranks, biases_initializer=None, plan=variant)
    gradients = tf.gradients(out, [inp] + tf.trainable_variables(), inp)
    return [gradient.op for gradient in gradients]


if __name__ == '__main__':
    main(json.loads(sys.argv[1]))
