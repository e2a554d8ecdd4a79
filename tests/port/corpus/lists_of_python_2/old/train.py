import numpy as np
import tensorflow as tf
import tensornet
import random

modes = map(int, '4,4'.split(','))
ranks = [1] + map(int, ['2']) + [1]
names = {'tt': 16}
first = names.keys()[0]
order = range(4)
random.shuffle(order)
pairs = zip(modes, modes)
for left, right in pairs:
    assert left == right
x = tf.placeholder(tf.float32, [None, 16])
y = tensornet.layers.tt(x, np.array(modes), np.array(modes), np.array(ranks), scope=first)
total = sum(map(len, ['a', 'b']))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for step in xrange(1):
        print(session.run(y, {x: np.ones([total, names.values()[0]])}).shape)
