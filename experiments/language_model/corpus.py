"""Python sources as the numbers of words, some to train on and some held out."""
import collections
import hashlib
import itertools
import os
import platform

import numpy as np

from experiments.common.missing_data_set import MissingDataSetError
from experiments.language_model.modules import find_modules, standard_library
from experiments.language_model.vocabulary import ids_of, vocabulary_of
from experiments.language_model.words import UnreadableSourceError, words_of

Corpus = collections.namedtuple('Corpus', [
    'name', 'vocabulary', 'train', 'test', 'test_modules', 'unreadable', 'sha256'])
Corpus.__doc__ = """Text of a language model.

Attributes:
    name: what it is, with the version of Python that it is of.
    vocabulary: list of words, see `vocabulary.vocabulary_of`.
    train: list of int32 arrays, the numbers of the words of each training module.
    test: int32 array, those of all held-out modules, one after the other.
    test_modules: how many modules are held out.
    unreadable: how many modules were left out since the running Python cannot read them.
    sha256: of the vocabulary and of all numbers. A run belongs to one text.
"""


def load_corpus(vocabulary_size, data_dir=''):
    """Reads Python sources.

    Args:
        vocabulary_size: words in the vocabulary, at most.
        data_dir: folder of sources; '' means the running Python's standard library.

    Returns:
        A `Corpus`.

    Raises:
        MissingDataSetError: there is nothing to read.
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
    return Corpus(_name(data_dir), vocabulary, train, ids, len(test), unreadable,
                  _sha256(vocabulary, train + [ids]))


def count_words(corpus):
    """The numbers of words in a `Corpus`: those to train on and those held out."""
    return sum(map(len, corpus.train)), len(corpus.test)


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
