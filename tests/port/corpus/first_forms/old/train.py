import imp
import numpy as np
import tensorflow as tf
net = imp.load_source('net', 'nets/net.py')
x = tf.placeholder(tf.float32, [None, 16])
y = net.inference(x, tf.constant(True))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(y, {x: np.random.rand(2, 16)}).shape)
    print(sorted(v.op.name for v in tf.trainable_variables()))
