import tensorflow as tf
from nets.small import head
from nets import tools
x = tf.placeholder(tf.float32, [None, 8])
y = head(x, 64)
print tools.describe(y)
