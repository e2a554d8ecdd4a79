"""The error of a checkpoint that a script cannot use."""
import os

from experiments.common.expected_error import ExpectedError
from experiments.common.run_checkpoints import good_prefix


class UnusableCheckpointError(ExpectedError):
    """A checkpoint is missing or does not fit the network; the message says how."""


def unusable(error, path, flag):
    """`UnusableCheckpointError` for a checkpoint that cannot be read.

    Args:
        error: what is wrong with it.
        path: the folder or prefix that was asked for; a folder's last good checkpoint is named.
        flag: the name of the flag that takes another one.
    """
    prefix = good_prefix(path) if os.path.isdir(path) else None
    advice = f'. The last good checkpoint there is used by --{flag}={prefix}' if prefix else ''
    return UnusableCheckpointError(f'{error}{advice}')
