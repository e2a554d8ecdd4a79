"""The forward pass of TT-layers under XLA on the CPU, against the same without it.

For each plan of a TT-convolution, and of a fully-connected layer, how many times as long the layer
takes where XLA compiles it. Writes xla.json to --out.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import contextlib

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run
from benchmarks.graphs import constant_variable
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.workloads import CONV_WORKLOADS, TT_WORKLOADS
from tensornet import layers
from tensornet.contraction import ConvShape, Setting, TTMatrixShape, conv_plan, cpu
from tensornet.whole_file import write_json

METHODS = ('full', 'chain', 'matrix_first', 'filters_first')
TT_NAMES = ('vgg1', 'mnist100')
BATCH_SIZE = 10  # Of images.


def main(arguments):
    """Measures all layers."""
    tf.disable_v2_behavior()
    results = {'machine': machine_record(tensorflow=tf.__version__,
                                         repetitions=arguments.repetitions),
               'busy_cores': busy_cores(), 'layers': {}}
    for name, inp_shape, builders in _layers():
        results['layers'][name] = measure(inp_shape, builders, arguments.repetitions)
        ratios = [f'{plan} {row["ratio"]:.3g}' for plan, row in results['layers'][name].items()]
        print(f'{name:<18} {"  ".join(ratios)}', flush=True)
    write_json(os.path.join(arguments.out, 'xla.json'), results)


def measure(inp_shape, builders, repetitions):
    """Times a layer by several plans, compiled and not.

    Args:
        inp_shape: of its input.
        builders: dictionary from names of plans to functions of the input.
        repetitions: how often each is timed.

    Returns:
        Dictionary from names of plans to dictionaries: `without_ms`, `xla_ms` and their `ratio`.
    """
    calls = {}
    for plan, build in builders.items():
        for compiled in (False, True):
            with tf.Graph().as_default() as graph:
                session = tf.Session(graph=graph)
                inp = constant_variable('inp', inp_shape)
                with (tf.xla.experimental.jit_scope() if compiled else contextlib.nullcontext()):
                    out = build(inp)
                # XLA computes nothing that does not leave what it compiles.
                left = out[:1]
                session.run(tf.global_variables_initializer())
                calls[plan, compiled] = session.make_callable(left.op)
    times = {key: summary(seconds)['median_ms']
             for key, seconds in interleaved_times(calls, repetitions, shortest=0.03).items()}
    return {plan: {'without_ms': times[plan, False], 'xla_ms': times[plan, True],
                   'ratio': times[plan, True] / times[plan, False]} for plan in builders}


def _layers():
    for workload in CONV_WORKLOADS:
        matrix = TTMatrixShape(workload.inp_ch_modes, workload.out_ch_modes, workload.ranks)
        shape = ConvShape(matrix, workload.window, (1, 1), 'SAME', (workload.image,) * 2)
        setting = Setting(BATCH_SIZE, False, 'float32', cpu('float32'))
        yield (workload.name,
               [BATCH_SIZE, *shape.image, int(np.prod(workload.inp_ch_modes))],
               {method: _convolution(workload, conv_plan(shape, setting, method))
                for method in METHODS})
    for workload in TT_WORKLOADS:
        if workload.name in TT_NAMES:
            yield (workload.name, [workload.batch_size, workload.inp_size],
                   {plan: _matrix(workload, plan) for plan in ('auto', 'chain', 'full')})


def _convolution(workload, plan):
    return lambda inp: layers.tt_conv(
        inp, workload.window, workload.inp_ch_modes, workload.out_ch_modes, workload.ranks,
        plan=plan, trainable=False, scope='layer')


def _matrix(workload, plan):
    return lambda inp: layers.tt(inp, workload.inp_modes, workload.out_modes, workload.ranks,
                                 plan=plan, trainable=False, scope='layer')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_repetitions(parser, 5)
    add_out(parser)
    run(main, parser)
