"""The training step of the wide two-layer CIFAR-10 network, planned against the chain.

    python benchmarks/network.py [--profile] [--keep 0.6]

3072 -> 262144 -> 4096 -> 10 with TT-ranks of 10, batch normalization and ReLU, biases only in the
last layer, batch 100 (arXiv 1509.06569, section 6.2); with --keep below 1 dropout as well. Writes
network.json to --out.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run, share
from benchmarks.floors import OVER_NETWORK_CHAIN
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.operation_times import operation_times
from benchmarks.paper_networks import wide_training_step
from tensornet.whole_file import write_json


def main(arguments):
    """Times one step with each plan, in turn."""
    tf.disable_v2_behavior()
    busy = busy_cores()
    with tf.Graph().as_default(), tf.Session() as session:
        steps = {plan: wide_training_step(plan, arguments.keep) for plan in ('auto', 'chain')}
        session.run(tf.global_variables_initializer())
        times = interleaved_times({plan: lambda step=step: session.run(step)
                                   for plan, step in steps.items()}, arguments.repetitions)
        results = {plan: summary(seconds) for plan, seconds in times.items()}
        if arguments.profile:
            results['profile_ms'] = {plan: operation_times(session, step)
                                     for plan, step in steps.items()}
            for plan, totals in results['profile_ms'].items():
                print('\n'.join([f'operations of {plan}, ms:'] + [
                    f'{milliseconds:10.1f}  {name}' for name, milliseconds in totals.items()]))
    results['ratio'] = results['chain']['median_ms'] / results['auto']['median_ms']
    results.update(keep=arguments.keep, busy_cores=busy,
                   machine=machine_record(tensorflow=tf.__version__))
    auto, chain = (results[plan]['median_ms'] for plan in ('auto', 'chain'))
    print(f'step: auto {auto:.0f} ms, chain {chain:.0f} ms ({results["ratio"]:.2f}x, at least '
          f'{OVER_NETWORK_CHAIN:.2f})')
    write_json(os.path.join(arguments.out, 'network.json'), results)


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_repetitions(parser, 7)
    parser.add_argument('--keep', type=share, default=1.0,
                        help='probability that dropout keeps a hidden unit; the paper has 0.6')
    parser.add_argument('--profile', action='store_true', help='print the time by operation')
    add_out(parser)
    run(main, parser)
