"""Frozen inference: time and size of a graph whose cores are constants.

    python benchmarks/frozen.py

The forward pass of `vgg1` and `vgg100`: with variables and plan='auto'; frozen with the same plan;
frozen with plans for constant cores, estimated and measured, whose merged cores may take up to so
many bytes (`constant_bytes`); and frozen with the dense matrix. A frozen graph is what
`convert_variables_to_constants` returns; all are run in one session, and take turns. `file` is the
size of the frozen graph, `memory` that of the constants with more than one number which are left
to read after TensorFlow has merged what it can, and `products` how many products are left to run.
Writes frozen.json to --out.
"""

import collections
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, add_repetitions, make_parser, run
from benchmarks.graphs import constant_variable
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.workloads import TT_WORKLOADS
from tensornet import layers
from tensornet.contraction import measured_plan, plan, use_wisdom
from tensornet.whole_file import write_json

WORKLOADS = ('vgg1', 'vgg100')
BOUNDS = (2**16, 2**20, 2**24)
OUTPUT = 'layer/out'
PRODUCTS = ('MatMul', 'Einsum')


def main(arguments):
    """Times the chosen workloads and prints a table of each."""
    tf.disable_v2_behavior()
    use_wisdom(None)
    results = {'machine': machine_record(tensorflow=tf.__version__,
                                         repetitions=arguments.repetitions), 'workloads': {}}
    for workload in TT_WORKLOADS:
        if workload.name in (arguments.workload or WORKLOADS):
            busy, rows = busy_cores(), measure(workload, arguments.repetitions)
            results['workloads'][workload.name] = {'busy_cores': busy, 'rows': rows}
            print(f'{workload.name:<34} {"ms":>10} {"file, kB":>12} {"memory, kB":>12} '
                  f'{"products":>9}')
            for row in rows:
                print(f'{row["name"]:<34} {row["median_ms"]:10.4f} '
                      f'{_kilobytes(row["file_bytes"]):>12} {_kilobytes(row["memory_bytes"]):>12} '
                      f'{row["products"]:9}  {row["plan"]}', flush=True)
            write_json(os.path.join(arguments.out, 'frozen.json'), results)


def measure(workload, repetitions):
    """Times the forward pass of a TT workload in all ways, in turn.

    Returns:
        List of dictionaries, one for each way: `name`, `plan`, `median_ms`, `quartiles_ms`,
        `file_bytes` (None for the graph with variables), `memory_bytes` and `products`.
    """
    planned = ways(workload)
    with tf.Graph().as_default(), tf.Session() as session:
        inp = constant_variable('inp', [workload.batch_size, workload.inp_size])
        outs, sizes = {}, {'variables': None}
        with tf.variable_scope('variables'):
            outs['variables'] = _layer(workload, inp, planned['frozen'])
        for name, chosen in planned.items():
            frozen = frozen_graph(workload, chosen)
            sizes[name] = frozen.ByteSize()
            outs[name], = tf.import_graph_def(frozen, {'inp:0': tf.identity(inp)},
                                              [OUTPUT + ':0'], name=name.replace(' ', '_'))
        session.run(tf.global_variables_initializer())
        left = {name: _what_is_left(session, out.op) for name, out in outs.items()}
        times = interleaved_times({name: session.make_callable(out.op)
                                   for name, out in outs.items()}, repetitions)
    described = dict(planned, variables=planned['frozen'])
    return [dict(left[name], name=name, plan=_described(described[name]), file_bytes=sizes[name],
                 **summary(seconds)) for name, seconds in times.items()]


def ways(workload):
    """Returns the plans to freeze, by name; None stands for a dense layer."""
    arguments = (workload.inp_modes, workload.out_modes, workload.ranks, workload.batch_size)
    plans = collections.OrderedDict(frozen=plan(*arguments, training=False))
    for bound in BOUNDS:
        constant = {'training': False, 'constant_bytes': bound}
        plans[f'constant up to {bound // 1024} KiB'] = plan(*arguments, **constant)
        plans[f'measured up to {bound // 1024} KiB'] = measured_plan(*arguments, **constant)
    if workload.has_dense:
        plans['dense'] = None
    return plans


def frozen_graph(workload, chosen):
    """Builds a layer with random weights, and freezes it.

    Args:
        workload: a `TTWorkload`.
        chosen: its plan; None for a dense layer.

    Returns:
        `GraphDef` with the placeholder `inp` and the output `OUTPUT`.
    """
    with tf.Graph().as_default() as graph, tf.Session() as session:
        inp = tf.placeholder(tf.float32, [workload.batch_size, workload.inp_size], name='inp')
        _layer(workload, inp, chosen)
        session.run(tf.global_variables_initializer())
        return tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(),
                                                            [OUTPUT])


def _layer(workload, inp, chosen):
    if chosen is None:
        return layers.linear(inp, workload.out_size, biases_initializer=None, scope='layer')
    return layers.tt(inp, workload.inp_modes, workload.out_modes, workload.ranks,
                     biases_initializer=None, scope='layer', plan=chosen)


def _what_is_left(session, operation):
    """Runs an operation; returns bytes of constants and number of products in what was run."""
    options, metadata = tf.RunOptions(output_partition_graphs=True), tf.RunMetadata()
    session.run(operation, options=options, run_metadata=metadata)
    nodes = [node for graph in metadata.partition_graphs for node in graph.node]
    read = {name.lstrip('^').split(':')[0] for node in nodes for name in node.input}
    constants = [node.attr['value'].tensor for node in nodes
                 if node.op == 'Const' and node.name in read
                 and node.attr['dtype'].type == tf.float32.as_datatype_enum]
    sizes = [4 * int(np.prod([dim.size for dim in tensor.tensor_shape.dim]))
             for tensor in constants]
    return {'memory_bytes': sum(size for size in sizes if size > 4),
            'products': sum(any(kind in node.op for kind in PRODUCTS) for node in nodes)}


def _described(chosen):
    return 'dense' if chosen is None else chosen.way


def _kilobytes(size):
    return '-' if size is None else f'{size / 1e3:.1f}'


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--workload', action='append',
                        choices=[workload.name for workload in TT_WORKLOADS],
                        help='default: ' + ', '.join(WORKLOADS))
    add_repetitions(parser, 15)
    add_out(parser)
    run(main, parser)
