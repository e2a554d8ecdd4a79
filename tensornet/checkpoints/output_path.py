"""Where a checkpoint, and a report about it, may be written."""
import os
import stat

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.files import (
    files_of,
    files_with_suffix,
    index_of,
    without_suffix,
)
from tensornet.checkpoints.prefix import check_encoding

_STATE_FILE = 'checkpoint'


def check_output(prefix, source, force=False, remedy='pass another one'):
    """Raises unless a checkpoint may be written.

    Args:
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing checkpoint may be replaced; never the source.
        remedy: what to do where it may not.

    Raises:
        CheckpointError: it may not.
    """
    check_encoding(prefix)
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
    if os.path.realpath(prefix) == os.path.realpath(source) or _identities(
            existing + [prefix]) & _identities(files_of(source)):
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


def check_report(path, prefix, source, force=False):
    """Raises unless a report may be written beside a checkpoint.

    Args:
        path: of the report.
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing report may be replaced; never a file of a checkpoint.

    Raises:
        CheckpointError: it may not.
    """
    if os.path.basename(path) == '' or os.path.isdir(path):
        raise CheckpointError(f'{path}: the report is a folder; pass a file in it with --json')
    target = os.path.realpath(path)
    name = os.path.basename(target)
    if (without_suffix(name.lower()) != name.lower() or name == _STATE_FILE
            or target == os.path.realpath(prefix) or _identities([path]) & _identities(
                files_of(source) + files_with_suffix(prefix) + [index_of(prefix)])):
        raise CheckpointError(f'{path}: the report would be a file of a checkpoint; pass another '
                              'file with --json')
    if os.path.lexists(target) and not stat.S_ISREG(os.stat(target).st_mode):
        raise CheckpointError(f'{path}: the report must be a file, which this is not; pass another '
                              'one with --json')
    if os.path.lexists(target) and not force:
        raise CheckpointError(f'{path}: the report exists; pass another --json, or --force to '
                              'replace it')
    folder, made = os.path.dirname(target), os.path.dirname(os.path.realpath(prefix))
    if folder != made and not os.path.isdir(folder):
        raise CheckpointError(f'{path}: the folder of the report does not exist; make it, or pass '
                              'another file with --json')


def _is_data(path):
    return not path.endswith(('.index', '.meta'))


def _identities(paths):
    """What tells files apart that have several names: links, or upper and lower case."""
    found = set()
    for path in paths:
        if os.path.exists(path):
            status = os.stat(path)
            found.add((status.st_dev, status.st_ino))
    return found
