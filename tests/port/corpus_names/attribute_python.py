import tensorflow as tf

product = tf.python.ops.math_ops.matmul(tf.zeros([2, 3]), tf.zeros([3, 2]))
