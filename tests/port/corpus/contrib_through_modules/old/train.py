import common
from common import tf, xavier, tcl, decay, record
import tensornet
import numpy as np

x = tf.placeholder(tf.float32, [None, 4])
y = tensornet.layers.linear(x, 3, weights_initializer=xavier(seed=1),
                            weights_regularizer=decay(0.1), scope='fc_1')
z = tensornet.layers.linear(y, 3, weights_initializer=common.xavier(seed=1),
                            weights_regularizer=tcl.l1_regularizer(0.1), scope='fc_2')
size = len(record(np.zeros([4], np.float32)).bytes_list.value[0])
print(size, len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)))
