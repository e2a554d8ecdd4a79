from common import *
import common


def build(x):
    m = np.array([4, 4])
    y = tt_layer(x, m, m, np.array([1, 2, 1]), 2.5, 'tt_1', True)
    y = common.tn.layers.linear(y, 16, 16, init=tf.zeros_initializer(), scope='l')
    return tn.layers.fc(y, 16, scope='f')
