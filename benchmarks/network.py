"""The training step of the wide two-layer CIFAR-10 network, planned against the chain.

    python benchmarks/network.py [--profile]

3072 -> 262144 -> 4096 -> 10 with TT-ranks of 10, batch normalization, ReLU, no biases, batch 100
(arXiv 1509.06569, section 6.2). Writes network.json to --out.
"""

import argparse
import collections
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

from benchmarks.graphs import constant_variable  # noqa: E402
from benchmarks.interleaved import interleaved_times, summary  # noqa: E402
from benchmarks.workloads import TT_WORKLOADS  # noqa: E402
from experiments.common.atomic_file import write_json  # noqa: E402
from tensornet import layers  # noqa: E402


def main(arguments):
    """Times one step with each plan, in turn."""
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as session:
        steps = {plan: training_step(plan) for plan in ('auto', 'chain')}
        session.run(tf.global_variables_initializer())
        times = interleaved_times({plan: lambda step=step: session.run(step)
                                   for plan, step in steps.items()}, arguments.repetitions)
        results = {plan: summary(seconds) for plan, seconds in times.items()}
        if arguments.profile:
            for name, milliseconds in profile(session, steps['auto']):
                print('%10.1f ms  %s' % (milliseconds, name))
    results['ratio'] = results['chain']['median_ms'] / results['auto']['median_ms']
    print('step: auto %.0f ms, chain %.0f ms (%.2fx)'
          % (results['auto']['median_ms'], results['chain']['median_ms'], results['ratio']))
    os.makedirs(arguments.out, exist_ok=True)
    write_json(os.path.join(arguments.out, 'network.json'), results)


def training_step(plan):
    """Builds the network in a scope of its own; returns the operation of one SGD step."""
    with tf.variable_scope(plan):
        out = constant_variable('images', [100, 3072])
        for workload in TT_WORKLOADS[-2:]:
            out = layers.tt(out, workload.inp_modes, workload.out_modes, workload.ranks,
                            biases_initializer=None, plan=plan, scope=workload.name)
            out = layers.batch_normalization(out, True, 0.8, scope=workload.name + '_bn')
            out = tf.nn.relu(out)
        logits = layers.linear(out, 10, scope='logits')
        labels = tf.constant(np.arange(100) % 10)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        variables = tf.trainable_variables(plan + '/')
        return tf.train.GradientDescentOptimizer(1e-3).minimize(loss, var_list=variables)


def profile(session, operation):
    """Milliseconds by type of operation, largest first."""
    metadata = tf.RunMetadata()
    session.run(operation, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE),
                run_metadata=metadata)
    totals = collections.Counter()
    for device in metadata.step_stats.dev_stats:
        for node in device.node_stats:
            name = node.timeline_label.split('= ')[-1].split('(')[0]
            totals[name] += (node.op_end_rel_micros - node.op_start_rel_micros) / 1e3
    return totals.most_common(12)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--repetitions', type=int, default=7)
    parser.add_argument('--profile', action='store_true', help='print the time by operation')
    parser.add_argument('--out', default=os.path.join(ROOT, 'benchmarks', 'results'))
    main(parser.parse_args())
