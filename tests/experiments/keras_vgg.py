"""Saves a small VGG-16 of Keras, for the tests of what reads it: python keras_vgg.py FOLDER.

Writes the weights and the whole model in the HDF5 layouts of the Keras that runs, and images with
the logits that Keras makes of them. A process of its own, since Keras 3 needs eager execution.
"""
import os
import sys

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import numpy as np
import tensorflow as tf

CHANNELS = (4, 4, 8, 8, 16)
HIDDEN = 32
CLASSES = 10
SIDE = 64


def main(folder):
    random = np.random.RandomState(0)
    model = _model()
    model.set_weights([_value(random, weights.shape) for weights in model.get_weights()])
    newest = int(tf.__version__.split('.')[0]) >= 2
    model.save_weights(os.path.join(folder, 'new.weights.h5' if newest else 'new.h5'))
    model.save(os.path.join(folder, 'model.h5'))
    names = ['/'.join([layer.name, kind]) for layer in model.layers if layer.get_weights()
             for kind in ('kernel', 'bias')]
    np.savez(os.path.join(folder, 'weights.npz'), **dict(zip(names, model.get_weights())))
    images = random.uniform(-120, 130, (3, SIDE, SIDE, 3)).astype(np.float32)
    np.savez(os.path.join(folder, 'expected.npz'), images=images,
             logits=model.predict(images, verbose=0))


def _model():
    layers = tf.keras.layers
    state = inp = layers.Input((SIDE, SIDE, 3))
    for block, (convolutions, channels) in enumerate(zip((2, 2, 3, 3, 3), CHANNELS), start=1):
        for index in range(1, convolutions + 1):
            state = layers.Conv2D(channels, 3, activation='relu', padding='same',
                                  name=f'block{block}_conv{index}')(state)
        state = layers.MaxPooling2D(2, 2, name=f'block{block}_pool')(state)
    state = layers.Flatten(name='flatten')(state)
    for name in ('fc1', 'fc2'):
        state = layers.Dense(HIDDEN, activation='relu', name=name)(state)
    return tf.keras.Model(inp, layers.Dense(CLASSES, name='predictions')(state))


def _value(random, shape):
    if len(shape) == 1:
        return random.uniform(0, 1, shape).astype(np.float32)
    return (random.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1]))).astype(np.float32)


if __name__ == '__main__':
    main(sys.argv[1])
