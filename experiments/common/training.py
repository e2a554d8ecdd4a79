"""The training loop of all experiments."""
import collections
import errno
import os
import time

import tensorflow.compat.v1 as tf

from experiments.common.divergence import FiniteWeights, check_loss
from experiments.common.errors import DivergenceError
from experiments.common.figures import draw_learning_curve
from experiments.common.interrupts import Interrupts, RunInterruptedError
from experiments.common.part import ALONE
from experiments.common.progress import Progress
from experiments.common.run_checkpoints import RunSaver, last_good
from experiments.common.run_folder import LEARNING_CURVE

# Steps between two points of the TensorBoard summaries.
_SUMMARY_STEPS = 100

Task = collections.namedtuple('Task', ['train_op', 'loss', 'evaluate'])
Task.__doc__ = """What is trained, in the default graph, which has a global step.

Attributes:
    train_op: one training step; increments the global step. An operation, or a tensor of the
        steps that are made after it.
    loss: scalar, the loss of that step.
    evaluate: function of a session and of whether the run is at its end; returns a dict of
        numbers, measured after each epoch. It must neither take from the training input nor
        draw random numbers, or a resumed run would not end as an uninterrupted one.
"""


def train(task, run, last_step, steps_per_epoch, checkpoint_secs=60, eval_steps=None,
          time_limit=None, config=None, part=ALONE):
    """Trains to `last_step` from the checkpoint that a run starts from, or from nothing.

    Checkpoints are written every `checkpoint_secs`, at the end and when interrupted, always of
    finite weights. A run that has reached `last_step` or `time_limit` already is
    only restored.

    Args:
        task: a `Task` in the default graph.
        run: an open `Run`; its record gets the history, seconds and training seconds.
        last_step: steps of the whole run.
        steps_per_epoch: steps of an epoch.
        checkpoint_secs: seconds between two checkpoints.
        eval_steps: steps between two evaluations; None means an epoch.
        time_limit: the record's seconds at which the run ends before `last_step`; the evaluation
            at the end comes on top. None means no limit.
        config: a `tf.ConfigProto` for the session, or None.
        part: an `Alone`, or the `Chief` of a cluster; in `part.network()` the task was built.

    Returns:
        The last entry of the history: `step`, `epoch`, `seconds` and what `task.evaluate`
        returned.

    Raises:
        RunInterruptedError: by SIGINT or SIGTERM, also during the last step: what follows the
            training is not to be done either. The step was finished and a checkpoint saved.
        DivergenceError: loss or weights are not finite; the last good checkpoint is kept.
        BrokenPipeError: nobody reads the output any more. A checkpoint was saved.
    """
    record, course = run.record, _Course(run.start.step, last_step, steps_per_epoch,
                                         eval_steps or steps_per_epoch, time_limit)
    clock = _Clock(record)
    record.forget_after(course.made)
    listeners = [FiniteWeights(), _RecordSaver(record, clock, course)]
    try:
        # The signals are caught first, so that one that comes while the session starts counts too.
        with Interrupts(course.notice) as interrupts:
            with part.writing():
                saver = RunSaver(run, interrupts)
            scaffold = tf.train.Scaffold(saver=saver)
            hooks = part.hooks(last_step, record.settings) + [
                tf.train.SummarySaverHook(save_steps=_SUMMARY_STEPS, output_dir=run.log_dir,
                                          scaffold=scaffold),
                tf.train.CheckpointSaverHook(run.log_dir, save_secs=checkpoint_secs, saver=saver,
                                             listeners=listeners)]
            # The variables are those of the checkpoint that the run starts from.
            with tf.train.SingularMonitoredSession(
                    hooks, scaffold, part.target, part.config(config),
                    checkpoint_filename_with_path=run.start.prefix) as session:
                is_unread = _make_steps(session, task, record, clock, course, interrupts)
    except DivergenceError as diverged:
        raise DivergenceError(
            f'{diverged}; the checkpoint of step {course.saved} in {run.log_dir} is the last good '
            'one. A lower learning rate may help') from diverged
    except KeyboardInterrupt:
        # By the second signal, which came while no checkpoint was written.
        raise RunInterruptedError(
            f'interrupted during step {course.made + 1} of {last_step}; the last checkpoint, of '
            f'step {course.saved}, is in {run.log_dir}: the same command, without --restart, '
            'resumes there') from None
    if interrupts.received:
        raise RunInterruptedError(
            f'interrupted after step {course.made} of {last_step}; a checkpoint is in '
            f'{run.log_dir}: the same command, without --restart, resumes there',
            interrupts.received)
    if is_unread:
        raise BrokenPipeError(errno.EPIPE, 'nobody reads the output')
    return record.history[-1]


