"""Times the TT-layers against the original's chain, the dense layers and other libraries.

    python benchmarks/run.py                       # all workloads
    python benchmarks/run.py --workload vgg100     # one of them
    python benchmarks/run.py --peers               # other libraries as well

Peers are t3f, torch and tensorly-torch, one `tf.einsum` over all cores by the greedy and by the
optimal path of opt_einsum, and a low-rank layer: two matrices with as many parameters as the cores,
or of rank 1 where that is more.

PyTorch runs in an environment of its own: that of --torch_python, or .venv-torch, which is made.
Prints a table, and writes results.json and speedup.png to --out.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import (
    add_out,
    add_repetitions,
    make_parser,
    require,
    run,
)
from benchmarks.floors import PHASES, floors_of
from benchmarks.graphs import conv_alternatives, low_rank_of, tt_alternatives
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.operation_times import node_times
from benchmarks.roofline import machine_bound, probes
from benchmarks.table import draw, floor_line, header, row
from benchmarks.torch_peer import TorchPeer, torch_python
from benchmarks.workloads import CONV_WORKLOADS, TT_WORKLOADS
from tensornet.whole_file import write_json

# Where others keep more cores than this busy, times say little; PyTorch suffers most.
QUIET = 0.2
# TensorFlow and PyTorch take turns this many times; threads of either need a while to sleep.
ROUNDS = 3


def main(arguments):
    """Runs the chosen workloads."""
    tf.disable_v2_behavior()
    if arguments.peers:
        require('t3f', 'requirements-peers.txt')
        arguments.torch_python = arguments.torch_python or torch_python()
    print(f'TensorNet benchmarks on TensorFlow {tf.__version__}, {arguments.repetitions} '
          'repetitions')
    print(f"how many times longer than plan='auto' the others take\n{header()}", flush=True)
    results = {'machine': _machine(arguments), 'busy_cores': {},
               'workloads': {}}
    floors = []
    for workload in TT_WORKLOADS + CONV_WORKLOADS:
        if arguments.workload and workload.name not in arguments.workload:
            continue
        for phase in PHASES:
            _note_load(workload.name, phase, results['busy_cores'])
            entry = _entry(workload, phase == 'training', arguments, results['machine'])
            results['workloads'].setdefault(workload.name, {})[phase] = entry
            print(row(workload.name, phase, entry), flush=True)
            floors += floors_of(workload.name, phase, entry)
            results['floors'] = [dict(floor._asdict(), reached=floor.reached) for floor in floors]
            write_json(os.path.join(arguments.out, 'results.json'), results)
            draw(os.path.join(arguments.out, 'speedup.png'), results['workloads'])
    print('\n'.join(floor_line(floor) for floor in floors))


def _entry(workload, training, arguments, machine):
    """Times all alternatives of a workload; returns an entry of the table, see `table.row`."""
    with tf.Graph().as_default(), tf.Session() as session:
        if workload in TT_WORKLOADS:
            alternatives = tt_alternatives(workload, training, arguments.peers)
            if not training:
                alternatives.update(probes())
        else:
            alternatives = conv_alternatives(workload, training)
        session.run(tf.global_variables_initializer())
        runs = {name: session.make_callable(ops) for name, ops in alternatives.items()}
        if not arguments.torch_python or workload not in TT_WORKLOADS:
            times = interleaved_times(runs, arguments.repetitions)
        else:
            with TorchPeer(arguments.torch_python, workload, training) as peer:
                machine['torch_environment'] = peer.versions
                times = _times_in_turn(runs, peer, arguments.repetitions)
        profile = node_times(session, alternatives['auto'])
    entry = {name: summary(seconds) for name, seconds in times.items()}
    entry['profile_ms'] = profile
    if 'low_rank' in entry:
        entry['low_rank']['rank'] = low_rank_of(workload)
    if workload in TT_WORKLOADS and not training:
        entry['roofline'] = machine_bound(workload, entry)
    return entry


def _times_in_turn(runs, peer, repetitions):
    """Times TensorFlow, then PyTorch, and so on; returns seconds by name."""
    times = {}
    for part in np.array_split(np.arange(repetitions), min(ROUNDS, repetitions)):
        warm_up = 1 if times else 2
        answer = dict(interleaved_times(runs, len(part), warm_up), **peer.times(len(part)))
        for name, seconds in answer.items():
            times.setdefault(name, []).append(seconds)
    return {name: np.concatenate(parts) for name, parts in times.items()}


def _note_load(workload, phase, record):
    """Records how busy the machine is before a measurement, and says so where it is."""
    busy = busy_cores()
    record.setdefault(workload, {})[phase] = busy
    if busy is not None and busy > QUIET:
        print(f'others keep {busy:.1f} cores busy: the next row says little', flush=True)


def _machine(arguments):
    record = machine_record(tensorflow=tf.__version__, repetitions=arguments.repetitions)
    if arguments.peers:
        from importlib import metadata
        record.update((name, metadata.version(name)) for name in ('t3f', 'opt_einsum'))
    return record


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--workload', action='append',
                        choices=[workload.name for workload in TT_WORKLOADS + CONV_WORKLOADS])
    add_repetitions(parser, 9)
    parser.add_argument('--peers', action='store_true',
                        help='time t3f, tf.einsum, a low-rank layer, torch and '
                             'tensorly-torch as well')
    parser.add_argument('--torch_python', help='a Python with torch and tensorly-torch')
    add_out(parser)
    run(main, parser)
