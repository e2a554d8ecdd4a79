"""VGG-16 and VGG-19 (Simonyan and Zisserman, arXiv 1409.1556, configurations D and E)."""
import collections

import tensorflow.compat.v1 as tf

from experiments.vgg.fully_connected import fully_connected
from tensornet import layers

FULLY_CONNECTED = ('fc6', 'fc7', 'fc8')
SCOPE = 'inference'

# Each block ends with a pooling that halves both sides.
_BLOCKS = 5

Architecture = collections.namedtuple('Architecture', [
    'convolutions', 'channels', 'hidden', 'classes', 'side'])
Architecture.__doc__ = """The sizes of a network.

Attributes:
    convolutions: number of convolutions in each of the five blocks.
    channels: their output channels, a number for each block.
    hidden: outputs of fc6 and fc7.
    classes: outputs of fc8.
    side: height and width of the images, a multiple of 32.
"""

VGG16 = Architecture((2, 2, 3, 3, 3), (64, 128, 256, 512, 512), (4096, 4096), 1000, 224)
VGG19 = VGG16._replace(convolutions=(2, 2, 4, 4, 4))
NETWORKS = {'vgg16': VGG16, 'vgg19': VGG19}


def inference(images, architecture=VGG16, formats=None, dropout=None, trainable=True):
    """Adds the network to the graph.

    Called again in the same graph, it shares the variables. Their scopes are
    `inference/conv1_1` to `inference/conv5_3` (or `conv5_4`) and `inference/fc6` to `fc8`.

    Args:
        images: float tensor `[batch, side, side, 3]`, channels blue, green, red with their means
            subtracted, as `tf.keras.applications.vgg16.preprocess_input` makes them.
        architecture: an `Architecture`.
        formats: dict from names of `FULLY_CONNECTED` to `fully_connected.TT` or `LowRank`;
            layers that it lacks are dense.
        dropout: function applied to the outputs of fc6 and fc7, or None.
        trainable: whether the variables are trained.

    Returns:
        The logits, `[batch, classes]`.

    Raises:
        ValueError: `formats` has an unknown name, or a format does not fit its layer.
    """
    formats = formats or {}
    unknown = sorted(set(formats) - set(FULLY_CONNECTED))
    if unknown:
        raise ValueError(f'inference: `formats` has {unknown}, but the layers are '
                         f'{list(FULLY_CONNECTED)}; use these names')
    sizes = tuple(architecture.hidden) + (architecture.classes,)
    with tf.variable_scope(SCOPE, reuse=tf.AUTO_REUSE):
        state = images
        for block in range(_BLOCKS):
            for index in range(architecture.convolutions[block]):
                state = tf.nn.relu(layers.conv(
                    state, architecture.channels[block], [3, 3], trainable=trainable,
                    scope=f'conv{block + 1}_{index + 1}'))
            state = tf.nn.max_pool2d(state, 2, 2, 'VALID')
        # Row-major height, width, channels: the order of Keras, so that its fc1 fits.
        state = tf.reshape(state, [-1, flat_size(architecture)])
        for name, size in zip(FULLY_CONNECTED, sizes):
            state = fully_connected(state, size, formats.get(name), name, trainable)
            if name != FULLY_CONNECTED[-1]:
                state = tf.nn.relu(state)
                state = state if dropout is None else dropout(state)
        return state


def flat_size(architecture):
    """The number of inputs of fc6."""
    return (architecture.side // 2 ** _BLOCKS) ** 2 * architecture.channels[-1]


def layer_sizes(architecture):
    """Dict from the names of the fully-connected layers to pairs of their input and output size.
    """
    sizes = (flat_size(architecture),) + tuple(architecture.hidden) + (architecture.classes,)
    return dict(zip(FULLY_CONNECTED, zip(sizes[:-1], sizes[1:])))


def images_placeholder(architecture):
    """A placeholder for images of the network's size."""
    return tf.placeholder(tf.float32, [None, architecture.side, architecture.side, 3], 'images')
