"""The files that a network is exported to, and what runs them.

Each of `FORMATS` makes the bytes of a file from a session, and from the bytes a function that takes
a batch and returns the outputs.
"""

import contextlib
import importlib.util
import io
import logging

import tensorflow.compat.v1 as tf

# TensorFlow Lite: float32, weights in float16, weights in int8, all in int8.
LITE = ('tflite', 'tflite float16', 'tflite dynamic', 'tflite int8')
FORMATS = ('frozen',) + LITE + ('onnx',)
OPSET = 17


def why_not(name):
    """Returns why a format cannot be written here, or None if it can."""
    if name == 'onnx':
        missing = [package for package in ('tf2onnx', 'onnxruntime')
                   if importlib.util.find_spec(package) is None]
        return f'{" and ".join(missing)} not installed' if missing else None
    if name in LITE and tf.__version__.startswith('1.'):
        return 'TensorFlow Lite of 1.15 takes an unknown batch for one sample'
    return None


def exported(name, session, inp, out, samples):
    """Converts the default graph.

    Args:
        name: one of `FORMATS`.
        session: with the values of the variables.
        inp, out: placeholder and output.
        samples: list of batches, of one sample each where the size is not known, from which the
            ranges of 'tflite int8' are taken.

    Returns:
        The bytes of the file.
    """
    if name in LITE:
        return _lite(name, session, inp, out, samples)
    frozen = tf.graph_util.convert_variables_to_constants(
        session, session.graph.as_graph_def(), [out.op.name])
    return frozen.SerializeToString() if name == 'frozen' else _onnx(frozen, inp, out)


def runner(name, content, inp_name, out_name, batch_size):
    """Returns a function that runs a file of `exported` on a batch of a size.

    Args:
        name: one of `FORMATS`.
        content: the bytes.
        inp_name, out_name: of the tensors of the graph that was converted.
        batch_size: of the batches.
    """
    if name == 'frozen':
        return _frozen_runner(content, inp_name, out_name)
    return (_lite_runner(name, content, batch_size) if name in LITE
            else _onnx_runner(content, inp_name))


def _lite(name, session, inp, out, samples):
    converter = tf.lite.TFLiteConverter.from_session(session, [inp], [out])
    # That of 2.12 would replace a batched product by one product for each matrix, with a copy of
    # the constant for each.
    converter._experimental_disable_batchmatmul_unfold = True
    if name != 'tflite':
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if name == 'tflite float16':
        converter.target_spec.supported_types = [tf.float16]
    if name == 'tflite int8':
        converter.representative_dataset = lambda: ([batch] for batch in samples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def _onnx(frozen, inp, out):
    import tf2onnx

    logging.getLogger('tf2onnx').setLevel(logging.ERROR)
    # What the frozen graph leaves of the train phase does not concern the user.
    with contextlib.redirect_stderr(io.StringIO()):
        model, _ = tf2onnx.convert.from_graph_def(
            frozen, input_names=[inp.name], output_names=[out.name], opset=OPSET)
    return model.SerializeToString()


def _frozen_runner(content, inp_name, out_name):
    definition = tf.GraphDef.FromString(content)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name='')
    session = tf.Session(graph=graph)
    return session.make_callable(out_name, [inp_name])


def _lite_runner(name, content, batch_size):
    resolvers = tf.lite.experimental.OpResolverType
    # The batched product in int8 of TensorFlow Lite's delegate for CPUs, XNNPACK, is wrong in 2.21.
    interpreter = tf.lite.Interpreter(
        model_content=content, experimental_op_resolver_type=(
            resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES if name == 'tflite int8'
            else resolvers.AUTO))
    inp = interpreter.get_input_details()[0]
    interpreter.resize_tensor_input(inp['index'], [batch_size] + list(inp['shape'][1:]))
    interpreter.allocate_tensors()

    def run(batch):
        interpreter.set_tensor(inp['index'], batch)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]['index'])

    return run


def _onnx_runner(content, inp_name):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Its threads would spin while they wait for the next batch, on cores that the next measurement
    # needs.
    options.add_session_config_entry('session.force_spinning_stop', '1')
    session = onnxruntime.InferenceSession(content, options, providers=['CPUExecutionProvider'])
    return lambda batch: session.run(None, {inp_name: batch})[0]
