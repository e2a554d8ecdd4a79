import numpy as np
import tensorflow as tf
import sys
sys.path.insert(0, 'third_party')
import tensornet
x = tf.placeholder(tf.float32, [None, 16])
m = np.array([4, 4])
y = tensornet.layers.tt(x, m, m, np.array([1, 2, 1]), scope='tt',
                        cores_initializer=tf.contrib.layers.xavier_initializer(uniform=False))
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    print(session.run(y, {x: np.ones([2, 16])}).shape, [v.op.name for v in tf.all_variables()])
