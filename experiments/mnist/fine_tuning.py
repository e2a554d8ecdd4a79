"""Measuring and fine-tuning an MNIST network that starts from a checkpoint."""
import os

import tensorflow.compat.v1 as tf

from experiments.common import batches, training
from experiments.common.computation import building, session_config
from experiments.common.evaluation import classification_error
from experiments.common.learning_curve import draw_learning_curve
from experiments.common.new_graph import new_graph
from experiments.common.run import open_run
from experiments.mnist import recipe
from experiments.mnist.recipe_flags import EARLIER


def measure(data, options, checkpoint):
    """The test error of a network in a checkpoint, in percent.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
        checkpoint: prefix of a checkpoint with the network's variables.
    """
    config = session_config(options.precision)
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        with building(options.plan, config):
            images, logits = recipe.build_inference(data, options)
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
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    settings, config = dict(options._asdict(), dataset=data.name), session_config(options.precision)
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch
    with open_run(log_dir, settings, recipe.MEASURED, restart, EARLIER) as run:
        first_step = run.start.step
        if first_step:
            report(f'fine-tuned for {first_step} of {steps} steps already, in {log_dir}')
        with new_graph(options.seed) as graph, building(options.plan, config, report):
            task = recipe.build_task(data, options, steps, first_step)
            tf.train.init_from_checkpoint(checkpoint, {
                variable.op.name: variable for variable in tf.trainable_variables()})
        with graph.as_default():
            last = training.train(task, run, steps, per_epoch, config=config)
        draw_learning_curve(
            os.path.join(log_dir, 'learning_curve.png'), run.record.history,
            f'{data.name}, fine-tuning at ranks {",".join(map(str, options.ranks))}')
        return last
