"""Measuring and fine-tuning an MNIST network that starts from a checkpoint."""
import tensorflow.compat.v1 as tf

from experiments.common import batches, training
from experiments.common.computation import building, session_config, training_graph
from experiments.common.evaluation import classification_error
from experiments.common.run import open_run
from experiments.mnist import recipe
from experiments.mnist.network_flags import EARLIER


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


def fine_tune(data, options, converted, run_options):
    """Trains a network further, or resumes or completes the fine-tuning that lies in its folder.

    A fine-tuning goes with the conversion that it began from: after another one it has to be
    started over.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
        converted: the `fitting.Converted` to start from.
        run_options: a `RunOptions`.

    Returns:
        The last entry of the run's history: a dict with `test_error`, `train_error`, `seconds`.

    Raises:
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    settings = dict(options._asdict(), dataset=data.name, start=converted.settings)
    report = run_options.report
    per_epoch = batches.steps_per_epoch(len(data.train_images), options.batch_size)
    steps = options.epochs * per_epoch

    def build_task(first_step):
        task = recipe.build_task(data, options, steps, first_step)
        tf.train.init_from_checkpoint(converted.prefix, {
            variable.op.name: variable for variable in tf.trainable_variables()})
        return task

    with open_run(run_options.log_dir, settings, recipe.MEASURED, run_options.restart,
                  EARLIER) as run:
        return training.train_run(
            lambda first_step: training_graph(options, lambda: build_task(first_step), report),
            run, steps, per_epoch, run_options,
            f'{data.name}, fine-tuning at ranks {",".join(map(str, options.ranks))}',
            config=session_config(options.precision))
