"""A data file that is damaged."""
from experiments.common.expected_error import ExpectedError


class DamagedDataError(ExpectedError, ValueError):
    """A data file is not what its name says; the message names it and says what to do."""
