"""Where a checkpoint may be written."""

from __future__ import annotations

import os
from typing import Optional, Tuple

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.files import (
    files_of,
    files_with_suffix,
    identities,
    index_of,
    without_suffix,
)
from tensornet.checkpoints.prefix import check_encoding


def check_output(prefix: str, source: str, force: bool = False,
                 remedy: str = 'pass another one') -> Optional[Tuple[int, ...]]:
    """Raises unless a checkpoint may be written.

    Args:
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing checkpoint may be replaced; never the source.
        remedy: what to do where it may not.

    Returns:
        The `version_of` what is there now, for `write_checkpoint`.

    Raises:
        CheckpointError: it may not.
    """
    check_encoding(prefix)
    version = version_of(prefix)
    name = os.path.basename(prefix)
    if name in ('', os.curdir, os.pardir) or os.path.isdir(prefix):
        raise CheckpointError(f'{prefix}: the output is a folder; pass the prefix of a checkpoint '
                              f'in it, such as {os.path.join(prefix, "model.ckpt")}')
    if without_suffix(name) != name:
        raise CheckpointError(f'{prefix}: the output is named like a file of a checkpoint; pass a '
                              f'prefix, such as {without_suffix(prefix)}')
    if '://' in prefix:
        raise CheckpointError(f'{prefix}: the output must be in a local folder; copy it from there')
    if '[' in prefix or '\\' in prefix:
        raise CheckpointError(
            f'{prefix}: TensorFlow takes [ and \\ in the path of a checkpoint for a pattern, so it '
            'would not find the output; pass one without them, such as a relative path from inside '
            'the folder')
    # The index also by its name: where case does not count, a folder lists it in another one.
    index = index_of(prefix)
    existing = files_with_suffix(prefix) + ([index] if os.path.lexists(index) else [])
    if os.path.realpath(prefix) == os.path.realpath(source) or identities(
            existing + [prefix]) & identities(files_of(source)):
        raise CheckpointError(f'{prefix}: the output is the input, which is never modified; pass '
                              'another output')
    if os.path.lexists(prefix):
        raise CheckpointError(
            f'{prefix}: the output exists; {remedy}' if not force else
            f'{prefix}: there is a file of this name, which is no checkpoint or one of TensorFlow '
            'before 0.12; it is not replaced, so move it away or pass another output')
    for path in existing:
        if not os.path.isfile(path):
            raise CheckpointError(f'{path}: the output needs this name, which is no file; pass '
                                  'another output')
        # Data without an index are of no checkpoint: what a process left that was killed.
        if not force and not _is_data(path):
            raise CheckpointError(f'{prefix}: the output exists; {remedy}')
    return version


def version_of(prefix: str) -> Optional[Tuple[int, ...]]:
    """Returns what tells whether a checkpoint has been written anew, None where there is none."""
    try:
        status = os.lstat(index_of(prefix))
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _is_data(path):
    return not path.endswith(('.index', '.meta'))
