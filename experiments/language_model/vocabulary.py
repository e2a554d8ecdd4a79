"""The words that the language model knows."""
import collections

import numpy as np

from experiments.language_model.words import NUMBER, UNKNOWN, stand_in


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
