import numpy as np
import tensorflow as tf
import tensornet

np.save('weights.npy', {'w': np.eye(16)})
data = np.load('weights.npy').item()
again = np.load('weights.npy')
again = again[()]
plain = np.load('plain.npy') if False else None
x = tf.placeholder(tf.float32, [None, 16])
y = tensornet.layers.linear(x, 16, weights_initializer=tf.constant_initializer(data['w']),
                            scope='l')
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(y, {x: again['w'][:2]}).shape)
