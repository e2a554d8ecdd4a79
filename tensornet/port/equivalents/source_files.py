"""`imp.load_source`, which Python 3.12 has no more."""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from typing import Any


def load_source(name: str, pathname: str) -> Any:
    """Runs a Python file as a module.

    Args:
        name: string, the module's name in `sys.modules`; a module that has it already is run
            into again, as `imp` did.
        pathname: string, the file; it need not end in `.py`.

    Returns:
        The module.

    Raises:
        FileNotFoundError: there is no such file.
    """
    loader = SourceFileLoader(name, pathname)
    spec = importlib.util.spec_from_file_location(name, pathname, loader=loader)
    assert spec is not None  # There is none only without a loader.
    known = name in sys.modules
    module = sys.modules[name] if known else importlib.util.module_from_spec(spec)
    module.__spec__, module.__file__, module.__loader__ = spec, pathname, loader
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        if not known:
            del sys.modules[name]
        raise
    return module
