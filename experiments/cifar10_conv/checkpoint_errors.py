"""The error of a checkpoint that a script cannot use."""


class UnusableCheckpointError(Exception):
    """A checkpoint is missing or does not fit the network; the message says how."""
