"""Measuring and fine-tuning an MNIST network that starts from a checkpoint."""
import os

import tensorflow.compat.v1 as tf

from experiments.common import batches, run_record, training
from experiments.common.dropout import dropout
from experiments.common.evaluation import classification_error
from experiments.common.learning_curve import draw_learning_curve
from experiments.mnist.network import CLASSES, inference
from experiments.mnist.recipe import DROPOUT_RATE, LABEL_SMOOTHING

# Training images measured after each epoch.
_TRAIN_SAMPLE = 10000


def measure(data, options, checkpoint):
    """The test error of a network in a checkpoint, in percent.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
        checkpoint: prefix of a checkpoint with the network's variables.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        images = _images_placeholder(data)
        logits = _logits(images, data, options)
        tf.train.Saver().restore(session, checkpoint)
        return classification_error(session, logits, images, data.test_images, data.test_labels)


def fine_tune(data, options, checkpoint, log_dir, restart=False, report=print):
    """Trains a network further, or resumes or completes the fine-tuning that lies in `log_dir`.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
        checkpoint: prefix of the checkpoint to start from.
        log_dir: the run's folder.
        restart: whether to remove a run that lies there.
        report: called with lines of text.

    Returns:
        The last entry of the run's history: a dict with `test_error`, `train_error`, `seconds`.

    Raises:
        WrongLogDirError: `log_dir` holds a run with other settings.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    settings = dict(options._asdict(), dataset=data.name)
    record = run_record.open_run(log_dir, settings, restart)
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch
    with tf.Graph().as_default():
        tf.set_random_seed(options.seed)
        first_step = training.first_step(log_dir)
        if first_step:
            report(f'fine-tuned for {first_step} of {steps} steps already, in {log_dir}')
        task = _task(data, options, steps, first_step, checkpoint)
        last = training.train(task, record, steps, per_epoch)
    draw_learning_curve(os.path.join(log_dir, 'learning_curve.png'), record.history,
                        f'{data.name}, fine-tuning at ranks {",".join(map(str, options.ranks))}')
    return last


def _task(data, options, steps, first_step, checkpoint):
    """Builds the training graph; its variables start from the checkpoint."""
    dataset = batches.training_batches(data.train_images, data.train_labels, options.batch_size,
                                       options.seed, first_step)
    batch, labels, step = tf.data.make_one_shot_iterator(dataset).get_next()
    logits = _logits(batch, data, options,
                     lambda hidden: dropout(hidden, DROPOUT_RATE, options.seed, step))
    tf.train.init_from_checkpoint(checkpoint, {
        variable.op.name: variable for variable in tf.trainable_variables()})
    loss = tf.losses.softmax_cross_entropy(tf.one_hot(labels, CLASSES), logits,
                                           label_smoothing=LABEL_SMOOTHING)
    global_step = tf.train.get_or_create_global_step()
    learning_rate = tf.train.cosine_decay(options.learning_rate, global_step, steps)
    train_op = tf.train.AdamOptimizer(learning_rate).minimize(loss, global_step)
    return training.Task(train_op, loss, _evaluation(data, options))


def _evaluation(data, options):
    images = _images_placeholder(data)
    logits = _logits(images, data, options)

    def evaluate(session, last):
        return {
            'test_error': classification_error(
                session, logits, images, data.test_images, data.test_labels),
            'train_error': classification_error(
                session, logits, images, data.train_images[:_TRAIN_SAMPLE],
                data.train_labels[:_TRAIN_SAMPLE])}

    return evaluate


def _images_placeholder(data):
    return tf.placeholder(tf.uint8, (None,) + data.train_images.shape[1:])


def _logits(images, data, options, drop=None):
    return inference(images, data.train_images.mean(axis=0), options.layer, options.inp_modes,
                     options.out_modes, options.ranks, drop)
