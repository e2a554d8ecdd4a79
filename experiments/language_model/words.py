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
          token.STRING: STRING, tokenize.COMMENT: COMMENT, token.ERRORTOKEN: UNKNOWN}
_SILENT = {tokenize.ENCODING, tokenize.NL, token.ENDMARKER}
# A string that follows one of these stands for itself.
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
            if not inside:
                _add(words, found)
            if name.endswith('STRING_END'):
                inside -= 1
                if not inside:
                    words.append(STRING)
    except (tokenize.TokenError, SyntaxError, UnicodeError) as error:
        raise UnreadableSourceError(str(error)) from error
    return words


def stand_in(word):
    """The word that stands for one that the vocabulary does not have."""
    is_number = word[0].isdigit() or (word[0] == '.' and word[1:2].isdigit())
    return NUMBER if is_number else UNKNOWN


def _add(words, found):
    if found.type in _SILENT:
        return
    word = _KINDS.get(found.type, found.string)
    if word == STRING and _before(words) in _BEFORE_DOCSTRING:
        word = DOCSTRING
    words.append(word)


def _before(words):
    """The last word that is no comment, nor the end of a comment's line."""
    return next(word for word in reversed(words) if word != COMMENT)
