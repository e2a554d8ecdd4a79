import tensorflow as tf
ds = tf.contrib.distributions

noise = ds.Normal(loc=0.0, scale=1.0).sample([3])
divergence = ds.kl_divergence(ds.Normal(0.0, 1.0), ds.Normal(1.0, 1.0))
with tf.Session() as session:
    assert abs(session.run(divergence) - 0.5) < 1e-6
