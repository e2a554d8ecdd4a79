"""A data set that cannot be found."""


class MissingDataSetError(Exception):
    """A data set is neither on disk nor to be downloaded; the message says what and where."""
