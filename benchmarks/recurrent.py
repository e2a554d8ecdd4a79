"""A training step of an LSTM over video frames, with TT-matrices and dense.

    python benchmarks/recurrent.py [--batch_size 16] [--profile]

20 steps of 57600 -> 256, as in arXiv 1707.01786: modes 8, 20, 20, 18 -> 4, 4, 4, 4 for each gate
and TT-ranks of 4. One step of gradient descent on a linear function of the last output. Dense is
the same cell without ranks, since TensorFlow has none of its own next to Keras 3; `in the loop` is
`dynamic_rnn`, `outside` is `unroll`, which multiplies the inputs of all steps at once. Writes
recurrent.json to --out.
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
    positive_integer,
    run,
)
from benchmarks.graphs import constant_variable
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.operation_times import operation_times
from tensornet import rnn
from tensornet.whole_file import write_json

STEPS, INP_MODES, HIDDEN_MODES, RANK = 20, [8, 20, 20, 18], [4, 4, 4, 4], 4
TT = dict(inp_modes=INP_MODES, inp_ranks=RANK)
# Of each alternative: arguments of the cell, and whether the inputs are multiplied outside.
ALTERNATIVES = {
    'TT, outside': (dict(TT, state_ranks=RANK), True),
    'TT, in the loop': (dict(TT, state_ranks=RANK), False),
    'TT inputs, dense state, outside': (TT, True),
    'dense, outside': ({}, True),
    'dense, in the loop': ({}, False),
}
OURS, DENSE = 'TT, outside', 'dense, in the loop'
# What is asked for: at most so much of the time and of the parameters of the dense cell.
TIME, PARAMETERS = 1 / 2, 1 / 100


def main(arguments):
    """Times one step of each alternative, in turn."""
    tf.disable_v2_behavior()
    busy = busy_cores()
    chosen = arguments.only or list(ALTERNATIVES)
    with tf.Graph().as_default(), tf.Session() as session:
        frames = constant_variable('frames', [arguments.batch_size, STEPS,
                                              int(np.prod(INP_MODES))])
        steps = {name: training_step(name, frames) for name in chosen}
        parameters = {name: sum(int(np.prod(variable.shape.as_list()))
                                for variable in _variables(name)) for name in chosen}
        session.run(tf.global_variables_initializer())
        times = interleaved_times({name: lambda step=step: session.run(step)
                                   for name, step in steps.items()}, arguments.repetitions)
        results = {name: dict(summary(seconds), parameters=parameters[name])
                   for name, seconds in times.items()}
        if arguments.profile:
            for name, step in steps.items():
                totals = operation_times(session, step)
                results[name]['profile_ms'] = totals
                print(f'operations of {name}, ms:')
                for operation, milliseconds in list(totals.items())[:12]:
                    print(f'{milliseconds:10.1f}  {operation}')
    for name, entry in results.items():
        print(f'{name:<32} {entry["median_ms"]:9.1f} ms  {entry["parameters"]:10} parameters')
    if OURS in results and DENSE in results:
        time, parameters = [results[OURS][key] / results[DENSE][key]
                            for key in ('median_ms', 'parameters')]
        reached = 'ok' if time <= TIME and parameters <= PARAMETERS else 'LOW'
        print(f'{reached}: {time:.3f} of the time and {parameters:.6f} of the parameters of '
              f'"{DENSE}", at most {TIME:g} and {PARAMETERS:g}')
    write_json(os.path.join(arguments.out, 'recurrent.json'), {
        'machine': machine_record(tensorflow=tf.__version__, repetitions=arguments.repetitions),
        'busy_cores': busy, 'batch_size': arguments.batch_size, 'alternatives': results})


def training_step(name, frames):
    """Builds an alternative in a scope of its own; returns the operation of one step."""
    options, is_outside = ALTERNATIVES[name]
    with tf.variable_scope(_scope(name)):
        cell = rnn.TTLSTMCell(HIDDEN_MODES, scope='cell', **options)
        if is_outside:
            outputs, _ = rnn.unroll(cell, frames)
        else:
            outputs, _ = tf.nn.dynamic_rnn(cell, frames, dtype=tf.float32)
        loss = tf.reduce_mean(outputs[:, -1])
    return tf.train.GradientDescentOptimizer(1e-3).minimize(loss, var_list=_variables(name))


def _scope(name):
    return name.replace(', ', '_').replace(' ', '_')


def _variables(name):
    return tf.trainable_variables(_scope(name) + '/')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_repetitions(parser, 5)
    parser.add_argument('--batch_size', type=positive_integer, default=16,
                        help='number of videos (default: %(default)s)')
    parser.add_argument('--only', action='append', choices=list(ALTERNATIVES),
                        help='measure this one; can be given more than once')
    parser.add_argument('--profile', action='store_true', help='print the time by operation')
    add_out(parser)
    run(main, parser)
