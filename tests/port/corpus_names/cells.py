import tensorflow as tf
from tensorflow.contrib import rnn

cell = rnn.MultiRNNCell([rnn.BasicLSTMCell(4) for _ in range(2)])
x = tf.placeholder(tf.float32, [3, 5, 4])
outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
