"""Measured plans that are remembered: in the process, and in a file that the user names.

The word is FFTW's. Nothing here knows of TensorFlow or of what an entry means.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import Union

try:
    import fcntl
except ImportError:  # not a Unix system: writes are atomic, but one of two at once can be lost
    fcntl = None  # type: ignore[assignment]

from tensornet.tt.arguments import warn
from tensornet.whole_file import write_text

VARIABLE = 'TENSORNET_WISDOM'
FORMAT = 1


class Wisdom:
    """Entries by machine and layer; both keys are lines of text, an entry is a JSON value.

    Args:
        path: the file to read and to add to, or None.
    """

    def __init__(self, path=None):
        self.path = path
        self._entries = {}
        self._writable = path is not None
        if path is not None:
            try:
                self._entries = _read(path)
            except (OSError, ValueError) as error:
                self._refuse('is not used, and stays as it is', error)

    def find(self, machine, layer):
        """Returns the entry of a layer on a machine, or None."""
        return self._entries.get(machine, {}).get(layer)

    def add(self, machine, layer, entry):
        """Remembers an entry, and writes it to the file.

        What other processes have written meanwhile is kept. A file that cannot be written is a
        warning, since the entry is still remembered in the process.
        """
        self._entries.setdefault(machine, {})[layer] = entry
        if not self._writable:
            return
        try:
            with _locked(self.path):
                for other_machine, layers in _read(self.path).items():
                    known = self._entries.setdefault(other_machine, {})
                    for other_layer, other_entry in layers.items():
                        known.setdefault(other_layer, other_entry)
                content = {'format': FORMAT, 'machines': self._entries}
                write_text(self.path, json.dumps(content, indent=1, sort_keys=True) + '\n')
        except (OSError, ValueError) as error:
            self._refuse('cannot be added to', error)

    def _refuse(self, consequence, error):
        self._writable = False
        warn(f'wisdom: the file {self.path!r} {consequence}: {error}; remove it or name another '
             'with `tensornet.contraction.use_wisdom`')


_current = None


def use_wisdom(path: Union[str, os.PathLike, None]) -> None:
    """Reads measured plans from a file, and adds those that are measured from now on to it.

    A plan is looked up by everything that decides it: modes, ranks, batch, type, phase, device,
    cores, threads, versions, XLA. Entries of other machines are kept as well. What was remembered
    in the process is forgotten. Without this call the file that the environment variable
    `TENSORNET_WISDOM` names is used, if any.

    Args:
        path: name of a JSON file, which need not exist; None remembers in the process alone.

    Raises:
        TypeError: `path` is not a name.
    """
    global _current
    if path is not None:
        try:
            # The process may go elsewhere before it writes.
            path = os.path.abspath(os.fsdecode(path))
        except TypeError:
            raise TypeError('use_wisdom: `path` must be the name of a file or None, but it is '
                            f'{path!r} of type {type(path).__name__}; pass for example '
                            '"wisdom.json"') from None
    _current = Wisdom(path)


def wisdom():
    """Returns the `Wisdom` in use."""
    if _current is None:
        use_wisdom(os.environ.get(VARIABLE) or None)
    return _current


def _read(path):
    """Returns the entries of a file, none where there is no file; ValueError if it is damaged."""
    try:
        with open(path, encoding='utf-8') as file:
            content = json.load(file)
    except FileNotFoundError:
        return {}
    if not isinstance(content, dict) or content.get('format') != FORMAT:
        raise ValueError(f'it is not wisdom of format {FORMAT}')
    machines = content.get('machines')
    if not isinstance(machines, dict) or not all(
            isinstance(layers, dict) for layers in machines.values()):
        raise ValueError('its `machines` are damaged')
    return machines


@contextlib.contextmanager
def _locked(path):
    """Keeps other processes from reading and replacing the file meanwhile."""
    if fcntl is None:
        yield
        return
    with open(os.fspath(path) + '.lock', 'a') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
