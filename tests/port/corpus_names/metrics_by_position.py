import tensorflow as tf

labels, predictions = tf.constant([1, 0, 1]), tf.constant([1, 1, 1])
accuracy, update = tf.contrib.metrics.streaming_accuracy(predictions, labels)
