import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 16])
y = tf.layers.dense(x, 8, activation=tf.nn.relu)
y = tf.layers.batch_normalization(y, training=True)
y = tf.layers.dropout(y, 0.5)
