import tensorflow as tf
from tensorflow.contrib.training import HParams

options = HParams(rate=0.1, ranks=[1, 4, 1])
rate = tf.train.exponential_decay(options.rate, tf.train.get_or_create_global_step(), 10, 0.5)
