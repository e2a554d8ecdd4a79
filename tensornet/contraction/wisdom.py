"""Measured plans that are remembered: in the process, and in a file that the user names.

The word is FFTW's. Nothing here knows of TensorFlow or of what an entry means.
"""

from __future__ import annotations

import json
import os
from typing import Union

from tensornet.folder_lock import locked_folder
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
        if path is None:
            return
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            self._refuse('is not used', f'there is no folder {folder}', 'make it')
            return
        try:
            self._entries = _read(path)
        except OSError as error:
            self._refuse('is not used', error, 'make it readable')
        except ValueError as error:
            self._refuse('is not used, and stays as it is', error, 'remove it')

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
            with locked_folder(os.path.dirname(self.path)):
                for other_machine, layers in _read(self.path).items():
                    known = self._entries.setdefault(other_machine, {})
                    for other_layer, other_entry in layers.items():
                        known.setdefault(other_layer, other_entry)
                content = {'format': FORMAT, 'machines': self._entries}
                write_text(self.path, json.dumps(content, indent=1, sort_keys=True) + '\n')
        except OSError as error:
            self._refuse('cannot be added to', error, 'make it writable')
        except ValueError as error:
            self._refuse('cannot be added to', error, 'remove it')

    def _refuse(self, consequence, error, remedy):
        self._writable = False
        warn(f'wisdom: the file {self.path!r} {consequence}: {error}; {remedy}, or name another '
             'file with `tensornet.contraction.use_wisdom`')


_current = None


def use_wisdom(path: Union[str, os.PathLike, None]) -> None:
    """Reads measured plans from a file, and adds those that are measured from now on to it.

    A plan is looked up by everything that decides it: modes, ranks, batch, type, phase, device,
    cores, threads, versions, XLA. Entries of other machines are kept as well. What was remembered
    in the process is forgotten. Without this call the file that the environment variable
    `TENSORNET_WISDOM` names is used, if any.

    Args:
        path: name of a JSON file, which need not exist, in a folder that does; None remembers in
            the process alone. A file that cannot be read or written is a warning.

    Raises:
        TypeError: `path` is not a name.
        ValueError: `path` is empty, or the name of a folder.
    """
    global _current
    if path is not None:
        try:
            name = os.fsdecode(path)
        except TypeError:
            raise TypeError('use_wisdom: `path` must be the name of a file or None, but it is '
                            f'{path!r} of type {type(path).__name__}; pass for example '
                            '"wisdom.json"') from None
        # The process may go elsewhere before it writes.
        path = os.path.abspath(name)
        is_name = name and '\0' not in name
        if not is_name or os.path.isdir(path):
            raise ValueError('use_wisdom: `path` must be the name of a file or None, but it is '
                             f'{name!r}{", a folder" if is_name else ""}; pass for example '
                             '"wisdom.json"')
    _current = Wisdom(path)


def wisdom():
    """Returns the `Wisdom` in use."""
    if _current is None:
        try:
            use_wisdom(os.environ.get(VARIABLE) or None)
        except ValueError as error:
            raise ValueError(f'the environment variable {VARIABLE}: {error}') from error
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
