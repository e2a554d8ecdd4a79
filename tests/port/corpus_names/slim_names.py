import tensorflow as tf
import tensorflow.contrib.slim as slim
import tensornet

x = tf.placeholder(tf.float32, [None, 4])
y = tensornet.layers.linear(x, 3, weights_initializer=slim.xavier_initializer(),
                            weights_regularizer=slim.l2_regularizer(0.1), scope='fc')
step = slim.get_or_create_global_step()
saver = tf.train.Saver(slim.get_variables_to_restore())
assert len(slim.losses.get_regularization_losses()) == 1
