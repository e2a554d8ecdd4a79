import tensorflow as tf
import tensornet


def build(x):
	if True:
	    y = tensornet.layers.linear(x, 16, scope='a')
        return y


def other():
	return """
	kept"""


print(build(tf.placeholder(tf.float32, [2, 16])).get_shape(), repr(other()))
