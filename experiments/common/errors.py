"""Errors that end a script with their message alone, and what a damaged archive raises."""
import tokenize
import zipfile
import zlib


class ExpectedError(Exception):
    """What a user can mend: the message is all that is needed, a traceback would hide it."""


class MissingDataSetError(ExpectedError):
    """A data set is neither on disk nor to be downloaded; the message says what and where."""


class DamagedDataError(ExpectedError, ValueError):
    """A data file is not what its name says; the message names it and says what to do."""


class DivergenceError(ExpectedError):
    """The loss or the weights are no longer finite."""


# What zipfile and NumPy raise where an archive of arrays is damaged, or would have to be unpickled.
UNREADABLE_ARCHIVE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error,
                      tokenize.TokenError)
