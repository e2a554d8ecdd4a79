from functools import partial
import numpy as np
import tensorflow as tf
import tensornet

tt_options = dict(cores_regularizer=None,
                  use_biases=False)
tt_options['scope'] = 'tt'
fc = partial(tensornet.layers.linear, init=tf.zeros_initializer())
LAYERS = {'linear': tensornet.layers.linear}
m = np.array([4, 4])

x = tf.placeholder(tf.float32, [None, 16])
y = tensornet.layers.tt(x, m, m, 2, **tt_options)
y = fc(y, 16, scope='fc')
y = LAYERS['linear'](y, 16, scope='last', use_biases=False)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(y, {x: np.ones([2, 16])}).shape)
