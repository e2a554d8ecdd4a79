import os, tempfile
import tensorflow as tf
import tensornet

path = os.path.join(tempfile.mkdtemp(), 'model.ckpt')
x = tf.placeholder(tf.float32, [None, 4])
y = tensornet.layers.linear(x, 3, scope='fc')
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    tf.train.Saver(tf.contrib.framework.get_variables_to_restore()).save(session, path)
    before = session.run(tf.contrib.framework.get_trainable_variables()[0])
tf.contrib.framework.init_from_checkpoint(path, {'fc/': 'fc/'})
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    assert (session.run(tf.contrib.framework.get_variables()[0]) == before).all()
