"""The checkpoints of a run: which one it goes on from, and how they are saved."""
import collections
import os
import re

from experiments.common.command_line import warn
from experiments.common.run_folder import (
    CHECKPOINT_STATE,
    RECORD,
    WrongLogDirError,
    checkpoint_steps,
    prefix_of,
)
from tensornet import checkpoints
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.checkpoints.latest import named_latest

Start = collections.namedtuple('Start', ['prefix', 'step'])
Start.__doc__ = """Where a run starts.

Attributes:
    prefix: of the checkpoint to restore, or None.
    step: the steps that are made already.
"""


def last_good(record):
    """The last checkpoint in a run's folder that can be read whole.

    That is the one which the file `checkpoint` names, whatever folder it names it in. Where that is
    damaged or gone, or later than the record, an earlier one takes its place, with a warning.

    Args:
        record: a `RunRecord`.

    Returns:
        A `Start`; its `prefix` is None where the run has made no checkpoint yet.

    Raises:
        WrongLogDirError: no checkpoint is good, though there have been some.
    """
    step, problems = _search(record.log_dir, record.step)
    if step is not None:
        prefix = prefix_of(record.log_dir, step)
        if problems:
            warn(f'{"; ".join(problems)}. Going on from the last good checkpoint, {prefix}')
        return Start(prefix, step)
    if problems or record.history or record.step:
        raise WrongLogDirError(
            f'--log_dir={record.log_dir} holds no good checkpoint of the run there: '
            + '; '.join(problems or ['its files are gone'])
            + '. Copy the files there again, pass --restart to start over, or another --log_dir')
    return Start(None, 0)


def good_prefix(log_dir):
    """The prefix of the last checkpoint in a run's folder that can be read whole, or None."""
    step, _ = _search(log_dir)
    return None if step is None else prefix_of(log_dir, step)


def _search(log_dir, latest=None):
    """The step of the last good checkpoint, at most `latest`, or None; and what was wrong before.
    """
    steps = checkpoint_steps(log_dir)
    named, problems = _named_step(log_dir, steps)
    for step in reversed(steps):
        if named is not None and step > named:
            continue
        prefix = prefix_of(log_dir, step)
        if latest is not None and step > latest:
            problem = (f'{os.path.join(log_dir, RECORD)} ends at step {latest} and is older than '
                       f'{prefix}')
        else:
            problem = _problem(prefix, step)
        if problem is None:
            return step, problems
        problems.append(problem)
    return None, problems


def _named_step(log_dir, steps):
    """The step of the checkpoint that is named the latest, or None, and what is wrong with that."""
    path = os.path.join(log_dir, CHECKPOINT_STATE)
    try:
        prefixes = named_latest(log_dir)
    except CheckpointError as error:
        return None, [str(error)]
    if not prefixes:
        return None, [f'{path} is missing'] if steps else []
    match = re.fullmatch(r'model\.ckpt-(\d+)', os.path.basename(prefixes[0]))
    if match and int(match.group(1)) in steps:
        return int(match.group(1)), []
    return None, [f'{path} names {prefixes[0]}, which is gone']


def _problem(prefix, step):
    """What is wrong with a checkpoint, or None where all of it can be read."""
    if not os.path.exists(prefix + '.index'):
        return f'{prefix}.index is missing'
    try:
        checkpoint = Checkpoint(prefix)
        for name in checkpoint.shapes:
            checkpoint.read(name)
        if 'global_step' not in checkpoint.shapes:
            return f'{prefix} has no global_step'
        found = int(checkpoint.read('global_step'))
    except CheckpointError as error:
        return str(error)
    return None if found == step else f'{prefix} is of step {found}'


class RunSaver(checkpoints.Saver):
    """The saver of a run's checkpoints: the last five, found wherever the folder is moved to.

    Args:
        run: a `Run`.
        interrupts: an `Interrupts`, which does not cut a save short.
    """

    def __init__(self, run, interrupts):
        super().__init__(strict=True, save_relative_paths=True)
        self._log_dir = run.log_dir
        self._interrupts = interrupts
        if run.start.prefix is not None:
            # The times only matter to what is to be kept for hours. `recover_last_checkpoints`
            # would look at the files, also at those that cannot be read.
            self.set_last_checkpoints_with_time([
                (prefix_of(run.log_dir, step), 0.0) for step in checkpoint_steps(run.log_dir)
                if step <= run.start.step])

    def save(self, *arguments, **options):
        """As `tf.train.Saver.save`; no signal cuts it short."""
        with self._interrupts.held():
            return super().save(*arguments, **options)

    def restore(self, sess, save_path):
        """As `tensornet.checkpoints.Saver.restore`.

        Raises:
            WrongLogDirError: the checkpoint is not one of this graph.
        """
        try:
            return super().restore(sess, save_path)
        except checkpoints.CheckpointError as error:
            # Names of variables stand in lines of their own.
            reason = ' '.join(str(error).split())
            raise WrongLogDirError(
                f'--log_dir={self._log_dir}: {reason}. Is it of another version of this script? '
                'Pass --restart to start over, or another --log_dir') from error
