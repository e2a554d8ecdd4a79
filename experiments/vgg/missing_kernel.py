"""What TensorFlow has no kernels for on a device."""
import re

import tensorflow.compat.v1 as tf

# TensorFlow 1 finds out when it places a graph on a device, TensorFlow 2 when it runs it.
_OPERATION = re.compile(r"(?:^Op: |support Op ')(\w+)", re.MULTILINE)
_LIST = 'Registered kernels:'


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
