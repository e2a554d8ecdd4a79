"""Errors that end a script with their message alone."""


class ExpectedError(Exception):
    """What a user can mend: the message is all that is needed, a traceback would hide it."""
