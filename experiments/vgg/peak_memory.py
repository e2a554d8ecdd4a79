"""The memory that a process needs for one layer, measured in a process of its own."""
import multiprocessing
import os

from benchmarks.peak_memory import peak_growth, resident_bytes
from experiments.common.tensorflow_import import import_tensorflow


def peak_bytes(shape, layer, images, plan):
    """The highest resident memory during a forward pass on the CPU, above that without a layer.

    That includes weights, input, output and everything between, as well as what TensorFlow
    allocates for a session.

    Args:
        shape, layer, images: see `timed_layer.forward`.
        plan: a `Plan`, since what chooses one would count too.

    Returns:
        Bytes; None where the system does not let a process reset its high-water mark, which only
        Linux does.
    """
    with multiprocessing.get_context('spawn').Pool(1, _import) as pool:
        return pool.apply(_measured, (tuple(shape), layer, images, plan))


def _import():
    """Imports TensorFlow before reading a plan does, without its notices."""
    # Set by the parent's import; inherited, it would keep this one from dropping the notices.
    os.environ.pop('TF_CPP_MIN_LOG_LEVEL', None)
    import_tensorflow()


def _measured(shape, layer, images, plan):
    import tensorflow.compat.v1 as tf

    from experiments.vgg import timed_layer

    try:
        with tf.Graph().as_default(), tf.device('/cpu:0'), tf.Session() as session:
            session.run(tf.random_normal([2]))
            before = resident_bytes()
        with tf.Graph().as_default(), tf.device('/cpu:0'), tf.Session() as session:
            out = timed_layer.forward(timed_layer.Shape(*shape), layer, images, plan).op
            session.run(tf.global_variables_initializer())
            return peak_growth(lambda: [session.run(out) for _ in range(3)], before)
    except OSError:
        return None
