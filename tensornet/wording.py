"""Messages in the words of those who read them.

A message has the names of arguments in backquotes, such as `force=True` or `ranks[1]`. The function
or command that someone called says the same of its own arguments.
"""
import contextlib
import re

_ARGUMENT = re.compile(r'`(\w+)(?:(\[\d+\])|=True)?`')
_FUNCTION = re.compile(r'\w+: ')


def reworded(text, words):
    """Returns a message with other words for arguments.

    Args:
        text: the message.
        words: dict from names of arguments to what stands in their place, backquotes included.
            Other names stay as they are.
    """
    def in_place(match):
        name, index = match.groups()
        word = words.get(name)
        if word is None:
            return match.group()
        index = index or ''
        return f'{word[:-1]}{index}`' if word.endswith('`') else f'{word}{index}'

    return _ARGUMENT.sub(in_place, text)


def of_caller(text, words):
    """Same as `reworded`, without the name of a function that the message begins with."""
    return reworded(_FUNCTION.sub('', text, count=1) if _FUNCTION.match(text) else text, words)


def counted(count, one, more):
    """Returns a number and what there is of it, `one` or `more`."""
    return f'{count} {one if count == 1 else more}'


def without_effect(names, reason):
    """Returns the message that arguments which were given change nothing.

    Args:
        names: list of their names, one at least.
        reason: why, a clause.
    """
    given = ' and '.join(f'`{name}`' for name in names)
    verb, them = ('has', 'it') if len(names) == 1 else ('have', 'them')
    return f'{given} {verb} no effect, since {reason}; leave {them} out'


@contextlib.contextmanager
def errors_of_caller(words, start=''):
    """Context in which errors about arguments become those of the caller.

    Args:
        words: as for `reworded`.
        start: what the messages begin with.

    Raises:
        ValueError, TypeError: as in the block.
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(start + of_caller(str(error), words)) from error
