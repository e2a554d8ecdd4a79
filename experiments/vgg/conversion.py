"""A Keras VGG network into a checkpoint of `network.inference`, with compressed layers."""
import collections
import contextlib
import json
import os
import shutil
import tempfile
import warnings

import tensorflow.compat.v1 as tf

from experiments.common.errors import ExpectedError
from experiments.vgg import network
from experiments.vgg.fully_connected import TT, LowRank, biases_name, modes_for
from experiments.vgg.keras_layers import architecture_of, scopes_of
from experiments.vgg.low_rank import low_rank_from_dense
from experiments.vgg.weights_file import BIAS, KERNEL
from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tensornet.checkpoints.checkpoint_writer import write_checkpoint
from tensornet.checkpoints.output_path import check_output
from tensornet.convert.report import ConvertedLayer
from tensornet.tt.arguments import product

Request = collections.namedtuple('Request', [
    'layers', 'inp_modes', 'out_modes', 'target', 'format'])
Request.__new__.__defaults__ = ('tt',)
Request.__doc__ = """What to convert.

Attributes:
    layers: names of `network.FULLY_CONNECTED`; none makes a dense copy.
    inp_modes, out_modes: modes of TT-layers; None takes `modes_for` each one's sizes.
    target: arguments of `convert.tt_from_dense` or `low_rank_from_dense` that say how far:
        `max_rank`, `eps`, `compression` or, for TT-layers, `ranks`.
    format: 'tt' or 'low_rank'.
"""


class ConversionError(ExpectedError):
    """A layer cannot be converted as asked."""


def convert_network(weights, name, request, output, force=False):
    """Converts layers and writes a checkpoint.

    The dense weights are read one layer after another. At the full size the peak of memory is
    below 2 GB, which the copies of fc6 make that TensorFlow or the conversion takes.

    Args:
        weights: `WeightsFile`.
        name: key of `network.NETWORKS`.
        request: a `Request`.
        output: prefix of the checkpoint.
        force: whether an output that exists is replaced.

    Returns:
        report: `tensornet.convert.Report`.
        description: dict of JSON values, see `describe`.

    Raises:
        WeightsFileError: the file holds another network; nothing has been written.
        ConversionError: modes or target do not fit a layer; nothing has been written.
        CheckpointError: the output exists or cannot be written.
    """
    version = check_output(output, weights.path, force,
                           remedy='pass another --output, or --force')
    architecture = architecture_of(weights, name)
    scopes = scopes_of(architecture.convolutions)
    keras_names = {scope: layer for layer, scope in scopes.items()}
    converted = collections.OrderedDict(
        (layer, _converted(weights, keras_names[layer], layer, architecture, request))
        for layer in request.layers)
    formats = {layer: _form(layer_weights) for layer, layer_weights in converted.items()}
    with _temporary_folder(output) as folder:
        saved = os.path.join(folder, 'model.ckpt')
        copied = _save(saved, weights, scopes, converted, architecture, formats)
        # By now the session is closed, and its variables take no memory any more.
        checkpoint = Checkpoint(saved)
        write_checkpoint(output, version, checkpoint,
                         {variable: variable for variable in checkpoint.shapes})
    report = convert.Report(weights.path, output, [
        ConvertedLayer(layer, f'{keras_names[layer]}/{KERNEL}', layer_weights,
                       layer_weights.cores[0].dtype.name, product(layer_weights.dense_shape), {},
                       [])
        for layer, layer_weights in converted.items()], [], {}, copied, [])
    return report, describe(name, architecture, formats)


def describe(name, architecture, formats):
    """A network as a dict of JSON values, from which `described` makes it again."""
    return {'name': name, 'architecture': dict(architecture._asdict()),
            'formats': {layer: dict(form._asdict()) for layer, form in formats.items()}}


def described(path):
    """The network of a checkpoint that `compress.py` wrote.

    Args:
        path: the JSON file beside the checkpoint.

    Returns:
        architecture, formats: the arguments of `network.inference`.
    """
    with open(path, encoding='utf-8') as file:
        content = json.load(file)['network']
    return (network.Architecture(**content['architecture']),
            {layer: LowRank(**form) if 'rank' in form else TT(**form)
             for layer, form in content['formats'].items()})


def _converted(weights, keras_name, layer, architecture, request):
    """The `LayerWeights` of a layer."""
    inp_size, out_size = network.layer_sizes(architecture)[layer]
    try:
        with warnings.catch_warnings():
            # The report says which layers have grown.
            warnings.simplefilter('ignore', convert.GrowthWarning)
            dense = weights.read(keras_name, KERNEL)
            if request.format == 'low_rank':
                return low_rank_from_dense(dense, **request.target)
            return convert.tt_from_dense(dense, request.inp_modes or modes_for(inp_size),
                                         request.out_modes or modes_for(out_size),
                                         **request.target)
    except (ValueError, TypeError) as error:
        raise ConversionError(f'--layer={layer}: {error}') from error


def _form(layer_weights):
    """The format of a converted layer, as `network.inference` takes it."""
    if layer_weights.layer == 'low_rank':
        return LowRank(**layer_weights.arguments)
    return TT(*layer_weights.modes, layer_weights.ranks)


def _save(prefix, weights, scopes, converted, architecture, formats):
    """Saves the network's variables; returns how many of them are copies."""
    with tf.Graph().as_default(), tf.Session() as session:
        network.inference(network.images_placeholder(architecture), architecture, formats)
        copied = _fill(session, weights, scopes, converted, formats)
        tf.train.Saver().save(session, prefix, write_meta_graph=False, write_state=False)
    return copied


def _fill(session, weights, scopes, converted, formats):
    """Sets all variables, one after another; returns how many are copies."""
    copied = 0
    for keras_name, layer in scopes.items():
        scope = f'{network.SCOPE}/{layer}'
        biases = biases_name(formats.get(layer))
        convert.assign(session, scope, {biases: weights.read(keras_name, BIAS)})
        if layer in converted:
            convert.assign(session, scope, converted[layer])
        else:
            kernel = 'weights' if layer in network.FULLY_CONNECTED else 'filters'
            convert.assign(session, scope, {kernel: weights.read(keras_name, KERNEL)})
            copied += 1
        copied += 1
    return copied


@contextlib.contextmanager
def _temporary_folder(output):
    """Context of a folder on the file system of the output."""
    folder = os.path.dirname(output) or '.'
    os.makedirs(folder, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix=f'.{os.path.basename(output)}-', dir=folder)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary)
