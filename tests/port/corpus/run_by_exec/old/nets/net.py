def build(x):
    with tf.variable_scope('net'):
        y = tensornet.layers.tt(x, [4, 4], [4, 4], [1, 2, 1], scope='tt')
        return tf.mul(y, 2.0)
