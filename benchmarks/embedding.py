"""Lookups in a table in the TT format against a dense table and other libraries.

    python benchmarks/embedding.py [--peers] [--rows 1000000]

4096 ids, drawn anew in each run, in a table of a million rows of 256 elements; TT-ranks of 16.
Timed are the lookup, a training step by the gradient of the rows and an optimizer, and, for a table
that is small enough, `tt` on one-hot vectors. Others to compare with are the slices of all cores,
multiplied from left to right, as `t3f.gather_nd` computes elements of a tensor train, and the
`FactorizedEmbedding` of tensorly-torch, in an environment of its own: that of --torch_python, or
.venv-torch, which is made where --peers asks for it. Peak memory is the growth of a process during
three training steps by momentum. Writes embedding.json to --out.
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import (
    FOLDER,
    add_out,
    add_repetitions,
    make_parser,
    positive_integer,
    run,
)
from benchmarks.graphs import constant_variable
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.peak_memory import peak_growth
from benchmarks.torch_peer import torch_python
from tensornet import layers
from tensornet.tt import factorize
from tensornet.whole_file import write_json

RANK, SIZE = 16, 256
EMB_MODES = {'2 cores': [16, 16], '3 cores': [16, 1, 16], '4 cores': [4, 4, 4, 4]}
# What is asked for: how many times as long as a dense lookup, and how many times the memory of the
# rows.
DENSE_LOOKUP, MEMORY = 3, 3
PEER = os.path.join(FOLDER, 'embedding_peer.py')


def main(arguments):
    """Times everything, prints the ratios, and writes them; or measures the peak of one way."""
    tf.disable_v2_behavior()
    if arguments.peak:
        print(_peak(arguments))
        return
    if arguments.peers:
        arguments.torch_python = arguments.torch_python or torch_python()
    results = {'rows': arguments.rows, 'size': SIZE, 'ids': arguments.ids, 'rank': RANK,
               'emb_modes': EMB_MODES, 'busy_cores': busy_cores(),
               'machine': machine_record(tensorflow=tf.__version__)}
    for phase in ('forward', 'momentum', 'adam'):
        # The dense table takes seconds for a step of Adam.
        few = 3 if phase == 'adam' else arguments.repetitions
        results[phase] = _timed(lambda phase=phase: _alternatives(arguments, phase), few)
    results['small forward'] = _timed(lambda: _small(arguments, 'forward'), arguments.repetitions)
    results['small momentum'] = _timed(lambda: _small(arguments, 'momentum'),
                                       arguments.repetitions)
    if arguments.torch_python:
        for phase, key in (('forward', 'forward'), ('training', 'momentum')):
            results[key]['tensorly-torch'] = _peer(arguments, phase)
    rows_bytes = 4 * arguments.ids * SIZE
    results['peak_of_output'] = {name: _peak_of(name, arguments) / rows_bytes
                                 for name in [*EMB_MODES, 'dense']}
    _print(results)
    write_json(os.path.join(arguments.out, 'embedding.json'), results)


def _timed(build, repetitions):
    """Builds alternatives in a graph and returns the summaries of their times, by name."""
    with tf.Graph().as_default(), tf.Session() as session:
        operations = build()
        session.run(tf.global_variables_initializer())
        runs = {name: session.make_callable(targets) for name, targets in operations.items()}
        return {name: summary(seconds)
                for name, seconds in interleaved_times(runs, repetitions).items()}


def _alternatives(arguments, phase):
    """Operations by name: of ours for each number of cores, of others, and of a dense table."""
    rows, count = arguments.rows, arguments.ids
    ways = {name: _tt(name, rows, count) for name in EMB_MODES}
    ways['slices, left to right'] = lambda ids: _left_to_right(rows, ids)
    ways['dense'] = lambda ids: tf.nn.embedding_lookup(_table(rows), ids)
    return {name: _operations(name, build, rows, phase, count) for name, build in ways.items()}


def _small(arguments, phase):
    """Operations of a table for which one-hot vectors fit."""
    rows, count = arguments.small_rows, arguments.ids
    modes = _modes(rows, 2), EMB_MODES['2 cores'], RANK

    def one_hot(ids):
        return layers.tt(tf.one_hot(ids, rows), *modes, scope='tt', biases_initializer=None,
                         inp_size=rows)

    return {name: _operations(name, build, rows, phase, count)
            for name, build in (('2 cores', _tt('2 cores', rows, count)), ('one-hot', one_hot))}


def _operations(name, build, rows, phase, count, fed=None):
    """What a session runs: the lookup of new ids, or a step with it.

    Args:
        name: of the way, and of its scope.
        build: function from ids to their rows.
        rows: of the table.
        phase: 'forward', 'momentum' or 'adam'.
        count: number of ids.
        fed: tensor that says how many of them are looked up; None means all.
    """
    scope = name.replace(' ', '_').replace(',', '')
    with tf.variable_scope(scope, use_resource=False):
        some = count if fed is None else fed
        out = build(tf.random.uniform([some], 0, rows, tf.int32))
        if phase == 'forward':
            return [out.op]
        optimizer = (tf.train.AdamOptimizer(1e-3) if phase == 'adam' else
                     tf.train.MomentumOptimizer(0.1, 0.9))
        variables = tf.trainable_variables(scope + '/')
        out_gradient = constant_variable('gradient', [count, SIZE])[:some]
        gradients = tf.gradients(out, variables, out_gradient)
        return [out.op, optimizer.apply_gradients(list(zip(gradients, variables)))]


def _tt(name, rows, count):
    modes = EMB_MODES[name]
    return lambda ids: layers.tt_embedding(ids, _modes(rows, len(modes)), modes, RANK, scope='tt',
                                           voc_size=rows, batch_size=count)


def _table(rows):
    return tf.get_variable('table', [rows, SIZE], initializer=tf.zeros_initializer())


def _modes(rows, cores):
    return factorize(rows, cores).modes


def _left_to_right(rows, ids):
    """Slices of the cores of a train in its own order, multiplied one after another."""
    emb_modes = EMB_MODES['2 cores']
    voc_modes = _modes(rows, len(emb_modes))
    places = tf.unravel_index(ids, voc_modes)
    ranks = [1] + [RANK] * (len(emb_modes) - 1) + [1]
    product = None
    for k, (voc, emb) in enumerate(zip(voc_modes, emb_modes)):
        core = tf.get_variable(f'core_{k}', [ranks[k], voc, emb, ranks[k + 1]])
        taken = tf.gather(tf.transpose(core, [1, 0, 2, 3]), places[k])
        product = taken if product is None else tf.einsum('naib,nbjc->naijc', product, taken)
        columns = product.shape[2] if k == 0 else product.shape[2] * product.shape[3]
        product = tf.reshape(product, [-1, 1, int(columns), ranks[k + 1]])
    return tf.reshape(product, [-1, SIZE])


def _peer(arguments, phase):
    """Returns the summary of tensorly-torch, which runs in a process of its own."""
    request = {'rows': arguments.rows, 'voc_modes': _modes(arguments.rows, 2),
               'emb_modes': EMB_MODES['2 cores'], 'rank': RANK, 'count': arguments.ids,
               'phase': phase, 'repetitions': arguments.repetitions}
    environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    answer = subprocess.run([arguments.torch_python, PEER, json.dumps(request)], check=True,
                            stdout=subprocess.PIPE, text=True, env=environment,
                            start_new_session=True).stdout
    return summary(np.array(json.loads(answer.splitlines()[-1])))


def _peak_of(name, arguments):
    """Returns the peak of a way in bytes, measured in a process of its own."""
    answer = subprocess.run(
        [sys.executable, os.path.abspath(__file__), '--peak', name, '--rows', str(arguments.rows),
         '--ids', str(arguments.ids)],
        stdout=subprocess.PIPE, check=True, text=True, start_new_session=True)
    return float(answer.stdout.split()[-1])


def _peak(arguments):
    """Returns by how many bytes three training steps make this process grow."""
    name, rows, count = arguments.peak, arguments.rows, arguments.ids

    def dense(ids):
        return tf.nn.embedding_lookup(_table(rows), ids)

    with tf.Graph().as_default(), tf.Session() as session:
        some = tf.placeholder(tf.int32, [])
        operations = _operations(name, dense if name == 'dense' else _tt(name, rows, count), rows,
                                 'momentum', count, some)
        session.run(tf.global_variables_initializer())
        # What a first run takes for threads and kernels is no matter of the rows.
        session.run(operations, {some: min(8, count)})
        return peak_growth(lambda: [session.run(operations, {some: count}) for _ in range(3)])


def _print(results):
    """Prints times and ratios, and what is asked for."""
    for phase in ('forward', 'momentum', 'adam', 'small forward', 'small momentum'):
        ours = results[phase]['2 cores']['median_ms']
        for name, entry in results[phase].items():
            print(f'{phase:<15} {name:<22} {entry["median_ms"]:9.3f} ms, '
                  f'{entry["median_ms"] / ours:6.2f} times ours of two cores')
    dense = results['forward']['dense']['median_ms']
    for name in EMB_MODES:
        ratio = results['forward'][name]['median_ms'] / dense
        print(f'lookup by {name} over dense: {ratio:.2f}, at most {DENSE_LOOKUP}')
    for name, peak in results['peak_of_output'].items():
        asked = '' if name == 'dense' else f', at most {MEMORY}'
        print(f'peak memory of a step, {name}: {peak:.2f} times the rows{asked}')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--rows', type=positive_integer, default=10**6, help='rows of the table')
    parser.add_argument('--small_rows', type=positive_integer, default=10**4,
                        help='rows of the table on which `tt` takes one-hot vectors')
    parser.add_argument('--ids', type=positive_integer, default=4096, help='ids of a run')
    parser.add_argument('--peers', action='store_true', help='time tensorly-torch as well')
    parser.add_argument('--torch_python', help='a Python with torch and tensorly-torch')
    parser.add_argument('--peak', choices=[*EMB_MODES, 'dense'],
                        help='measure the peak memory of this way only')
    add_repetitions(parser, 9)
    add_out(parser)
    run(main, parser)
