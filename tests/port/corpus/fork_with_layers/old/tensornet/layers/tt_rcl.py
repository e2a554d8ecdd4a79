import tensorflow as tf
from .tt import tt


def tt_rcl(inp, inp_modes, out_modes, mat_ranks, steps=2, scope=None):
    out = tt(inp, inp_modes, out_modes, mat_ranks, scope=scope)
    for step in range(steps):
        out = tf.nn.relu(out)
    return out
