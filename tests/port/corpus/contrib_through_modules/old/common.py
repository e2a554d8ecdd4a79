import tensorflow as tf
from tensorflow.contrib.layers import xavier_initializer as xavier
import tensorflow.contrib.layers as tcl
import numpy as np

decay = tcl.l2_regularizer


def record(array):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[array.tostring()]))
