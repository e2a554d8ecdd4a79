import tensorflow as tf
import tensornet
from common import decay, xavier

x = tf.placeholder(tf.float32, [None, 4])
y = tensornet.layers.linear(x, 3, weights_initializer=xavier(uniform=False),
                            weights_regularizer=decay(0.1), scope='fc')
assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 1
