"""The bytes of a script as text and back, without losing a byte."""

import collections
import io
import tokenize

BOM = b'\xef\xbb\xbf'

# The text without byte-order mark, line ends as in the file; how the bytes were read.
Source = collections.namedtuple('Source', ['text', 'encoding', 'bom'])


class SourceError(ValueError):
    """A script that is not text; `line` is where, if it is known."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.line = line


def read(path):
    """Reads a script in the encoding that it declares.

    Returns:
        Source; `encode(source, source.text)` is the content of the file again.

    Raises:
        SourceError: the file cannot be read, the encoding is unknown, or the bytes are not of
            it.
    """
    try:
        with open(path, 'rb') as file:
            content = file.read()
    except OSError as error:
        raise SourceError(f'the file cannot be read ({error.strerror})') from error
    bom = content.startswith(BOM)
    content = content[len(BOM):] if bom else content
    try:
        # Of a byte-order mark it would make the codec utf-8-sig, which adds one to each piece.
        encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
        if '\0' in content.decode(encoding):
            raise SourceError('the file holds a zero byte, so it is not a Python script')
        return Source(content.decode(encoding), encoding, bom)
    except UnicodeDecodeError as error:
        line = content.count(b'\n', 0, error.start) + 1
        raise SourceError(f'the file is not {error.encoding}; declare its encoding in the first '
                          'line, for instance `# -*- coding: latin-1 -*-`', line) from error
    except (LookupError, SyntaxError, UnicodeError) as error:
        raise SourceError(f'{error}; declare the encoding of the file in its first line, for '
                          'instance `# -*- coding: latin-1 -*-`', 1) from error


def encode(source, text):
    """Returns the bytes of `text`, written as `source` was."""
    return (BOM if source.bom else b'') + text.encode(source.encoding)
