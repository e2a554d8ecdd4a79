"""The weights that `tf.keras.applications` downloads, trained on ImageNet."""
import os

import tensorflow.compat.v1 as tf

from experiments.common.keras_download import network_timeout
from experiments.vgg.weights_file import WeightsFileError

_ADDRESS = 'https://storage.googleapis.com/tensorflow/keras-applications/{network}/{file}'
_FILE = '{network}_weights_tf_dim_ordering_tf_kernels.h5'
_MD5 = {'vgg16': '64373286793e3c8b2b4e3219cbf3544b', 'vgg19': 'cbe5617147190e668d6c5d5026f83318'}


def pretrained_file(network, report):
    """Finds the file in Keras' cache, where `tf.keras.applications` puts it too, or downloads it.

    Args:
        network: 'vgg16' or 'vgg19'.
        report: called with a line of text.

    Returns:
        The file's path.

    Raises:
        WeightsFileError: it is not there and cannot be downloaded.
    """
    file = _FILE.format(network=network)
    address = _ADDRESS.format(network=network, file=file)
    report(f"{network}: looking for {file} in Keras' cache, else downloading 550 MB")
    try:
        with network_timeout():
            return tf.keras.utils.get_file(file, address, cache_subdir='models',
                                           file_hash=_MD5[network])
    # Keras raises a bare Exception where a download fails.
    except Exception as error:
        home = os.environ.get('KERAS_HOME', os.path.join('~', '.keras'))
        raise WeightsFileError(
            f'{network}: the weights cannot be downloaded ({error}); get {address} elsewhere and '
            f'put it into {os.path.join(home, "models")}, or pass --weights=FILE') from error
