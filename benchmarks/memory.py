"""Peak memory of training steps of the two wide layers.

    python benchmarks/memory.py [--repetitions 5]

Each variant runs in a process of its own: the whole of wideA and then wideB in one network, batch
100. The figure is the highest resident memory during three steps, less that after the variables
were initialized. It depends on which operations happen to run at the same time: the variants take
turns, and the median counts. Writes memory.json to --out.
"""

import argparse
import os
import statistics
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

VARIANTS = {'chain': {'plan': 'chain'}, 'auto': {'plan': 'auto'},
            'recompute': {'plan': 'auto', 'recompute': True}}


def main(arguments):
    """Measures every variant and prints the ratios."""
    import tensorflow as tf

    from benchmarks.floors import MEMORY
    from benchmarks.machine import machine_record
    from experiments.common.atomic_file import write_json

    runs = {name: [] for name in VARIANTS}
    for _ in range(arguments.repetitions):
        for name in VARIANTS:
            answer = subprocess.run([sys.executable, os.path.abspath(__file__), '--variant', name],
                                    stdout=subprocess.PIPE, check=True, text=True)
            runs[name].append(float(answer.stdout.split()[-1]))
    peaks = {name: statistics.median(values) for name, values in runs.items()}
    for name in VARIANTS:
        asked = ', at most %.0f %%' % (100 * MEMORY[name]) if name in MEMORY else ''
        print('%-10s %7.0f MB, %3.0f %% of the chain%s'
              % (name, peaks[name], 100 * peaks[name] / peaks['chain'], asked), flush=True)
    os.makedirs(arguments.out, exist_ok=True)
    write_json(os.path.join(arguments.out, 'memory.json'),
               {'peak_mb': peaks, 'runs_mb': runs,
                'machine': dict(machine_record(), tensorflow=tf.__version__)})


def measure(variant):
    """Prints the peak of one variant in MB."""
    import tensorflow.compat.v1 as tf

    import tensornet
    from benchmarks.graphs import constant_variable
    from benchmarks.peak_memory import peak_growth
    from benchmarks.workloads import TT_WORKLOADS

    tf.disable_v2_behavior()
    layers = {workload.name: workload for workload in TT_WORKLOADS}
    out = inp = constant_variable('inp', [100, layers['wideA'].inp_size])
    for name in ('wideA', 'wideB'):
        layer = layers[name]
        out = tensornet.layers.tt(out, layer.inp_modes, layer.out_modes, layer.ranks, scope=name,
                                  biases_initializer=None, **VARIANTS[variant])
        if name == 'wideA':
            out = tf.nn.relu(out)
    gradients = tf.gradients(out, [inp] + tf.trainable_variables(), constant_variable(
        'out_gradient', [100, layers['wideB'].out_size]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def steps():
            for _ in range(3):
                session.run([gradient.op for gradient in gradients])

        print(peak_growth(steps) / 2**20)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--repetitions', type=int, default=5)
    parser.add_argument('--variant', choices=sorted(VARIANTS), help='measure this one only')
    parser.add_argument('--out', default=os.path.join(ROOT, 'benchmarks', 'results'))
    given = parser.parse_args()
    if given.variant:
        measure(given.variant)
    else:
        main(given)
