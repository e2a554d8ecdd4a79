"""The files of the command: which there are, and writing the new ones."""

import collections
import os
import re
import shutil

from tensornet.whole_file import whole_file

# `name` is relative to the folder that is ported. A file with a `remark` is not ported.
File = collections.namedtuple('File', ['path', 'name', 'is_script', 'is_folder', 'remark'])

_LINK = 'symbolic link to a folder, which is not followed; port that folder by itself'
_BROKEN = 'symbolic link to nothing'
_NOT_A_FILE = 'neither a file nor a folder'
_NOTEBOOK = 'notebook: copied as it is; export it as a script to port it'


# The remark of what is not to be written.
LEFT_OUT = 'left out'


class FilesError(ValueError):
    """The input cannot be read, or the output would destroy something."""


def find(path, out):
    """Lists the files of the input.

    Hidden files and folders, `__pycache__`, files `.pyc` and the output folder are left out.

    Args:
        path: a script or a folder.
        out: the output folder, or None.

    Returns:
        List of File, sorted by name, folders before what is in them.

    Raises:
        FilesError: there is no such input.
    """
    if os.path.isfile(path):
        remark = _NOTEBOOK if path.endswith('.ipynb') else None
        return [File(path, os.path.basename(path), remark is None, False, remark)]
    if not os.path.isdir(path):
        raise FilesError(f'there is no file or folder {path}')
    found, unreadable, output = [], [], _identities([_without_steps_back(out)] if out else [])
    for folder, folders, names in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not _is_left_out(name) and not (
            output & _identities([os.path.join(folder, name)])))
        for name in sorted(folders + names):
            if not _is_left_out(name):
                full = os.path.join(folder, name)
                found.append(_describe(full, os.path.relpath(full, path)))
    if unreadable and not found:
        raise FilesError(str(unreadable[0]))
    remarks = {os.path.relpath(error.filename, path): _unreadable(error)
               for error in unreadable}
    return [file._replace(remark=file.remark or remarks.get(file.name)) for file in found]


def write(found, contents, out):
    """Writes the ported files, each to a temporary name first; copies the others.

    A file that is there already with the same content is left alone.

    Args:
        found: list of File.
        contents: list of bytes, one for each, or None to copy the file.
        out: the output folder.

    Raises:
        FilesError: a file would replace one of the input, or one with another content; then
            nothing is written. Or a file cannot be written; those before it are complete then.
    """
    out = _without_steps_back(out)
    targets = [os.path.join(out, file.name) for file in found]
    for file, target in zip(found, targets):
        _check_folder(os.path.dirname(file.name), target, out)
    inputs = _identities(file.path for file in found)
    missing = [_needs_writing(file, content, target, inputs)
               for file, content, target in zip(found, contents, targets)]
    for file, content, target, needed in zip(found, contents, targets, missing):
        if file.is_folder and not file.remark:
            _make_folder(target)
        elif needed:
            _make_folder(os.path.dirname(target))
            _write(file, content, target)


def _without_steps_back(path):
    """Returns a path that leads to the same also while a folder before `..` is not there."""
    return os.path.realpath(path) if os.pardir in path.split(os.sep) else path


def _describe(path, name):
    if os.path.isdir(path):
        return File(path, name, False, True, _LINK if os.path.islink(path) else None)
    if not os.path.isfile(path):
        return File(path, name, False, False, _NOT_A_FILE if os.path.lexists(path)
                    and not os.path.islink(path) else _BROKEN)
    try:
        with open(path, 'rb') as file:
            first_line = file.readline(200)
    except OSError as error:
        return File(path, name, False, False, _unreadable(error))
    if name.endswith('.ipynb'):
        return File(path, name, False, False, _NOTEBOOK)
    is_script = name.endswith('.py') or '.' not in os.path.basename(path) and (
        re.match(br'#!.*python', first_line) is not None)
    return File(path, name, is_script, False, None)


def _is_left_out(name):
    return name.startswith('.') or name == '__pycache__' or name.endswith('.pyc')


def _identities(paths):
    """Returns what tells the files and folders of the paths from others, whatever their names."""
    return {(status.st_dev, status.st_ino) for status in map(os.stat, filter(
        os.path.exists, paths))}


def _check_folder(name, target, out):
    """Raises where a link in the output leads out of it, maybe into the input."""
    folder = os.path.dirname(target)
    if os.path.realpath(folder) != os.path.normpath(os.path.join(os.path.realpath(out), name)):
        raise FilesError(f'{folder} leads out of the output by a symbolic link; name another '
                         'folder with --out')


def _needs_writing(file, content, target, inputs):
    """Whether a file is to be written; raises where that would destroy another one."""
    if file.remark not in (None, _NOTEBOOK):
        return False
    if not os.path.lexists(target):
        return True
    if file.is_folder:
        if not os.path.isdir(target):
            raise FilesError(f'{target} is no folder; name another one with --out')
        return False
    if inputs & _identities([target]):
        raise FilesError(f'{target} is a file of the input; name another folder with --out')
    if os.path.isdir(target):
        raise FilesError(f'{target} is a folder; name another one with --out')
    if os.path.islink(target) or not os.path.isfile(target) or not _equal(file, content, target):
        raise FilesError(f'{target} exists and differs from what would be written; move it away or '
                         'name another folder with --out')
    return False


def _equal(file, content, target):
    if content is None:
        with open(file.path, 'rb') as original:
            content = original.read()
    with open(target, 'rb') as existing:
        return existing.read() == content


def _make_folder(path):
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise FilesError(f'the folder {path} cannot be made ({error.strerror}); name another one '
                         'with --out') from error


def _write(file, content, target):
    try:
        _write_and_rename(file, content, target)
    except OSError as error:
        raise FilesError(f'{target} cannot be written ({error.strerror}); make room or change '
                         'the permissions, then run the command again; the files already written '
                         'are complete') from error


def _write_and_rename(file, content, target):
    # Where case does not count, an earlier file of the input may have taken the name.
    if os.path.lexists(target):
        raise FilesError(f'{target} is the name of two files; name a folder with --out where upper '
                         'and lower case differ')
    with whole_file(target) as temporary:
        if content is None:
            shutil.copyfile(file.path, temporary)
        else:
            with open(temporary, 'wb') as output:
                output.write(content)
        shutil.copymode(file.path, temporary)


def _unreadable(error):
    return f'cannot be read ({error.strerror}), so it is left out'
