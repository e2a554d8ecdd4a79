"""Whether the Python that runs has a name of the standard library."""

import functools
import importlib
import importlib.util
import inspect
import os
import platform
import sysconfig
import warnings

VERSION = '.'.join(platform.python_version_tuple()[:2])
# They do something when they are imported; or scripts have packages of the same name.
_NOT_IMPORTED = ('antigravity', 'test', 'this')


@functools.lru_cache(maxsize=None)
def lacks(name):
    """Returns whether the standard library has no full dotted name that begins with a module of it.

    Its modules are imported to find out.
    """
    root, *pieces = name.split('.')
    if not pieces or not _is_standard(root):
        return False
    path = root
    value = _imported(path)
    for piece in pieces:
        if not inspect.ismodule(value) or piece == '*':
            return False
        path += '.' + piece
        if hasattr(value, piece):
            value = getattr(value, piece)
        elif hasattr(value, '__path__') and importlib.util.find_spec(path) is not None:
            value = _imported(path)
        else:
            return True
    return False


def _imported(name):
    """Returns a module, None where something that it needs is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try:
            return importlib.import_module(name)
        except ImportError:
            return None


def _is_standard(root):
    if root in _NOT_IMPORTED or root.startswith('_'):
        return False
    spec = importlib.util.find_spec(root)
    if spec is None or spec.origin is None:
        return False
    library = sysconfig.get_path('stdlib')
    return spec.origin in ('built-in', 'frozen') or os.path.dirname(spec.origin) in (
        library, os.path.join(library, root), os.path.join(library, 'lib-dynload'))
