"""What to do about names of contrib that cannot be replaced."""

import re

from tensornet.port import contrib_names

_ADDONS = 'the package `tensorflow_addons` continued it up to TensorFlow 2.15; copy what you ' \
          'need from its source'
_ESTIMATORS = 'estimators are gone since TensorFlow 2.16; write the steps in a Session'

# Part of contrib to what is written there; of two that fit the longer one counts.
_ADVICE = {
    '': 'it has no equivalent in TensorFlow 2',
    'cloud': 'the package `tensorflow_io` has it',
    'crf': _ADDONS,
    'data': 'look for it in `tf.data.experimental` and among the methods of `tf.data.Dataset`',
    'data.batch_and_drop_remainder': 'write `dataset.batch(n, drop_remainder=True)`',
    'deprecated': 'write `scalar`, `histogram`, `image`, `audio`, `merge` or `merge_all` of '
                  '`tf.summary`',
    'distributions': 'the package `tensorflow_probability` has it',
    'estimator': _ESTIMATORS,
    'framework': 'it has no equivalent in TensorFlow 2',
    'framework.local_variable': 'write `tf.Variable(value, trainable=False, '
                                'collections=[tf.GraphKeys.LOCAL_VARIABLES])`',
    'framework.py_func': 'write `tf.py_func`',
    'framework.smart_cond': 'write `tf.cond`',
    'image': _ADDONS,
    'keras': 'write `tf.keras`; for graphs install `tf_keras` and set TF_USE_LEGACY_KERAS=1 in the '
             'environment',
    'layers.batch_norm': 'write `tensornet.layers.batch_normalization`, or install `tf_keras` and '
                         'write `tf.layers.batch_normalization`; `tf_slim.batch_norm` fails in '
                         'TensorFlow 2',
    'layers.conv2d': 'write `tensornet.layers.conv` and an activation, or install `tf-slim` and '
                     'write `tf_slim.conv2d`',
    'layers.flatten': 'write `tf.reshape(x, [-1, n])` with `n` elements for each example, or '
                      'install `tf-slim` and write `tf_slim.flatten`',
    'layers.fully_connected': 'write `tensornet.layers.linear` and an activation, or install '
                              '`tf-slim` and write `tf_slim.fully_connected`',
    'layers.optimize_loss': 'write an optimizer of `tf.train` and its method `minimize`',
    'learn': _ESTIMATORS,
    'learn.datasets': 'TensorFlow has no data sets any more; read the files another way',
    'lookup': 'look for it in `tf.lookup`, such as `tf.lookup.StaticHashTable`',
    'losses': 'look for it in `tf.losses`, where the labels come first',
    'opt': _ADDONS,
    'rnn': 'it has no equivalent in TensorFlow 2; copy what you need from its source',
    'seq2seq': _ADDONS,
    'slim': 'install `tf-slim` and write `import tf_slim as slim`',
    'slim.nets': 'the networks are in the repository tensorflow/models, under research/slim/nets',
    'summary': 'write `tf.summary` with a `tf.summary.FileWriter`',
    'tensorboard.plugins.projector': 'write `from tensorboard.plugins import projector`',
    'training.HParams': 'write `argparse.Namespace(**values)`',
}
# Classes that were in contrib before TensorFlow 1.4.
_ADVICE.update([('data.' + name, f'write `tf.data.{name}`') for name in (
    'Dataset', 'FixedLengthRecordDataset', 'Iterator', 'TFRecordDataset', 'TextLineDataset')])
# Second names, and TF-Slim's for the same.
_ADVICE.update([(second, _ADVICE[first]) for first, second in [
    ('layers.conv2d', 'layers.convolution2d'), ('layers.conv2d', 'slim.conv2d'),
    ('layers.conv2d', 'slim.convolution2d'), ('layers.batch_norm', 'slim.batch_norm'),
    ('layers.flatten', 'slim.flatten'), ('layers.fully_connected', 'slim.fully_connected'),
    ('layers.batch_norm', 'slim.layers.batch_norm'),
    ('framework.local_variable', 'slim.local_variable'),
    ('layers.optimize_loss', 'slim.optimize_loss')]])


def advice(name):
    """Returns what to do about a use of a full name, `tensorflow.contrib.` included."""
    new = contrib_names.new_name(name)
    # First with the modules: `contrib.slim.python.slim.nets.vgg` lies in `slim.nets`.
    known = _longest(re.sub(r'\.contrib\.(\w+)\.python\.\1\.', r'.contrib.\1.', name))
    if not known.count('.'):
        known = _longest(contrib_names.public(name))
    if known.count('.') or new is None:
        return _ADVICE[known]
    if new.name.startswith('tf_slim.'):
        return f'install `tf-slim` and write `{new.name}`'
    if new.keywords is None:
        return f'it was `{new.name}` too, which is gone'
    if new.keywords:
        return f'write `{new.name}` with keywords: its arguments have another order'
    return f'write `{new.name}`, which takes other arguments'


def _longest(name):
    pieces = name.split('.')[2:]
    while '.'.join(pieces) not in _ADVICE:
        pieces = pieces[:-1]
    return '.'.join(pieces)
