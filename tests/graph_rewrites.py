"""TensorFlow's own graph rewrites, which put parts of a float32 graph into half precision.

A node that is fetched keeps its type, so a gradient that is fetched as it is says nothing of the
rewrite: fetch a `tf.identity` of it.
"""

import collections
import functools

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import rewriter_config_pb2

from tensornet.contraction.processor import is_kept_from_avx512

BFLOAT16 = 'auto_mixed_precision_onednn_bfloat16'
FLOAT16 = 'auto_mixed_precision'
# TensorFlow 1 has but one of them. An older name of the first is left out.
REWRITES = [name for name in (BFLOAT16, FLOAT16, 'auto_mixed_precision_cpu')
            if name in rewriter_config_pb2.RewriterConfig.DESCRIPTOR.fields_by_name]
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
HALF = (tf.float16, tf.bfloat16)


def rewriting(rewrite):
    """Returns the configuration of a session that rewrites its graphs.

    Args:
        rewrite: one of `REWRITES`, or None for a session that does not.
    """
    config = tf.ConfigProto()
    if rewrite is not None:
        setattr(config.graph_options.rewrite_options, rewrite,
                rewriter_config_pb2.RewriterConfig.ON)
    return config


def run(session, fetches, feeds=None):
    """Runs fetches; returns their values and the nodes in half precision of the rewritten graph.

    Returns:
        Values, and a list of pairs of the name of a node and the type of its operation.
    """
    metadata = tf.RunMetadata()
    values = session.run(fetches, feeds, options=tf.RunOptions(output_partition_graphs=True),
                         run_metadata=metadata)
    nodes = [node for graph in metadata.partition_graphs for node in graph.node]
    return values, [(node.name, node.op) for node in nodes if _dtype(node) in HALF]


def kinds(nodes, prefix=''):
    """Counts the types of operations of the nodes that `run` returns and that have a prefix."""
    return collections.Counter(kind for name, kind in nodes if name.startswith(prefix))


@functools.lru_cache(maxsize=None)
def acts(rewrite):
    """Whether a rewrite does anything on this processor, with this TensorFlow."""
    # Where oneDNN is kept from AVX-512 the process would end.
    if rewrite not in REWRITES or rewrite == BFLOAT16 and is_kept_from_avx512():
        return False
    with tf.Graph().as_default(), tf.Session(config=rewriting(rewrite)) as session:
        inp = tf.placeholder(tf.float32, [8, 8])
        out = tf.identity(tf.matmul(tf.matmul(inp, inp), inp))
        return bool(run(session, out, {inp: np.eye(8)})[1])


def _dtype(node):
    number = node.attr['T'].type or node.attr['DstT'].type
    return tf.as_dtype(number) if number else None
