import os, tempfile
import numpy as np
import tensorflow as tf
from tensorflow.contrib import framework

path = os.path.join(tempfile.mkdtemp(), 'model.ckpt')
with tf.Session() as session:
    tf.get_variable('w', initializer=tf.constant([1.0, 2.0]))
    framework.get_or_create_global_step()
    session.run(tf.initialize_all_variables())
    tf.train.Saver().save(session, path)
names = [name for name, shape in framework.list_variables(path)]
assert names == ['global_step', 'w'], names
assert np.array_equal(framework.load_variable(path, 'w'), [1, 2])
assert framework.load_checkpoint(path).has_tensor('w')
