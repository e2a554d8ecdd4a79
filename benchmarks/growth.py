"""How time and memory of a training step grow with the width of a TT-layer.

    python benchmarks/growth.py

One layer of 2^10 to 2^20 inputs and as many outputs, modes of 4, ranks of 8, batch 32, with the
chosen plan, the chain, and a dense layer where it fits. Each point runs in a process of its own,
for its peak memory. Writes growth.json and growth.png to --out.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

BATCH_SIZE = 32
RANK = 8
LARGEST_DENSE = 2**14
VARIANTS = ('auto', 'chain', 'dense')


def main(arguments):
    """Measures every width and fits the exponents."""
    import numpy as np

    from experiments.common.atomic_file import write_json

    points = {variant: [] for variant in VARIANTS}
    for cores in range(5, arguments.largest // 2 + 1):
        for variant in VARIANTS:
            if variant == 'dense' and 4**cores > LARGEST_DENSE:
                continue
            answer = subprocess.run(
                [sys.executable, os.path.abspath(__file__), '--cores', str(cores), '--variant',
                 variant], stdout=subprocess.PIPE, check=True, text=True)
            points[variant].append(json.loads(answer.stdout.splitlines()[-1]))
            print('%-6s width %8d: %9.1f ms, %7.0f MB'
                  % (variant, 4**cores, points[variant][-1]['ms'], points[variant][-1]['mb']),
                  flush=True)
    exponents = {variant: float(np.polyfit(*np.log([[point['width'] for point in line],
                                                    [point['ms'] for point in line]]), 1)[0])
                 for variant, line in points.items()}
    print('time grows as width to the power of %s' % exponents)
    os.makedirs(arguments.out, exist_ok=True)
    write_json(os.path.join(arguments.out, 'growth.json'),
               {'batch_size': BATCH_SIZE, 'rank': RANK, 'points': points, 'exponents': exponents})
    _draw(os.path.join(arguments.out, 'growth.png'), points, exponents)


def measure(variant, cores):
    """Prints the median time of a training step and its peak memory as JSON."""
    import numpy as np
    import tensorflow.compat.v1 as tf

    from benchmarks.graphs import constant_variable
    from tensornet import layers

    tf.disable_v2_behavior()
    modes, ranks = [4] * cores, [1] + [RANK] * (cores - 1) + [1]
    inp = constant_variable('inp', [BATCH_SIZE, 4**cores])
    if variant == 'dense':
        out = layers.linear(inp, 4**cores, biases_initializer=None)
    else:
        out = layers.tt(inp, modes, modes, ranks, biases_initializer=None, plan=variant)
    gradients = tf.gradients(out, [inp] + tf.trainable_variables(), inp)
    times = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(4):
            start = time.perf_counter()
            session.run([gradient.op for gradient in gradients])
            times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({'width': 4**cores, 'ms': 1e3 * float(np.median(times[1:])),
                      'mb': peak / 1024}))


def _draw(target, points, exponents):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    from experiments.common.atomic_file import replacing

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for axis, key, label in zip(axes, ('ms', 'mb'), ('training step, ms', 'peak memory, MB')):
        for variant, line in points.items():
            axis.loglog([point['width'] for point in line], [point[key] for point in line], 'o-',
                        label='%s, time ~ width^%.2f' % (variant, exponents[variant]))
        axis.set_xlabel('inputs and outputs of the layer')
        axis.set_ylabel(label)
    axes[0].legend()
    figure.tight_layout()
    with replacing(target) as path:
        figure.savefig(path, format='png', dpi=110)
    plt.close(figure)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--largest', type=int, default=20, help='logarithm of the largest width')
    parser.add_argument('--variant', choices=VARIANTS, help='measure this one only')
    parser.add_argument('--cores', type=int, default=5, help='with --variant: number of cores')
    parser.add_argument('--out', default=os.path.join(ROOT, 'benchmarks', 'results'))
    given = parser.parse_args()
    if given.variant:
        measure(given.variant, given.cores)
    else:
        main(given)
