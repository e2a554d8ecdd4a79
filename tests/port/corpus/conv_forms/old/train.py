import numpy as np
import tensorflow as tf
import model
x = tf.placeholder(tf.float32, [None, 8, 8, 3])
y = model.head(model.block(x, 3, 6, [2, 2], 'block'), 16)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(y, {x: np.ones([2, 8, 8, 3])}).shape)
