"""Converting the dense MNIST network, with the layer fitted to the training images."""
import collections
import os

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.earlier_conversion import converted_once
from experiments.common.errors import ExpectedError
from experiments.mnist.network import hidden_inputs
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.convert import Request, convert_checkpoint

LAYER, FOLLOWING = 'inference/hidden', 'inference/logits'

Converted = collections.namedtuple('Converted', ['prefix', 'layer', 'settings'])
Converted.__doc__ = """A converted network.

Attributes:
    prefix: of its checkpoint.
    layer: the layer in the report of the conversion, a dict.
    settings: dict of JSON values that decide what is in the checkpoint.
"""

_BATCH = 1000
_SETTINGS = 'conversion.json'


class CompressionError(ExpectedError):
    """The dense network's checkpoint cannot be read, or the converted one not written."""


def convert_network(dense_dir, folder, recipe, target, inputs=None, steps=0):
    """Converts the hidden layer of the dense network, or takes what an earlier call has written.

    Args:
        dense_dir: folder of the dense network's run.
        folder: folder for the converted checkpoint.
        recipe: `recipe.Options` with the modes.
        target: dict, a target of `tensornet.convert`.
        inputs: array `[n, 1024]` of inputs to fit the layer to, see `inputs_of`; None converts the
            weights alone.
        steps: of the fit, see `tensornet.convert.fit_to_inputs`.

    Returns:
        A `Converted`.

    Raises:
        CompressionError: a checkpoint cannot be read or written.
    """
    output, settings_path = os.path.join(folder, 'model.ckpt'), os.path.join(folder, _SETTINGS)
    try:
        dense = Checkpoint(dense_dir)
        weights = dense.read(f'{LAYER}/weights')
        settings = {
            'inp_modes': recipe.inp_modes, 'out_modes': recipe.out_modes, 'target': target,
            'inputs': None if inputs is None else len(inputs), 'steps': steps,
            'dense': float(np.linalg.norm(weights.astype(np.float64)))}
        fit = None if inputs is None else {
            'inputs': inputs, 'activation': 'relu', 'following': FOLLOWING, 'steps': steps}
        request = Request(LAYER, inp_modes=recipe.inp_modes, out_modes=recipe.out_modes,
                          target=target, fit=fit)

        def convert():
            report = convert_checkpoint(dense_dir, output, [request], force=True)
            return report.as_dict()['layers'][0]

        layer = converted_once(convert, output, settings_path, settings)
    except CheckpointError as error:
        raise CompressionError(error) from error
    return Converted(output, layer, settings)


def inputs_of(data, count):
    """Inputs of the hidden layer for the first training images, float32 array `[count, 1024]`."""
    images = data.train_images[:count]
    with tf.Graph().as_default(), tf.Session() as session:
        batch = tf.placeholder(tf.uint8, (None,) + images.shape[1:])
        inputs = hidden_inputs(batch, data.train_images.mean(axis=0))
        return np.concatenate([session.run(inputs, {batch: images[start:start + _BATCH]})
                               for start in range(0, len(images), _BATCH)])
