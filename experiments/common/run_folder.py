"""The files of a run: which names in its folder are its own.

Nothing else in a folder is ever removed. Nothing here imports TensorFlow.
"""
import os
import re

from experiments.common.errors import ExpectedError
from tensornet import whole_file

RECORD = 'run.json'
# The record once more: a damaged record loses nothing while this is whole.
RECORD_COPY = 'run.copy.json'
LOCK = 'run.lock'
CHECKPOINT_STATE = 'checkpoint'
RESULTS, LEARNING_CURVE = 'results.json', 'learning_curve.png'

_NAME = (r'(?:checkpoint|graph\.pbtxt|events\.out\.tfevents\..+|run\.json|run\.copy\.json'
         r'|results\.json|learning_curve\.png'
         r'|model\.ckpt-\d+\.(?:index|meta|data-\d{5}-of-\d{5}))')
_OWN = re.compile(_NAME)
_CHECKPOINT_FILE = re.compile(r'model\.ckpt-(\d+)\.(?:index|data-\d{5}-of-\d{5})')
# What is left where a process is killed while it writes: the temporary names of `whole_file`, and
# those of TensorFlow for its text files, for checkpoints and for the parts of checkpoints.
_LEFTOVER = re.compile(rf'{whole_file.LEFTOVER.pattern}|{_NAME}\.(?:tmp\w*|tempstate\d+)')
_PARTS = re.compile(r'model\.ckpt-\d+_temp(?:_\w+)?')
_PART = re.compile(r'part-\d{5}-of-\d{5}\.(?:index|data-\d{5}-of-\d{5})(?:\.tempstate\d+)?')


class WrongLogDirError(ExpectedError):
    """The log folder holds something that this run must not continue or overwrite."""


def prefix_of(log_dir, step):
    """The prefix of the checkpoint that a run's saver writes after `step` steps."""
    return os.path.join(log_dir, f'model.ckpt-{step}')


def checkpoint_steps(log_dir):
    """The sorted steps of the checkpoints of which there are files, whole or not."""
    matches = map(_CHECKPOINT_FILE.fullmatch, os.listdir(log_dir))
    return sorted({int(match.group(1)) for match in matches if match})


def check_names(log_dir):
    """Raises `WrongLogDirError` where a folder has the name of a file that a run writes."""
    for name in sorted(os.listdir(log_dir)):
        path = os.path.join(log_dir, name)
        if _OWN.fullmatch(name) and os.path.isdir(path):
            raise WrongLogDirError(f'--log_dir={log_dir}: {path} is a folder, but a run has a file '
                                   'of that name; move it away, or pass another --log_dir')


def remove_leftovers(log_dir):
    """Removes what a process left that was killed while it wrote; no other may be writing."""
    for name in os.listdir(log_dir):
        path = os.path.join(log_dir, name)
        if _LEFTOVER.fullmatch(name):
            _remove_file(path)
        elif _PARTS.fullmatch(name) and os.path.isdir(path):
            for part in filter(_PART.fullmatch, os.listdir(path)):
                _remove_file(os.path.join(path, part))
            if not os.listdir(path):
                os.rmdir(path)


def remove_all_but_record(log_dir):
    """Removes all files of the run but `RECORD`, and the lock, which is held meanwhile."""
    remove_leftovers(log_dir)
    for name in os.listdir(log_dir):
        if name != RECORD and _OWN.fullmatch(name):
            _remove_file(os.path.join(log_dir, name))


def _remove_file(path):
    if os.path.islink(path) or not os.path.isdir(path):
        os.remove(path)
