import tensorflow as tf

xavier = tf.contrib.layers.xavier_initializer
decay = tf.contrib.layers.l2_regularizer
