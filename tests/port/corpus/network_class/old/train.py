import numpy as np
import tensorflow as tf
import tensornet


class Network(object):

    def __init__(self, sess, train_phase):
        self.sess = sess
        self.layers = tensornet.layers
        self.phase = train_phase

    def tt_block(self, x, n, name):
        with tf.variable_scope(name):
            m = np.array([n / 4, 4])
            x = self.layers.tt(x, m, m, np.array([1, 2, 1]), scope='tt')
            x = self.layers.batch_normalization(x, [n], self.phase, scope='bn', ema_decay=0.9)
            return self.layers.linear(x, n, n, init=lambda shape: tf.zeros(shape), scope='fc')

    def run(self, x):
        y = self.tt_block(x, 16, 'block')
        self.sess.run(tf.global_variables_initializer())
        return self.sess.run(y, {x: np.ones([2, 16])})


with tf.Session() as sess:
    print(Network(sess, tf.constant(True)).run(tf.placeholder(tf.float32, [None, 16])).shape)
