import tensorflow as tf

labels, predictions = tf.constant([1, 0, 1]), tf.constant([1, 1, 1])
accuracy, update = tf.contrib.metrics.streaming_accuracy(predictions=predictions, labels=labels)
mean, update_mean = tf.contrib.metrics.streaming_mean(tf.to_float(labels))
with tf.Session() as session:
    session.run(tf.local_variables_initializer())
    session.run([update, update_mean])
    assert abs(session.run(accuracy) - 2 / 3.0) < 1e-6
