"""Where a report may be written, and writing it together with the checkpoint."""

from __future__ import annotations

import contextlib
import os
from typing import Iterator, Optional

from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write
from tensornet.checkpoints.checkpoint_writer import make_folder
from tensornet.checkpoints.files import (
    files_of,
    files_with_suffix,
    identities,
    index_of,
    without_suffix,
)
from tensornet.checkpoints.latest import FILE
from tensornet.convert.report import START, Report
from tensornet.whole_file import whole_file


def check_report(path: str, prefix: str, source: str, force: bool = False) -> None:
    """Raises unless a report may be written beside a checkpoint.

    Args:
        path: of the report.
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing report may be replaced; never another file.

    Raises:
        CheckpointError: it may not.
    """
    target, output = os.path.realpath(path), os.path.realpath(prefix)
    # A folder above the output may not be there yet.
    if (os.path.basename(path) == '' or os.path.isdir(path)
            or output.startswith(target + os.sep)):
        raise CheckpointError(f'{path}: the report is a folder; pass a file in it as '
                              '`report_path`')
    name = os.path.basename(target)
    if (without_suffix(name.lower()) != name.lower() or name == FILE
            or target == output or identities([path]) & identities(
                files_of(source) + files_with_suffix(prefix) + [index_of(prefix)])):
        raise CheckpointError(f'{path}: the report would be a file of a checkpoint; pass another '
                              '`report_path`')
    # The target of a pipe has no path, and that of a link to itself is the link.
    if (os.path.exists(path) or os.path.lexists(target)) and not os.path.isfile(path):
        raise CheckpointError(f'{path}: the report must be a file, which this is not; pass another '
                              '`report_path`')
    if os.path.lexists(target):
        if not force:
            raise CheckpointError(f'{path}: the report exists; pass another `report_path`, or '
                                  '`force=True` to replace it')
        if not _is_report(path):
            raise CheckpointError(f'{path}: there is a file of this name, which is no report of a '
                                  'conversion; it is not replaced, so move it away or pass another '
                                  '`report_path`')
    folder = os.path.dirname(target)
    if folder != os.path.dirname(output) and not os.path.isdir(folder):
        raise CheckpointError(f'{path}: the folder of the report does not exist; make it, or pass '
                              'another `report_path`')


@contextlib.contextmanager
def written_report(report: Report, path: Optional[str]) -> Iterator[None]:
    """Context in which a checkpoint is written, so that there is no report without it.

    Args:
        report: `Report`. It is written before the block, and gets its name after it.
        path: of its file; None writes no report.

    Raises:
        CheckpointError: it cannot be written.
    """
    if path is None:
        yield
        return
    make_folder(report.output or path)
    try:
        with whole_file(path) as temporary:
            with open(temporary, 'w', encoding='utf-8') as file:
                file.write(report.as_json())
            yield
    except OSError as error:
        raise cannot_write(path, error) from error


def _is_report(path):
    """Returns whether a file begins as one of a report does, or is empty."""
    with open(path, 'rb') as file:
        return file.read(len(START)) in (START.encode(), b'')
