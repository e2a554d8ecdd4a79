import tensorflow as tf
slim = tf.contrib.slim

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
with slim.arg_scope([slim.conv2d], padding='SAME'):
    y = slim.conv2d(x, 4, [3, 3])
y = slim.max_pool2d(y, [2, 2])
y = slim.batch_norm(y)
