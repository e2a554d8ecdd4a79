"""The error of everything that reads or writes checkpoints."""


class CheckpointError(Exception):
    """A checkpoint cannot be read, restored or written as asked."""


def damaged(prefix, error):
    """`CheckpointError` for an error of TensorFlow's while it reads a checkpoint."""
    reason = _reason(error)
    return CheckpointError(f'{prefix}: the checkpoint is damaged or incomplete ({reason}); copy '
                           'it again, or take an earlier one')


def cannot_write(path, error):
    """`CheckpointError` for an error while an output is written."""
    return CheckpointError(f'{path}: the output cannot be written ({_reason(error)}); make room or '
                           'change the permissions, or pass another path')


def _reason(error):
    """Returns the line of an error's text that says why, not where in a graph."""
    lines = str(error).partition('\n\t [[')[0].splitlines()
    return lines[-1] if lines else type(error).__name__
