"""Python sources as places of words in a vocabulary, some to train on and some held out."""
import collections
import hashlib
import itertools
import os
import platform
import sysconfig
import zlib

import numpy as np

from experiments.common.errors import MissingDataSetError
from experiments.language_model.words import (
    NUMBER,
    UNKNOWN,
    UnreadableSourceError,
    stand_in,
    words_of,
)

# Folders that are left out: packages of others; tests, which some distributions of Python ship and
# some do not; and tables and texts that are no code.
_LEFT_OUT = {'site-packages', 'dist-packages', 'test', 'tests', 'idle_test', 'encodings',
             'pydoc_data', '__pycache__'}
# Written when Python is built: other names and values on each machine.
_GENERATED = '_sysconfigdata'

_HELD_OUT_EVERY = 10

Corpus = collections.namedtuple('Corpus', [
    'name', 'vocabulary', 'train', 'test', 'test_modules', 'unreadable', 'sha256'])
Corpus.__doc__ = """Text of a language model.

Attributes:
    name: what it is, with the version of Python that it is of.
    vocabulary: list of words, see `vocabulary_of`.
    train: list of int32 arrays, the places in it of the words of each training module.
    test: int32 array, those of all held-out modules, one after the other.
    test_modules: how many modules are held out.
    unreadable: how many modules were left out since the running Python cannot read them.
    sha256: of the vocabulary and of all words. A run belongs to one text.
"""


def load_corpus(vocabulary_size, data_dir=''):
    """Reads Python sources.

    Args:
        vocabulary_size: words in the vocabulary, at most.
        data_dir: folder of sources; '' means the running Python's standard library.

    Returns:
        A `Corpus`.

    Raises:
        MissingDataSetError: there is nothing to read, or too little to hold out.
    """
    folder = data_dir or standard_library()
    parts, unreadable = [], 0
    for names in find_modules(folder):
        modules = [_read(folder, name) for name in names]
        parts.append([words for words in modules if words is not None])
        unreadable += sum(words is None for words in modules)
    train, test = parts
    if not train or not test:
        raise MissingDataSetError(
            f'{folder}: Python {platform.python_version()} cannot read {unreadable} of the sources '
            'there, and too few are left; pass --data_dir, a folder with others')
    vocabulary = vocabulary_of(train, vocabulary_size)
    train = [ids_of(words, vocabulary) for words in train]
    ids = ids_of(list(itertools.chain.from_iterable(test)), vocabulary)
    if len(ids) < 2:
        # The perplexity is that of the words from the second on.
        raise MissingDataSetError(
            f'{folder}: expected at least two words in the modules to hold out, found {len(ids)}; '
            'pass --data_dir, a folder with more sources')
    return Corpus(_name(data_dir), vocabulary, train, ids, len(test), unreadable,
                  _sha256(vocabulary, train + [ids]))


def count_words(corpus):
    """The numbers of words in a `Corpus`: those to train on and those held out."""
    return sum(map(len, corpus.train)), len(corpus.test)


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


def vocabulary_of(modules, size):
    """Chooses the most frequent words.

    Args:
        modules: list of lists of words, those of the training modules.
        size: how many words at most, at least 3.

    Returns:
        List of at most `size` strings: the two that stand for others, then words as they stand,
        from the most frequent on, in the order of their characters where they are equally frequent.
    """
    counts = collections.Counter(word for words in modules for word in words)
    for word in (UNKNOWN, NUMBER):
        counts.pop(word, None)
    frequent = sorted(counts, key=lambda word: (-counts[word], word))
    return [UNKNOWN, NUMBER] + frequent[:size - 2]


def ids_of(words, vocabulary):
    """The places of words in a vocabulary.

    Args:
        words: list of strings.
        vocabulary: list of strings from `vocabulary_of`.

    Returns:
        int32 array `[len(words)]`.
    """
    places = {word: place for place, word in enumerate(vocabulary)}
    found = (places[word if word in places else stand_in(word)] for word in words)
    return np.fromiter(found, np.int32, len(words))


def _read(folder, name):
    """The words of a module, or None where it cannot be read."""
    try:
        with open(os.path.join(folder, name), 'rb') as file:
            return words_of(file.read())
    except (UnreadableSourceError, OSError):
        return None


def _name(data_dir):
    if data_dir:
        return os.path.basename(os.path.abspath(data_dir))
    return f'standard library of Python {platform.python_version()}'


def _sha256(vocabulary, ids):
    found = hashlib.sha256('\n'.join(vocabulary).encode('utf-8', 'surrogateescape'))
    for some in ids:
        found.update(np.asarray(some, '<i4').tobytes())
    return found.hexdigest()
