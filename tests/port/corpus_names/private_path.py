import os, tempfile
import tensorflow as tf
from tensorflow.contrib.framework.python.framework import checkpoint_utils
from tensorflow.contrib.layers.python.layers import regularizers

penalty = regularizers.l2_regularizer(0.5)(tf.get_variable('w', [2, 2]))
path = os.path.join(tempfile.mkdtemp(), 'model.ckpt')
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    tf.train.Saver().save(session, path)
assert checkpoint_utils.list_variables(path) == [('w', [2, 2])]
