import tensorflow as tf

data = tf.data.Dataset.range(6).apply(tf.contrib.data.map_and_batch(lambda x: x * x, 3))
batch = data.make_one_shot_iterator().get_next()
flat = tf.contrib.framework.nest.flatten([batch, (batch, batch)])
with tf.Session() as session:
    assert session.run(flat)[0].tolist() == [0, 1, 4]
