"""Small network files and images for the tests of experiments/cifar10_conv."""
import os

import numpy as np

from experiments.common.image_set import image_set

# In the form of the original's network files: no scope of its own, `cpu_variables` not the third
# argument, a list of losses, an answer for each image, options of the original's names.
OLD_FILE = '''
import numpy as np
import tensorflow.compat.v1 as tf
import tensornet

opts = {'ranks': np.array([1, 3, 1]), 'keep': 1.0, 'initial_learning_rate': 0.05,
        'num_epochs_per_decay': 30.0, 'learning_rate_decay_factor': 0.1}


def aug_train(image, aux):
    return (tf.image.random_flip_left_right(image) - aux['mean']) / aux['std']


def aug_eval(image, aux):
    return (image - aux['mean']) / aux['std']


def inference(images, train_phase, reuse=None, cpu_variables=False):
    layer = tensornet.layers.conv(images, 4, [3, 3], [4, 4], cpu_variables=cpu_variables,
                                  scope='conv1.1')
    size = np.prod(layer.get_shape().as_list()[1:])
    layer = tf.reshape(tf.nn.relu(layer), [-1, size])
    layer = tensornet.layers.tt(layer, np.array([16, 16]), np.array([4, 4]), opts['ranks'],
                                cpu_variables=cpu_variables, scope='tt4.1')
    return tensornet.layers.linear(layer, 10, cpu_variables=cpu_variables, scope='linear4.2')


def losses(logits, labels):
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=labels)
    return [tf.reduce_mean(entropy)]


def evaluation(logits, labels):
    return tf.cast(tf.nn.in_top_k(logits, labels, 1), tf.int32)
'''

# As in nets/, but small.
SMALL_FILE = '''
import tensorflow.compat.v1 as tf
import tensornet
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

opts = {'units': 16, 'learning_rate': 0.02}


def inference(images, train_phase, cpu_variables=False):
    layer = tensornet.layers.conv(images, 4, [3, 3], [4, 4], biases_initializer=None,
                                  cpu_variables=cpu_variables, scope='conv1.1')
    layer = tensornet.layers.batch_normalization(layer, train_phase, scope='bn1.1',
                                                 cpu_variables=cpu_variables)
    layer = tf.reshape(tf.nn.relu(layer), [-1, 256])
    layer = tensornet.layers.linear(layer, opts['units'], cpu_variables=cpu_variables,
                                    scope='linear4.1')
    return tensornet.layers.linear(tf.nn.relu(layer), 10, cpu_variables=cpu_variables,
                                   scope='linear4.2')
'''

# One layer of each kind in `architecture`.
ARCHITECTURE_FILE = '''
import tensorflow.compat.v1 as tf
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

opts = {'learning_rate': 0.02}


def inference(images, train_phase, cpu_variables=False):
    layer = images[:, ::8, ::8]
    for add, name in ((architecture.dense_convolution(), '1.1'),
                      (architecture.tt_convolution({'1.2': [2, 2]}, {'1.2': [2, 2]},
                                                   {'1.2': [2, 2, 1]}), '1.2'),
                      (architecture.naive_tt_convolution({'1.3': [1, 3, 3, 3, 1]}), '1.3')):
        layer = tf.nn.relu(add(layer, 4, name, 'SAME', cpu_variables))
    layer = tf.reshape(layer, [-1, 64])
    for add, number in ((architecture.tt_layer([[8, 8]], [[4, 4]], [[1, 4, 1]]), 1),
                        (architecture.dense_layer(), 2)):
        layer = tf.nn.relu(add(layer, 16, number, cpu_variables))
    return architecture.class_logits(layer, cpu_variables, 'linear4.3')
'''


def write(folder, name, text):
    """Writes a network file; returns its path."""
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def write_cifar(folder, data):
    """Writes an `ImageSet` as the file of CIFAR-10."""
    np.savez(os.path.join(folder, 'cifar.npz'),
             train_images=data.train_images.reshape(-1, 3072),
             train_labels=data.train_labels.astype(np.int8),
             validation_images=data.test_images.reshape(-1, 3072),
             validation_labels=data.test_labels.astype(np.int8))


def images(train=60, test=30):
    """Random images with a colour for each label, an `ImageSet`."""
    random = np.random.RandomState(3)
    colours = random.randint(0, 128, [10, 1, 1, 3])
    parts = []
    for size in (train, test):
        labels = random.randint(0, 10, size)
        parts += [(colours[labels] + random.randint(0, 128, [size, 32, 32, 3])).astype(np.uint8),
                  labels]
    return image_set('cifar10', *parts)
