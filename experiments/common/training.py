"""The training loop of all experiments."""
import collections
import functools
import time

import tensorflow.compat.v1 as tf

from experiments.common.divergence import DivergenceError, check_loss
from experiments.common.finite_weights import FiniteWeights
from experiments.common.interrupts import Interrupts, RunInterruptedError
from experiments.common.progress import Progress

Task = collections.namedtuple('Task', ['train_op', 'loss', 'evaluate'])
Task.__doc__ = """What is trained, in the default graph, which has a global step.

Attributes:
    train_op: one training step; increments the global step.
    loss: scalar, the loss of that step.
    evaluate: function of a session and of whether the run is at its end; returns a dict of
        numbers, measured after each epoch. It must neither take from the training input nor
        draw random numbers, or a resumed run would not end as an uninterrupted one.
"""


def first_step(log_dir):
    """The number of steps that the last checkpoint in `log_dir` has behind it, or 0."""
    checkpoint = tf.train.latest_checkpoint(log_dir)
    return int(tf.train.load_variable(checkpoint, 'global_step')) if checkpoint else 0


def train(task, record, last_step, steps_per_epoch, checkpoint_secs=60, summary_steps=100,
          eval_steps=None, time_limit=None, config=None):
    """Trains to `last_step` from the last checkpoint in the run's folder, or from nothing.

    Checkpoints are written every `checkpoint_secs`, at the end and when interrupted, always of
    finite weights. A run that has reached `last_step` or `time_limit` already is restored, no
    more.

    Args:
        task: a `Task` in the default graph.
        record: the run's `RunRecord`; gets its history, seconds and training seconds.
        last_step: steps of the whole run.
        steps_per_epoch: steps of an epoch.
        checkpoint_secs: seconds between two checkpoints.
        summary_steps: steps between two points of the TensorBoard summaries.
        eval_steps: steps between two evaluations; None means an epoch.
        time_limit: the record's seconds at which the run ends before `last_step`; the evaluation
            at the end comes on top. None means no limit.
        config: a `tf.ConfigProto` for the session, or None.

    Returns:
        The last entry of the history: `step`, `epoch`, `seconds` and what `task.evaluate`
        returned.

    Raises:
        RunInterruptedError: by SIGINT or SIGTERM, also during the last step: what follows the
            training is not to be done either. The step was finished and a checkpoint saved.
        DivergenceError: loss or weights are not finite; the last good checkpoint is kept.
    """
    clock = _Clock(record)
    saver = tf.train.CheckpointSaverHook(
        record.log_dir, save_secs=checkpoint_secs,
        listeners=[FiniteWeights(), _RecordSaver(record, clock)])
    open_session = functools.partial(
        tf.train.MonitoredTrainingSession, checkpoint_dir=record.log_dir, hooks=[saver],
        save_checkpoint_secs=None, save_checkpoint_steps=None, save_summaries_steps=summary_steps,
        log_step_count_steps=None, config=config)
    try:
        step, signum = _run(open_session, task, record, clock, last_step, steps_per_epoch,
                            eval_steps or steps_per_epoch, time_limit)
    except DivergenceError as diverged:
        raise DivergenceError(
            f'{diverged}; the checkpoint of step {first_step(record.log_dir)} in '
            f'{record.log_dir} is the last good one. A lower learning rate may help'
        ) from diverged
    if signum:
        raise RunInterruptedError(
            f'interrupted after step {step} of {last_step}; a checkpoint is in {record.log_dir}: '
            'the same command, without --restart, resumes there', signum)
    return record.history[-1]


def _run(open_session, task, record, clock, last_step, steps_per_epoch, eval_steps, time_limit):
    """Makes the steps.

    Returns:
        How many steps are made in the end, and the signal that came meanwhile, or None.
    """
    global_step = tf.train.get_or_create_global_step()
    # The signals are caught first, so that one that comes while the session starts counts too.
    with Interrupts() as interrupts, open_session() as session:
        step = int(_outside_of_steps(session, lambda raw: raw.run(global_step)))
        record.forget_after(step)
        clock.switch(training=True)
        with Progress(step, last_step) as progress:
            while True:
                clock.update()
                ends = step >= last_step or (time_limit is not None
                                             and record.seconds >= time_limit)
                # Also right after a resume: the run may have ended between step and evaluation.
                if (ends or (step > 0 and step % eval_steps == 0)) and record.at(step) is None:
                    clock.switch(training=False)
                    numbers = _outside_of_steps(session, task.evaluate, ends)
                    clock.switch(training=True)
                    entry = _entry(step, steps_per_epoch, record, numbers)
                    progress.line(_described(entry, last_step / steps_per_epoch))
                if ends or interrupts.received:
                    return step, interrupts.received
                _, loss = session.run([task.train_op, task.loss])
                step += 1
                check_loss(loss, step)
                progress.step(step, float(loss))


def _outside_of_steps(session, function, *arguments):
    """Calls `function(raw_session, *arguments)`, which the hooks do not see."""
    return session.run_step_fn(lambda step_context: function(step_context.session, *arguments))


def _entry(step, steps_per_epoch, record, numbers):
    """Adds an evaluation to the record and to TensorBoard's log."""
    entry = {'step': step, 'epoch': step / steps_per_epoch, 'seconds': round(record.seconds, 1)}
    entry.update(numbers)
    record.history.append(entry)
    values = [tf.Summary.Value(tag=name, simple_value=value) for name, value in numbers.items()]
    tf.summary.FileWriterCache.get(record.log_dir).add_summary(tf.Summary(value=values), step)
    return entry


def _described(entry, epochs):
    numbers = '  '.join(f'{name.replace("_", " ")} {value:.2f}' for name, value in entry.items()
                        if name not in ('step', 'epoch', 'seconds'))
    return f'epoch {entry["epoch"]:.4g}/{epochs:.4g}  {numbers}  {entry["seconds"]:.0f} s'


class _Clock:
    """Adds the time since its last update to a record's seconds."""

    def __init__(self, record):
        self._record = record
        self._last = time.monotonic()
        self._is_training = False

    def update(self):
        now = time.monotonic()
        self._record.seconds += now - self._last
        if self._is_training:
            self._record.training_seconds += now - self._last
        self._last = now

    def switch(self, training):
        """Says whether the time from now on is spent on training steps."""
        self.update()
        self._is_training = training


class _RecordSaver(tf.train.CheckpointSaverListener):
    """Saves the record before each checkpoint, so that it never lags behind, and at the end."""

    def __init__(self, record, clock):
        self._record = record
        self._clock = clock

    def before_save(self, session, global_step_value):
        self._save()

    def end(self, session, global_step_value):
        self._save()

    def _save(self):
        self._clock.update()
        self._record.save()
