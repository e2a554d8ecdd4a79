"""The layers of Keras' VGG networks, and what a file with their weights says about their sizes."""
import math

from experiments.vgg.network import NETWORKS, Architecture, layer_sizes
from experiments.vgg.weights_file import BIAS, KERNEL, WeightsFileError

_FULLY_CONNECTED = {'fc1': 'fc6', 'fc2': 'fc7', 'predictions': 'fc8'}
_WINDOW = [3, 3]


def scopes_of(convolutions):
    """Names of the layers of `network.inference` by those of Keras.

    Args:
        convolutions: see `network.Architecture`.

    Returns:
        Dict, in the order of the network.
    """
    scopes = {f'block{block}_conv{index}': f'conv{block}_{index}'
              for block, number in enumerate(convolutions, start=1)
              for index in range(1, number + 1)}
    scopes.update(_FULLY_CONNECTED)
    return scopes


def architecture_of(weights, network):
    """The sizes of the network that a file holds the weights of.

    Args:
        weights: `WeightsFile`.
        network: key of `NETWORKS`: the numbers of layers. All other sizes come from the file.

    Returns:
        `network.Architecture`.

    Raises:
        WeightsFileError: the file holds another network, or not all of it.
    """
    convolutions = NETWORKS[network].convolutions
    scopes = scopes_of(convolutions)
    _check_layers(weights, network, scopes)
    kernels = {layer: weights.shapes[layer, KERNEL] for layer in scopes}
    channels = tuple(kernels[f'block{block}_conv1'][-1]
                     for block in range(1, len(convolutions) + 1))
    side = math.sqrt(kernels['fc1'][0] / channels[-1])
    if side != int(side):
        raise WeightsFileError(
            f'{weights.path}: fc1/kernel is {kernels["fc1"]}, expected as many rows as a square '
            f'of pixels with {channels[-1]} channels has; is it a VGG network?')
    architecture = Architecture(
        convolutions, channels, (kernels['fc1'][-1], kernels['fc2'][-1]),
        kernels['predictions'][-1], int(side) * 2 ** len(convolutions))
    _check_shapes(weights, architecture)
    return architecture


def _check_layers(weights, network, scopes):
    found = {layer for layer, _ in weights.shapes}
    others = [name for name, architecture in NETWORKS.items()
              if name != network and set(scopes_of(architecture.convolutions)) == found]
    if others:
        raise WeightsFileError(f'{weights.path}: the file holds the layers of {others[0]}; pass '
                               f'--network={others[0]}')
    expected = {(layer, kind) for layer in scopes for kind in (KERNEL, BIAS)}
    missing = sorted('/'.join(key) for key in expected - set(weights.shapes))
    unknown = sorted('/'.join(key) for key in set(weights.shapes) - expected)
    if missing:
        top = ' (a file without the top has no fully-connected layers)' \
            if not found & set(_FULLY_CONNECTED) else ''
        raise WeightsFileError(
            f'{weights.path}: expected the layers of {network}, but {", ".join(missing)} are '
            f'missing{top}; save a whole network of tf.keras.applications')
    if unknown:
        raise WeightsFileError(f'{weights.path}: {", ".join(unknown)} are not of {network}; save '
                               'a network of tf.keras.applications')


def _check_shapes(weights, architecture):
    inp = 3
    sizes = layer_sizes(architecture)
    for layer, scope in scopes_of(architecture.convolutions).items():
        if layer in _FULLY_CONNECTED:
            expected = list(sizes[scope])
        else:
            out = architecture.channels[int(scope[len('conv')]) - 1]
            expected, inp = _WINDOW + [inp, out], out
        for kind, shape in ((KERNEL, expected), (BIAS, expected[-1:])):
            if weights.shapes[layer, kind] != shape:
                raise WeightsFileError(
                    f'{weights.path}: {layer}/{kind} is {weights.shapes[layer, kind]}, expected '
                    f'{shape}; kernels are [height, width, in, out], in TensorFlow\'s order')
