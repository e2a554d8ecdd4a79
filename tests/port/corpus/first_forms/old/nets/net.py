import math
import numpy as np
import sys
import tensorflow as tf

sys.path.append('../../../')
import tensornet

opts = {}
opts['modes'] = np.array([4, 4], dtype='int32')
opts['ranks'] = np.array([1, 3, 1], dtype='int32')


def inference(images, train_phase):
    tn_init = lambda dev: lambda shape: tf.truncated_normal(shape, stddev=dev)
    layers = []
    layers.append(images)
    layers.append(tensornet.layers.tt(layers[-1],
                                      opts['modes'],
                                      opts['modes'],
                                      opts['ranks'],
                                      3.0,  # 0.1
                                      'tt_' + str(len(layers)),
                                      use_biases=False))
    layers.append(tensornet.layers.batch_normalization(layers[-1],
                                                       [np.prod(opts['modes'])],
                                                       train_phase,
                                                       scope='BN_' + str(len(layers)),
                                                       ema_decay=0.8))
    layers.append(tensornet.layers.linear(layers[-1],
                                          np.prod(opts['modes']),
                                          10,
                                          init=tn_init(2.0 / np.prod(opts['modes'])),
                                          scope='linear_' + str(len(layers))))
    return layers[-1]
