"""bfloat16 over float32, in the same run: layers in either type, and networks that are rewritten.

    python benchmarks/precision.py [--only vgg100 --only conv-fc]

Layers: forward pass and training of the workloads with plan='auto', with input, variables and
output of the type. Beside each forward pass of a TT-layer the machine is measured in both types,
for the bound of `roofline.py`. Networks: a training step of batch 100 in float32, as it is and
under TensorFlow's rewrite `auto_mixed_precision_onednn_bfloat16`, in two sessions that take turns;
the convolutional networks of the second paper without an input pipeline, and the wide
two-layer one. What TensorFlow has no kernels for is left out. Writes precision.json to --out.
"""

import contextlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run
from benchmarks.floors import OVER_FLOAT32, OVER_FLOAT32_ELSE, PHASES
from benchmarks.graphs import constant_variable, planned_layer
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.paper_networks import convolutional_network, wide_training_step
from benchmarks.roofline import PROBES, machine_bound, probes
from benchmarks.workloads import CONV_WORKLOADS, TT_WORKLOADS
from tensornet.whole_file import write_json

DTYPES = ('float32', 'bfloat16')
REWRITE = 'auto_mixed_precision_onednn_bfloat16'
CONVOLUTIONAL = {'conv-fc': 'dense', 'TT-conv-TT-fc': 'tt'}
NETWORKS = ('wide', *CONVOLUTIONAL)


def main(arguments):
    """Times the chosen layers and networks and prints a row for each."""
    tf.disable_v2_behavior()
    machine = machine_record(tensorflow=tf.__version__, repetitions=arguments.repetitions)
    results = {'machine': machine, 'layers': {}, 'networks': {}}
    has_matrix_unit = 'amx_bf16' in machine['features']
    if not has_matrix_unit:
        print('no AMX here: what is asked for, on processors that have it, need not be reached')
    print(f'{"":<16} {"":<9} {"float32, ms":>12} {"bfloat16, ms":>12} {"ratio":>8} '
          f'{"at least":>10}', flush=True)
    chosen = arguments.only or _names()
    for workload in TT_WORKLOADS + CONV_WORKLOADS:
        for phase in PHASES if workload.name in chosen else ():
            entry = measure_layer(workload, phase == 'training', arguments.repetitions)
            results['layers'].setdefault(workload.name, {})[phase] = entry
            _report(workload.name, phase, entry, results, arguments.out)
    for name in NETWORKS:
        if name in chosen:
            entry = measure_network(name, arguments.repetitions)
            results['networks'][name] = entry
            _report(name, 'step', entry, results, arguments.out)


def measure_layer(workload, training, repetitions):
    """Times a layer in both types, in turn.

    Returns:
        Dictionary of JSON values: `float32` and `bfloat16`, summaries with `median_ms`; `ratio` of
        the first over the second; `roofline` of each type, see `machine_bound`, for the forward
        pass of a TT-layer; or `skipped`.
    """
    busy = busy_cores(0.2)
    with tf.Graph().as_default(), tf.Session() as session:
        alternatives = {dtype: planned_layer(workload, training, dtype, dtype)
                        for dtype in DTYPES}
        is_bounded = workload in TT_WORKLOADS and not training
        for dtype in DTYPES if is_bounded else ():
            alternatives.update({(name, dtype): operations
                                 for name, operations in probes(dtype).items()})
        try:
            session.run(tf.global_variables_initializer())
            times = interleaved_times({name: session.make_callable(operations)
                                       for name, operations in alternatives.items()}, repetitions)
        except tf.errors.OpError as error:
            return {'skipped': str(error.message).splitlines()[0][:200], 'busy_cores': busy}
    entry = _compared({dtype: times[dtype] for dtype in DTYPES}, busy)
    if is_bounded:
        entry['roofline'] = {dtype: machine_bound(
            workload, {name: summary(times[name, dtype]) for name in PROBES}, dtype)
            for dtype in DTYPES}
    return entry


def measure_network(name, repetitions):
    """Times a training step in float32 and under the rewrite, in turn; as `measure_layer`."""
    busy = busy_cores(0.2)
    rewritten = tf.ConfigProto()
    options = rewritten.graph_options.rewrite_options
    if not hasattr(options, REWRITE):
        return {'skipped': f'TensorFlow {tf.__version__} has no rewrite {REWRITE}',
                'busy_cores': busy}
    setattr(options, REWRITE, options.ON)
    with contextlib.ExitStack() as stack:
        runs = {}
        for dtype, config in zip(DTYPES, (tf.ConfigProto(), rewritten)):
            with tf.Graph().as_default():
                step = network_step(name)
                session = stack.enter_context(tf.Session(config=config))
                session.run(tf.global_variables_initializer())
            runs[dtype] = session.make_callable(step)
        times = interleaved_times(runs, repetitions)
    return _compared(times, busy)


def network_step(name):
    """Builds one of `NETWORKS` in the default graph; returns the operation of a training step."""
    if name == 'wide':
        return wide_training_step('auto')
    images = constant_variable('images', [100, 32, 32, 3])
    with tf.variable_scope('network', use_resource=False):
        logits = convolutional_network(images, CONVOLUTIONAL[name], train_phase=True)
    loss = tf.losses.sparse_softmax_cross_entropy(tf.constant(np.arange(100) % 10), logits)
    return tf.train.MomentumOptimizer(1e-3, 0.9).minimize(loss)


def _compared(times, busy):
    entry = {dtype: summary(seconds) for dtype, seconds in times.items()}
    ratio = entry['float32']['median_ms'] / entry['bfloat16']['median_ms']
    return dict(entry, ratio=ratio, busy_cores=busy)


def _report(name, phase, entry, results, folder):
    """Prints a row and writes what there is so far."""
    if 'skipped' in entry:
        print(f'{name:<16} {phase:<9} {entry["skipped"]}', flush=True)
    else:
        print(f'{name:<16} {phase:<9} {entry["float32"]["median_ms"]:12.3f} '
              f'{entry["bfloat16"]["median_ms"]:12.3f} {entry["ratio"]:7.2f}x '
              f'{OVER_FLOAT32.get(name, OVER_FLOAT32_ELSE):10.2f}', flush=True)
    write_json(os.path.join(folder, 'precision.json'), results)


def _names():
    return [workload.name for workload in TT_WORKLOADS + CONV_WORKLOADS] + list(NETWORKS)


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--only', action='append', choices=_names(),
                        help='layer or network (default: all)')
    add_repetitions(parser, 9)
    add_out(parser)
    run(main, parser)
