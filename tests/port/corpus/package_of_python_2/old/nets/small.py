import base, os
from base import wide
import tools as t


def head(x, width):
    assert t.NAME and os.sep
    return base.wide(x, width) if width < 0 else wide(x, width)
