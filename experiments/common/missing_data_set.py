"""A data set that cannot be found."""
from experiments.common.expected_error import ExpectedError


class MissingDataSetError(ExpectedError):
    """A data set is neither on disk nor to be downloaded; the message says what and where."""
