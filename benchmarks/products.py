"""The products of the chosen plans, one by one: as they are, and with their states in the cache.

    python benchmarks/products.py [--workload wideA]

Shows how much of a forward pass is spent in products, and how much of the machine's arithmetic
products of these sizes can use. A product on few enough states takes them from the cache; its
speed is the most that any division of the batch can gain. Writes products.json to --out.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run
from benchmarks.floors import BOUNDED
from benchmarks.graphs import constant_variable, tt_alternatives
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.roofline import machine_bound, probes
from benchmarks.workloads import TT_WORKLOADS
from tensornet.contraction import plan
from tensornet.contraction.shared_product import shared_product
from tensornet.whole_file import write_json

# Bytes of states before and after a product that a cache holds; those of the machine that the
# results are from have 1 MB for each core and 32 MB for all.
CACHED_BYTES = 16 * 2**20


def main(arguments):
    """Times the products of the chosen workloads and prints them."""
    tf.disable_v2_behavior()
    results = {'machine': machine_record(tensorflow=tf.__version__),
               'busy_cores': busy_cores(), 'workloads': {}}
    for workload in TT_WORKLOADS:
        if workload.name in (arguments.workload or BOUNDED):
            entry = products_of(workload, arguments.repetitions)
            results['workloads'][workload.name] = entry
            print('\n'.join(_lines(workload.name, entry)), flush=True)
            write_json(os.path.join(arguments.out, 'products.json'), results)


def products_of(workload, repetitions):
    """Times the products of the plan that is chosen for a workload's forward pass.

    Returns:
        Dictionary: `layer_ms` of the whole forward pass; `products`, a list with `sizes`, `gflop`,
        `ms`, and `cached_ms`, the time at the speed of a product whose states are in the cache;
        `gflops` and `stream_gb_per_s` of the machine.
    """
    chosen = plan(workload.inp_modes, workload.out_modes, workload.ranks, workload.batch_size,
                  training=False)
    parts = [_cached_share(step, workload.batch_size) for step in chosen.steps]
    with tf.Graph().as_default(), tf.Session() as session:
        alternatives = {'auto': tt_alternatives(workload, False)['auto']}
        alternatives.update(probes())
        for index, (step, operations, share) in enumerate(
                zip(chosen.steps, chosen.operations, parts)):
            for name, count in (('whole', workload.batch_size * step.count),
                                ('cached', share)):
                alternatives[f'{name} {index}'] = [_product(
                    step, count, operations, f'{name}_{index}').op]
        session.run(tf.global_variables_initializer())
        times = interleaved_times({name: session.make_callable(ops)
                                   for name, ops in alternatives.items()}, repetitions)
    entry = {name: summary(seconds) for name, seconds in times.items()}
    machine = machine_bound(workload, entry)
    products = []
    for index, (step, share) in enumerate(zip(chosen.steps, parts)):
        count = workload.batch_size * step.count
        products.append({
            'sizes': f'[{step.rows}, {step.depth}] x [{count}, {step.depth}, {step.columns}]',
            'gflop': 2e-9 * step.forward(workload.batch_size).multiplications,
            'ms': entry[f'whole {index}']['median_ms'],
            'cached_ms': entry[f'cached {index}']['median_ms'] * count / share})
    return {'layer_ms': entry['auto']['median_ms'], 'products': products,
            'gflops': machine['gflops'], 'stream_gb_per_s': machine['stream_gb_per_s']}


def _cached_share(step, batch_size):
    """Number of states that fit the cache before and after a product."""
    bytes_of_one = 4 * step.columns * (step.rows + step.depth)
    return min(max(CACHED_BYTES // bytes_of_one, 1), batch_size * step.count)


def _product(step, count, operations, name):
    states = constant_variable(name + '_states', [count] + step.state_shape[1:])
    matrix = constant_variable(name + '_matrix', [step.rows, step.depth])
    return shared_product(matrix, states, step, operations)


def _lines(name, entry):
    """Returns the table of a workload."""
    lines = [f'{name}: {entry["layer_ms"]:.1f} ms; a large product runs at {entry["gflops"]:.0f} '
             'GFLOP/s',
             f'  {"product":<36} {"GFLOP":>8} {"ms":>8} {"GFLOP/s":>9} {"cached, ms":>10} '
             f'{"GFLOP/s":>9}']
    for row in entry['products']:
        rate, cached_rate = (row['gflop'] / row[key] * 1e3 for key in ('ms', 'cached_ms'))
        lines.append(f'  {row["sizes"]:<36} {row["gflop"]:8.2f} {row["ms"]:8.1f} {rate:9.0f} '
                     f'{row["cached_ms"]:10.1f} {cached_rate:9.0f}')
    total = {key: sum(row[key] for row in entry['products']) for key in ('ms', 'cached_ms')}
    lines.append(f'  {"all":<36} {"":>8} {total["ms"]:8.1f} {"":>9} {total["cached_ms"]:10.1f}')
    return lines


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--workload', action='append',
                        choices=[workload.name for workload in TT_WORKLOADS])
    add_repetitions(parser, 9)
    add_out(parser)
    run(main, parser)
