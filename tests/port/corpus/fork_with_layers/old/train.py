import numpy as np
import tensorflow as tf
import tensornet
x = tf.placeholder(tf.float32, [None, 16])
m, r = np.array([4, 4]), np.array([1, 2, 1])
y = tensornet.layers.tt(x, m, m, r, scope='tt')
z = tensornet.layers.tt_rcl(y, m, m, r, scope='rcl')
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    print(session.run(z, {x: np.ones([2, 16])}).shape)
