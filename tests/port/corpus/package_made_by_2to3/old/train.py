import numpy as np
import tensorflow as tf
from nets.net import network

channels = 8
images = tf.placeholder(tf.float32, [2, 2, 3])
logits, seconds = network(images, channels / 4)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(('seconds', seconds >= 0))
    print(('logits', session.run(logits, {images: np.ones([2, 2, 3])}).shape))
