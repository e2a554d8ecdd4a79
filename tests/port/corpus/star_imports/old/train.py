from numpy import *
from tensornet.layers import *
import tensorflow as tf


def net(x):
    m = array([4, 4])
    y = tt(x, m, m, [1, 2, 1], use_biases=True, scope='tt')
    return linear(y, 16, 16, tf.zeros_initializer(), 'l', use_biases=False)


x = tf.placeholder(tf.float32, [2, 16])
print(net(x).get_shape(), np.float32(1))