def train_run(build, run, last_step, steps_per_epoch, run_options, title, measure='error',
              time_limit=None, **options):
    """Trains a network from where its run stands, and draws its learning curve.

    A complete run is left as it is, and no graph is built for it: only a picture that is missing
    is drawn. Where the variables are lost, as those of a cluster can be, training goes on from the
    last checkpoint.

    Args:
        build: function of the step to begin with; returns a new graph and the `Task` in it, built
            within the part's `network`.
        run, last_step, steps_per_epoch, time_limit, options: see `train`.
        run_options: a `RunOptions`.
        title, measure: of the picture, see `draw_learning_curve`.

    Returns, Raises:
        See `train`.
    """
    part, first_step, record = run_options.part, run.start.step, run.record
    picture = os.path.join(run.log_dir, LEARNING_CURVE)
    ends = _Course(first_step, last_step, steps_per_epoch, None, time_limit).ends(record.seconds)
    if ends:
        run_options.report(f'the run in {run.log_dir} is complete')
    elif first_step:
        run_options.report(f'resuming after step {first_step} of {last_step} from {run.log_dir}')
    # In a cluster the other processes learn from the chief's session that the run is at its end.
    is_done = ends and part is ALONE and record.at(first_step) is not None
    if is_done:
        record.forget_after(first_step)
    else:
        _train_in_attempts(build, run, last_step, steps_per_epoch, run_options,
                           time_limit=time_limit, **options)
    if not (is_done and os.path.exists(picture)):
        draw_learning_curve(picture, record.history, title, measure)
    return record.history[-1]


def _train_in_attempts(build, run, last_step, steps_per_epoch, run_options, **options):
    """Trains, and goes on from the last checkpoint where the variables are lost."""
    part = run_options.part
    while True:
        graph, task = build(run.start.step)
        try:
            with graph.as_default():
                train(task, run, last_step, steps_per_epoch, run_options.checkpoint_secs,
                      part=part, **options)
            return
        except part.lost as error:
            part.regain(error)
            run = run._replace(start=last_good(run.record))


def _make_steps(session, task, record, clock, course, interrupts):
    """Makes steps and measurements until the course ends or a signal comes.

    Returns:
        Whether it stopped early since nobody reads the output any more.
    """
    clock.switch(training=True)
    with Progress(course.made, course.last) as progress:
        while True:
            clock.update()
            ends = course.ends(record.seconds)
            # Also right after a resume: the run may have ended between step and evaluation.
            if (ends or course.is_measured()) and record.at(course.made) is None:
                clock.switch(training=False)
                numbers = _outside_of_steps(session, task.evaluate, ends)
                clock.switch(training=True)
                entry = _entry(course, record, numbers)
                progress.line(_described(entry, course))
            if ends or interrupts.received or progress.is_unread:
                interrupts.hold()  # The session saves when it is closed.
                return progress.is_unread and not ends
            made, loss = session.run([task.train_op, task.loss])
            course.advance(made)
            record.tensorflow = tf.__version__
            check_loss(loss, course.made)
            progress.step(course.made, float(loss))


def _outside_of_steps(session, function, *arguments):
    """Calls `function(raw_session, *arguments)`, which the hooks do not see."""
    return session.run_step_fn(lambda step_context: function(step_context.session, *arguments))


class _Course:
    """How far a run is and how far it goes.

    Attributes:
        made: the steps made.
        saved: those behind the last checkpoint.
        last: those of the whole run.
    """

    def __init__(self, made, last, per_epoch, eval_steps, time_limit):
        self.made = self.saved = made
        self._before = made - 1
        self.last = last
        self._per_epoch = per_epoch
        self._eval_steps = eval_steps
        self._time_limit = time_limit

    def ends(self, seconds):
        """Whether the run is at its end, after so many seconds."""
        return self.made >= self.last or (self._time_limit is not None
                                          and seconds >= self._time_limit)

    def advance(self, made=None):
        """Notes another step, or that all workers together have made so many."""
        self._before = self.made
        self.made = self.made + 1 if made is None else int(made)

    def is_measured(self):
        """Whether the last step came to where a measurement is due, or past it."""
        return self.made > 0 and self.made // self._eval_steps > self._before // self._eval_steps

    def epochs(self, steps):
        return steps / self._per_epoch

    def notice(self):
        """The answer to Ctrl-C."""
        return f'saving, step {self.made} of {self.last}: this may take a moment'


def _entry(course, record, numbers):
    """Adds an evaluation to the record and to TensorBoard's log."""
    step = course.made
    entry = {'step': step, 'epoch': course.epochs(step), 'seconds': round(record.seconds, 1)}
    entry.update(numbers)
    record.history.append(entry)
    values = [tf.Summary.Value(tag=name, simple_value=value) for name, value in numbers.items()]
    tf.summary.FileWriterCache.get(record.log_dir).add_summary(tf.Summary(value=values), step)
    return entry


def _described(entry, course):
    numbers = '  '.join(f'{name.replace("_", " ")} {value:.2f}' for name, value in entry.items()
                        if name not in ('step', 'epoch', 'seconds'))
    return (f'epoch {entry["epoch"]:.4g}/{course.epochs(course.last):.4g}  {numbers}  '
            f'{entry["seconds"]:.0f} s')


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

    def __init__(self, record, clock, course):
        self._record = record
        self._clock = clock
        self._course = course

    def before_save(self, session, global_step_value):
        self._save(global_step_value)

    def after_save(self, session, global_step_value):
        self._course.saved = int(global_step_value)

    def end(self, session, global_step_value):
        self._save(global_step_value)

    def _save(self, step):
        self._clock.update()
        self._record.step = int(step)
        self._record.save()
