"""Which modules the language model reads, and which of them are held out."""
import os
import sysconfig
import zlib

from experiments.common.missing_data_set import MissingDataSetError

# Folders that are left out: packages of others; tests, which some distributions of Python ship and
# some do not; and tables and texts that are no code.
_LEFT_OUT = {'site-packages', 'dist-packages', 'test', 'tests', 'idle_test', 'encodings',
             'pydoc_data', '__pycache__'}
# Written when Python is built: other names and values on each machine.
_GENERATED = '_sysconfigdata'

_HELD_OUT_EVERY = 10


def standard_library():
    """The folder of the running Python's standard library."""
    return sysconfig.get_path('stdlib')


def find_modules(folder):
    """Finds the modules below a folder and splits them.

    A module is held out by a hash of its name, so that it is on the same side in every version of
    Python, and whatever other modules there are.

    Args:
        folder: the folder; subfolders of packages of others, of tests and of tables are left out.

    Returns:
        Two sorted lists of names such as `json/decoder.py`: those to train on, about nine tenths,
        and those held out.

    Raises:
        MissingDataSetError: one of the lists is empty.
    """
    names = []
    for parent, children, files in os.walk(folder):
        children[:] = [child for child in children if child not in _LEFT_OUT]
        names += [os.path.relpath(os.path.join(parent, file), folder).replace(os.sep, '/')
                  for file in files if file.endswith('.py') and not file.startswith(_GENERATED)]
    train = sorted(name for name in names if not is_held_out(name))
    test = sorted(name for name in names if is_held_out(name))
    if not train or not test:
        raise MissingDataSetError(
            f'{folder}: expected Python sources, some to train on and some to hold out, found '
            f'{len(train)} and {len(test)}; pass --data_dir, a folder with more of them, such as '
            'the standard library of another Python')
    return train, test


def is_held_out(name):
    """Whether the module of this name, such as `json/decoder.py`, is held out."""
    return zlib.crc32(name.encode('utf-8', 'surrogateescape')) % _HELD_OUT_EVERY == 0
