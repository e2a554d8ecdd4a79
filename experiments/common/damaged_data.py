"""Files that are damaged."""
import tokenize
import zipfile
import zlib

from experiments.common.expected_error import ExpectedError


class DamagedDataError(ExpectedError, ValueError):
    """A data file is not what its name says; the message names it and says what to do."""


# What zipfile and NumPy raise where an archive of arrays is damaged, or would have to be unpickled.
UNREADABLE_ARCHIVE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error,
                      tokenize.TokenError)
