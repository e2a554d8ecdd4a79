"""The layer of a frozen graph: its variables are constants."""
import tensorflow.compat.v1 as tf

from experiments.vgg import timed_layer
from experiments.vgg.timed_layer import MEGABYTE

# TensorFlow merges the cores of a frozen graph before the first pass. Merged ones may take this.
CONSTANT_BYTES = MEGABYTE

_INPUT = 'input'


def frozen_forward(shape, layer, images, plan='auto', device='CPU'):
    """Adds a frozen layer, and its input as a variable; returns its output, `[images, outputs]`.

    Args:
        shape, layer, images, plan: see `timed_layer.forward`; the plan of 'tt' is made for constant
            cores.
        device: 'CPU' or 'GPU', where it will be run.
    """
    constant, output = _frozen(shape, layer, images, plan, device)
    inp = tf.identity(timed_layer.input_variable(shape, images))
    out, = tf.import_graph_def(constant, {_INPUT + ':0': inp}, [output])
    return out


def frozen_plan(shape, layer, images, plan='auto', device='CPU'):
    """The `Plan` of a frozen TT-layer; arguments as for `frozen_forward`."""
    return timed_layer.named_plan(shape, images, 'chain' if layer == 'tt_chain' else plan,
                                  device, CONSTANT_BYTES)


def frozen_bytes(shape, layer, images, plan='auto', device='CPU'):
    """Bytes of the layer's constants without biases, after TensorFlow has merged them."""
    if layer == 'dense':
        return timed_layer.weights_bytes(shape, layer)
    return frozen_plan(shape, layer, images, plan, device).weight_bytes


def _frozen(shape, layer, images, plan, device):
    """Returns a `GraphDef` of a layer with random constants, and the name of its output."""
    way = None if layer == 'dense' else frozen_plan(shape, layer, images, plan, device)
    with tf.Graph().as_default() as graph, tf.device(f'/{device.lower()}:0'), \
            tf.Session() as session:
        inp = tf.placeholder(tf.float32, [images, timed_layer.inputs(shape)], _INPUT)
        out = timed_layer.output(shape, layer, inp, way)
        session.run(tf.global_variables_initializer())
        return tf.graph_util.convert_variables_to_constants(
            session, graph.as_graph_def(), [out.op.name]), out.name
