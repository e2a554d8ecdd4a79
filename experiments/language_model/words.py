"""The words of a Python source.

Operators, keywords, names and numbers are words as they stand. What has too many values to be
predicted stands for its kind: strings, docstrings and comments. Line ends and indentation are words
too, blank lines are none, and a module begins with one of its own.
"""
import io
import token
import tokenize

UNKNOWN, NUMBER = '<unk>', '<number>'
MODULE, NEWLINE, INDENT, DEDENT = '<module>', '<newline>', '<indent>', '<dedent>'
STRING, DOCSTRING, COMMENT = '<string>', '<docstring>', '<comment>'

_KINDS = {token.NEWLINE: NEWLINE, token.INDENT: INDENT, token.DEDENT: DEDENT,
          tokenize.COMMENT: COMMENT}
_SILENT = {tokenize.ENCODING, tokenize.NL, token.ENDMARKER}
# No tokens of Python, though from Python 3.12 on they come as operators.
_STRAY = {'?', '$', '!', '`'}
# A string behind one of these is a statement.
_BEFORE_DOCSTRING = {MODULE, NEWLINE, INDENT, DEDENT}


class UnreadableSourceError(Exception):
    """A source is not in the running Python's syntax or in no encoding that it names."""


def words_of(source):
    """The words of a source, the same in all versions of Python that can read it.

    Args:
        source: bytes, the content of a module.

    Returns:
        List of strings; the first is `MODULE`.

    Raises:
        UnreadableSourceError: the source cannot be split into tokens.
    """
    words, inside = [MODULE], 0
    try:
        for found in tokenize.tokenize(io.BytesIO(source).readline):
            name = token.tok_name[found.type]
            # From Python 3.12 on an f-string is several tokens; here it is one string.
            inside += name.endswith('STRING_START')
            inside -= name.endswith('STRING_END')
            if not inside and found.type not in _SILENT:
                words.append(_word(found, name, words))
    except (tokenize.TokenError, SyntaxError, UnicodeError) as error:
        raise UnreadableSourceError(str(error)) from error
    return words


def stand_in(word):
    """The word that stands for one that the vocabulary does not have."""
    is_number = word[0].isdigit() or (word[0] == '.' and word[1:2].isdigit())
    return NUMBER if is_number else UNKNOWN


def _word(found, name, words):
    """The word for a token, or for the last token of a string, behind other words."""
    if found.type == token.ERRORTOKEN or found.string in _STRAY:
        raise UnreadableSourceError(f'{found.string!r} is no token of Python')
    if found.type == token.STRING or name.endswith('STRING_END'):
        before = next(word for word in reversed(words) if word != COMMENT)
        return DOCSTRING if before in _BEFORE_DOCSTRING else STRING
    return _KINDS.get(found.type, found.string)
