"""Parts of TensorFlow 1 that were made of Keras 2 and are not there beside Keras 3."""

import tensorflow.compat.v1 as tf

from tensornet.port.gone import is_missing

_PARTS = ('tensorflow.layers', 'tensorflow.nn.rnn_cell', 'tensorflow.keras')
_PACKAGE = 'install `tf_keras` and set TF_USE_LEGACY_KERAS=1 in the environment'
_WRITE = {
    'dense': '`tensornet.layers.linear`',
    'conv2d': '`tensornet.layers.conv`',
    'batch_normalization': '`tensornet.layers.batch_normalization`',
    'flatten': '`tf.reshape(x, [-1, n])` with `n` elements for each example',
    'dropout': '`tf.nn.dropout(x, rate=...)`, which drops in every phase',
    'max_pooling2d': '`tf.nn.max_pool`',
    'average_pooling2d': '`tf.nn.avg_pool`',
}


def is_part(name):
    """Whether a full name, `tensorflow.` included, needs Keras 2."""
    return any((name + '.').startswith(part + '.') for part in _PARTS)


def advice(name):
    """Returns what to install or write for a full name, None where nothing is to be done."""
    if not is_part(name):
        return None
    rest = name.partition('.')[2]
    part, _, function = rest.rpartition('.')
    if rest.split('.')[0] == 'keras':
        return None if _is_keras_2() else 'is Keras 3 since TensorFlow 2.16; for graphs ' + _PACKAGE
    if tf.__version__ >= '2' and not is_missing(tf, rest):
        return None
    write = ', or write ' + _WRITE[function] if part == 'layers' and function in _WRITE else ''
    return f'Keras 3, of TensorFlow 2.16 and later, has none of it; {_PACKAGE}{write}'


def _is_keras_2():
    # What tf_keras has for compat.v1 does not tell its version.
    version = getattr(tf.keras, '__version__', None) or getattr(tf.keras, 'version', lambda: '2')()
    return tf.__version__ >= '2' and str(version).startswith('2')
