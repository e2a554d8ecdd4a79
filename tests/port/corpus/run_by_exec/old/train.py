import pickle
import tensorflow as tf
import tensornet

exec(open('nets/net.py').read())
with open('sizes.pkl', 'w') as stream:
    pickle.dump({'inp': 16}, stream)
x = tf.placeholder(tf.float32, [None, 16])
record = tf.train.Feature(bytes_list=tf.train.BytesList(value=['ab'.encode('ascii')]))
print(build(x).get_shape().as_list())
