"""How a message shows a value."""

import numpy as np

LONGEST = 400


def shown(value):
    """Returns a value as text, with `?` for unknown entries of lists, and cut where it is long."""
    try:
        text = _text(value)
    except Exception:  # A value may be anything; that it cannot be shown is said in its place.
        return 'what cannot be shown'
    return text if len(text) <= LONGEST else text[:LONGEST] + '...'


def _text(value):
    if isinstance(value, np.ndarray) and value.size > LONGEST:
        return f'an array of shape {list(value.shape)}'
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join('?' if entry is None else _text(entry) for entry in value)}]"
    return repr(value)
