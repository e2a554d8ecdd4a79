"""Peak memory of training steps of the two wide layers.

    python benchmarks/memory.py [--repetitions 5]

Each variant runs in a process of its own: the whole of wideA and then wideB in one network, batch
100. The figure is the highest resident memory during three steps, less that after the variables
were initialized. It depends on which operations happen to run at the same time: the variants take
turns, and the median counts. Writes memory.json to --out.
"""

import os
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run
from benchmarks.floors import MEMORY
from benchmarks.graphs import constant_variable
from benchmarks.machine import machine_record
from benchmarks.peak_memory import peak_growth
from benchmarks.workloads import TT_WORKLOADS
from tensornet import layers
from tensornet.whole_file import write_json

VARIANTS = {'chain': {'plan': 'chain'}, 'auto': {'plan': 'auto'},
            'recompute': {'plan': 'auto', 'recompute': True}}


def main(arguments):
    """Measures every variant and prints the ratios, or measures one."""
    if arguments.variant:
        measure(arguments.variant)
        return
    runs = {name: [] for name in VARIANTS}
    for _ in range(arguments.repetitions):
        for name in VARIANTS:
            # A session of its own: Ctrl-C reaches this process alone, which then ends the other.
            answer = subprocess.run([sys.executable, os.path.abspath(__file__), '--variant', name],
                                    stdout=subprocess.PIPE, check=True, text=True,
                                    start_new_session=True)
            runs[name].append(float(answer.stdout.split()[-1]))
    peaks = {name: statistics.median(values) for name, values in runs.items()}
    for name in VARIANTS:
        asked = f', at most {100 * MEMORY[name]:.0f} %' if name in MEMORY else ''
        share = 100 * peaks[name] / peaks['chain']
        print(f'{name:<10} {peaks[name]:7.0f} MiB, {share:3.0f} % of the chain{asked}', flush=True)
    write_json(os.path.join(arguments.out, 'memory.json'),
               {'peak_mb': peaks, 'runs_mb': runs,
                'machine': machine_record(tensorflow=tf.__version__)})


def measure(variant):
    """Prints the peak of one variant in MiB."""
    tf.disable_v2_behavior()
    workloads = {workload.name: workload for workload in TT_WORKLOADS}
    out = inp = constant_variable('inp', [100, workloads['wideA'].inp_size])
    for name in ('wideA', 'wideB'):
        workload = workloads[name]
        out = layers.tt(out, workload.inp_modes, workload.out_modes, workload.ranks, scope=name,
                        biases_initializer=None, **VARIANTS[variant])
        if name == 'wideA':
            out = tf.nn.relu(out)
    gradients = tf.gradients(out, [inp] + tf.trainable_variables(), constant_variable(
        'out_gradient', [100, workloads['wideB'].out_size]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def steps():
            for _ in range(3):
                session.run([gradient.op for gradient in gradients])

        print(peak_growth(steps) / 2**20)


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_repetitions(parser, 5)
    parser.add_argument('--variant', choices=sorted(VARIANTS), help='measure this one only')
    add_out(parser)
    run(main, parser)
