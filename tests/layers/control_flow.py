"""Which kind of `tf.cond` TensorFlow builds; both come in old scripts and new ones."""

import contextlib

import tensorflow.compat.v1 as tf

VERSIONS = ('v1', 'v2')


@contextlib.contextmanager
def control_flow(version):
    """Builds `tf.cond` as Switch and Merge ('v1') or as If ('v2') inside the block."""
    before = tf.control_flow_v2_enabled()
    _set(version == 'v2')
    try:
        yield
    finally:
        _set(before)


def _set(enabled):
    (tf.enable_control_flow_v2 if enabled else tf.disable_control_flow_v2)()
