"""Times the TT-layers against the original's chain, the dense layers and other libraries.

    python benchmarks/run.py                       # all workloads
    python benchmarks/run.py --workload vgg100     # one of them
    python benchmarks/run.py --peers               # t3f and, with --torch_python, tensorly-torch

Prints a table, and writes results.json and speedup.png to --out.
"""

import argparse
import json
import os
import platform
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

from benchmarks.graphs import conv_alternatives, tt_alternatives  # noqa: E402
from benchmarks.interleaved import interleaved_times, summary  # noqa: E402
from benchmarks.roofline import forward_bound, machine_speed  # noqa: E402
from benchmarks.workloads import CONV_WORKLOADS, FLOORS, TT_WORKLOADS  # noqa: E402
from experiments.common.atomic_file import replacing, write_json  # noqa: E402


def main(arguments):
    """Runs the chosen workloads."""
    tf.disable_v2_behavior()
    print('TensorNet benchmarks on TensorFlow %s, %d repetitions' % (tf.__version__,
                                                                     arguments.repetitions))
    flops, bandwidth = machine_speed()
    print('4096^3 product %.0f GFLOP/s, stream %.1f GB/s' % (flops / 1e9, bandwidth / 1e9))
    results = {'machine': _machine(flops, bandwidth), 'workloads': {}}
    os.makedirs(arguments.out, exist_ok=True)
    for workload in TT_WORKLOADS + CONV_WORKLOADS:
        if arguments.workload and workload.name not in arguments.workload:
            continue
        for training in (False, True):
            times = _times(workload, training, arguments)
            entry = {name: summary(seconds) for name, seconds in times.items()}
            if workload in TT_WORKLOADS and not training:
                entry['bound_ms'] = forward_bound(workload, flops, bandwidth) * 1e3
            phase = 'training' if training else 'forward'
            results['workloads'].setdefault(workload.name, {})[phase] = entry
            _print_row(workload.name, phase, entry)
            _write(arguments.out, results)
    return 0


def _times(workload, training, arguments):
    build = tt_alternatives if workload in TT_WORKLOADS else conv_alternatives
    options = {'peers': arguments.peers} if workload in TT_WORKLOADS else {}
    with tf.Graph().as_default(), tf.Session() as session:
        alternatives = build(workload, training, **options)
        session.run(tf.global_variables_initializer())
        runs = {name: lambda ops=ops: session.run(ops) for name, ops in alternatives.items()}
        times = interleaved_times(runs, arguments.repetitions)
    if arguments.torch_python and workload in TT_WORKLOADS:
        times.update(_torch_times(workload, training, arguments))
    return times


def _torch_times(workload, training, arguments):
    """Times PyTorch in an environment of its own, right after TensorFlow."""
    worker = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'torch_worker.py')
    request = dict(workload._asdict(), training=training, repetitions=arguments.repetitions)
    environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    answer = subprocess.run([arguments.torch_python, worker], input=json.dumps(request),
                            stdout=subprocess.PIPE, check=True, env=environment,
                            text=True).stdout
    return {name: np.array(seconds) for name, seconds in json.loads(answer).items()}


def _print_row(name, phase, entry):
    ours = entry['auto']['median_ms']
    cells = ['%-16s %-8s auto %9.3f ms' % (name, phase, ours)]
    for other, numbers in entry.items():
        if other == 'bound_ms':
            cells.append('%.2f times the bound %.3f ms' % (ours / numbers, numbers))
        elif other != 'auto':
            cells.append('%s %.3f ms (%.2fx)' % (other, numbers['median_ms'],
                                                 numbers['median_ms'] / ours))
    if name in FLOORS:
        cells.append('aim over the chain %.1fx' % FLOORS[name][phase == 'training'])
    print('; '.join(cells), flush=True)


def _machine(flops, bandwidth):
    return {'processor': _processor(), 'cores': os.cpu_count(), 'python': platform.python_version(),
            'tensorflow': tf.__version__, 'numpy': np.__version__, 'gflops': flops / 1e9,
            'stream_gb_per_s': bandwidth / 1e9}


def _processor():
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            names = [line.split(':')[1].strip() for line in file if line.startswith('model name')]
        return names[0]
    except (OSError, IndexError):
        return platform.processor()


def _write(folder, results):
    write_json(os.path.join(folder, 'results.json'), results)
    _draw(os.path.join(folder, 'speedup.png'), results['workloads'])


def _draw(target, workloads):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    for axis, phase in zip(axes, ('forward', 'training')):
        names = [name for name in workloads if phase in workloads[name]]
        others = [other for other in ('chain', 'dense', 'full', 't3f', 'tensorly', 'torch_dense')
                  if any(other in workloads[name][phase] for name in names)]
        for k, other in enumerate(others):
            ratios = [workloads[name][phase].get(other, {}).get('median_ms', np.nan)
                      / workloads[name][phase]['auto']['median_ms'] for name in names]
            axis.bar(np.arange(len(names)) + (k - len(others) / 2 + 0.5) * 0.8 / len(others),
                     ratios, 0.8 / len(others), label=other)
        axis.set_xticks(np.arange(len(names)))
        axis.set_xticklabels(names, rotation=40, ha='right')
        axis.set_yscale('log')
        axis.axhline(1, color='black', linewidth=0.8)
        axis.set_title(phase)
    axes[0].set_ylabel("time over that of plan='auto'")
    axes[0].legend()
    figure.tight_layout()
    with replacing(target) as path:
        figure.savefig(path, format='png', dpi=110)
    plt.close(figure)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--workload', action='append',
                        choices=[workload.name for workload in TT_WORKLOADS + CONV_WORKLOADS])
    parser.add_argument('--repetitions', type=int, default=7)
    parser.add_argument('--peers', action='store_true', help='time t3f as well')
    parser.add_argument('--torch_python', help='a Python with torch and tensorly-torch')
    parser.add_argument('--out', default=os.path.join(ROOT, 'benchmarks', 'results'))
    sys.exit(main(parser.parse_args()))
