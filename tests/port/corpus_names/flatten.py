import tensorflow as tf
from tensorflow.contrib.layers import flatten, xavier_initializer

x = tf.placeholder(tf.float32, [None, 4, 4, 2])
w = tf.get_variable('w', [32, 3], initializer=xavier_initializer())
y = tf.matmul(flatten(x), w)
