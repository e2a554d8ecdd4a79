"""The error of a checkpoint that a script cannot use."""
from experiments.common.expected_error import ExpectedError


class UnusableCheckpointError(ExpectedError):
    """A checkpoint is missing or does not fit the network; the message says how."""
