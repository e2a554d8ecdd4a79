import tensorflow as tf
import tensornet
x = tf.placeholder(tf.float32, [None, 4])
y = tensornet.layers.batch_normalization(x, tf.constant(True), scope='bn')
saved = tf.trainable_variables()
saved += [v for v in tf.global_variables() if 'ExponentialMovingAverage' in v.op.name]
print(sorted(v.op.name for v in saved))
