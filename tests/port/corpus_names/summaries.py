import tensorflow as tf

loss = tf.constant(1.0)
tf.contrib.deprecated.scalar_summary('loss', loss)
