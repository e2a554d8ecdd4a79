"""How a network is computed: the plan of its TT-layers and the precision of its arithmetic.

bfloat16 is TensorFlow's rewrite of a float32 graph: products take their factors in bfloat16, while
variables, their updates and the loss remain float32. So it needs no change in a network, and a
checkpoint does not tell in which precision it was trained.
"""
import contextlib
import time

import tensorflow.compat.v1 as tf

from experiments.common.errors import ExpectedError
from experiments.common.graphs import new_graph
from experiments.common.part import ALONE
from tensornet import layers
from tensornet.contraction.processor import INSTRUCTION_LIMITS, is_kept_from_avx512

_REWRITE = 'auto_mixed_precision_onednn_bfloat16'
_ON = 1


class UnavailablePrecisionError(ExpectedError):
    """TensorFlow does not compute in a precision here; the message says why and what to do."""


def check_precision(precision):
    """Raises `UnavailablePrecisionError` unless TensorFlow computes in a precision here.

    Args:
        precision: 'float32' or 'bfloat16'.
    """
    if precision == 'float32':
        return
    obstacle = _obstacle(precision)
    if obstacle:
        raise UnavailablePrecisionError(f'--precision={precision}: {obstacle}')


def session_config(precision, config=None):
    """The configuration of the sessions that compute in a precision.

    Args:
        precision: 'float32' or 'bfloat16'.
        config: a `tf.ConfigProto` with other settings, or None.

    Returns:
        A `tf.ConfigProto`.
    """
    result = tf.ConfigProto()
    if config is not None:
        result.CopyFrom(config)
    if precision == 'bfloat16':
        setattr(result.graph_options.rewrite_options, _REWRITE, _ON)
    return result


@contextlib.contextmanager
def building(plan, config, report=None):
    """Context in which a network is built whose TT-layers take a plan.

    Args:
        plan: 'auto', 'chain', 'full' or 'measure'.
        config: the `tf.ConfigProto` of the session that will run it, under which is measured.
        report: called with a line of text after the plans were measured, or None.
    """
    if plan != 'measure':
        with layers.default_plan(plan):
            yield
        return
    start = time.monotonic()
    with tf.Session(config=config), layers.default_plan(plan):
        yield
    if report is not None:
        report(f'the network was built in {time.monotonic() - start:.1f} s, the measuring of plans '
               'included')


def training_graph(options, build_task, report=None, part=ALONE, config=None):
    """Builds a network for training in a new graph.

    Args:
        options: those of a recipe, of which `seed`, `plan` and `precision` count here.
        build_task: function without arguments that adds the network to the current graph.
        report: called with a line of text where plans were measured, or None.
        part: an `Alone`, or the part of this process in a cluster.
        config: the `tf.ConfigProto` of the session that will run it; None for one of the precision.

    Returns:
        The graph, and what `build_task` returned.
    """
    config = config or session_config(options.precision)
    with new_graph(options.seed) as graph, building(options.plan, config, report), part.network():
        return graph, build_task()


def _obstacle(precision):
    """Why TensorFlow does not compute in bfloat16 here, and what to do; None if it does."""
    if _REWRITE not in tf.ConfigProto().graph_options.rewrite_options.DESCRIPTOR.fields_by_name:
        return (f'TensorFlow {tf.__version__} cannot rewrite a graph to it; pass '
                '--precision=float32, or use TensorFlow 2')
    if tf.config.experimental.list_physical_devices('GPU'):
        return ('it is for CPUs, but TensorFlow would take a GPU; pass --precision=float32, or '
                'hide the GPUs by an empty CUDA_VISIBLE_DEVICES')
    if is_kept_from_avx512():
        return (f'oneDNN is kept from AVX-512, which it needs; pass --precision=float32, or unset '
                f"{' and '.join(INSTRUCTION_LIMITS)}")
    if not _is_rewritten(session_config(precision)):
        return ('TensorFlow leaves the graph in float32 on this machine; it needs a CPU with '
                'AVX-512 and oneDNN, which TF_ENABLE_ONEDNN_OPTS=0 switches off. Pass '
                '--precision=float32')
    return None


def _is_rewritten(config):
    """Whether a product of float32 matrices is computed in bfloat16."""
    config.graph_options.rewrite_options.min_graph_nodes = -1  # A small graph is left as it is.
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        number = tf.placeholder(tf.float32, [1, 1])
        # What is fetched is not rewritten, but what comes before it.
        product = tf.negative(tf.matmul(number, number))
        # The number has 9 bits behind the point, of which bfloat16 keeps 7.
        return session.run(product, {number: [[1 + 2 ** -9]]}).item() == -1
