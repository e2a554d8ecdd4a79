"""The layers of table 3 in each way to run them, timed side by side."""
import contextlib
import itertools
import re

import tensorflow.compat.v1 as tf

from benchmarks.interleaved import interleaved_times
from experiments.vgg.timed_layer import LAYERS, forward, frozen_forward

# Variables of either type, or constants of float32.
WAYS = ('float32', 'bfloat16', 'frozen')

_WARM_UP = 3

# TensorFlow 1 finds out when it places a graph on a device, TensorFlow 2 when it runs it.
_OPERATION = re.compile(r"(?:^Op: |support Op ')(\w+)", re.MULTILINE)
_LIST = 'Registered kernels:'


def time_layers(shape, batch_sizes, repetitions, plan='auto'):
    """Times one forward pass of each layer on the CPU and, where there is one, a GPU.

    The layers take turns, so that whatever else slows the machine down slows all of them; see
    `interleaved_times`. Neither the input nor the output passes through Python.

    Args:
        shape: a `timed_layer.Shape`.
        batch_sizes: numbers of images.
        repetitions: how often each layer and number of images is timed.
        plan: of the layer 'tt', the name of one.

    Returns:
        times: dict from `(device, layer, images, way)` to an array `[repetitions]` of seconds;
            `device` is 'CPU' or 'GPU', `way` one of `WAYS`.
        missing: dict from the other such keys to a line about the kernel that TensorFlow lacks.
    """
    passes, missing = {}, {}
    with contextlib.ExitStack() as stack:
        for key in itertools.product(devices(), LAYERS, batch_sizes, WAYS):
            # TensorFlow copies and places the whole graph of a session for each pass: neither
            # constants nor a missing kernel are to concern the others.
            session = stack.enter_context(tf.Session(graph=tf.Graph()))
            out = _add(shape, plan, *key)
            obstacle = missing_kernel(session, tf.global_variables_initializer()) or \
                missing_kernel(session, out)
            if obstacle:
                missing[key] = obstacle
            else:
                passes[key] = session.make_callable(out)
        return interleaved_times(passes, repetitions, _WARM_UP), missing


def devices():
    """['CPU'], or ['CPU', 'GPU'] where TensorFlow has a GPU."""
    with tf.Session(graph=tf.Graph()) as session:
        has_gpu = any(device.device_type == 'GPU' for device in session.list_devices())
    return ['CPU', 'GPU'] if has_gpu else ['CPU']


def missing_kernel(session, operation):
    """Runs an operation once, and says whether TensorFlow lacks a kernel for that.

    Args:
        session: a `tf.Session`. No other operation of its graph may lack a kernel, since
            TensorFlow 1 places all of them.
        operation: a `tf.Operation`.

    Returns:
        A line that names the kernel; None if there is none missing, and the operation has run.

    Raises:
        tf.errors.OpError: it cannot be run for another reason.
    """
    try:
        session.run(operation)
    except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError) as error:
        found = _OPERATION.search(error.message)
        if not found or _LIST not in error.message:
            raise
        return f'TensorFlow {tf.__version__} has no kernel of {found.group(1)} in this type'
    return None


def _add(shape, plan, device, layer, images, way):
    """Adds a layer to the default graph; returns the operation of a pass."""
    tf.set_random_seed(1)
    with tf.device(f'/{device.lower()}:0'):
        if way == 'frozen':
            return frozen_forward(shape, layer, images, plan, device).op
        return forward(shape, layer, images, plan, tf.as_dtype(way)).op
