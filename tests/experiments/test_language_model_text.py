"""Python sources as words: which modules, which words, which of them in the vocabulary."""
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.errors import MissingDataSetError
from experiments.language_model.corpus import (
    count_words,
    find_modules,
    ids_of,
    is_held_out,
    load_corpus,
    standard_library,
    vocabulary_of,
)
from experiments.language_model.windows import ShortTextError, training_windows, windows_per_epoch
from experiments.language_model.words import UnreadableSourceError, stand_in, words_of
from tests.experiments.python_sources import write_sources

SOURCE = b'''#!/usr/bin/env python
"""A module."""
import os
# About A.

class A:
    # Inside.
    "doc"
    x = "a" 'b'  # e
    def f(self, n=0.5):
        """d"""
        return f"{n!r:{self}} {'deep'}" + b"""x
"""
'''


class WordsTest(unittest.TestCase):

    def test_a_source(self):
        self.assertEqual(
            '<module> <comment> <docstring> <newline> import os <newline> <comment> class A : '
            '<newline> <comment> <indent> <docstring> <newline> x = <string> <string> <comment> '
            '<newline> def f ( self , n = 0.5 ) : <newline> <indent> <docstring> <newline> return '
            '<string> + <string> <newline> <dedent> <dedent>'.split(), words_of(SOURCE))

    @parameterized.expand([(b'', ['<module>']), (b'\n\n# a\n', ['<module>', '<comment>']),
                           (b'a', ['<module>', 'a', '<newline>']),
                           (b'# coding: latin-1\n\xe9 = 1\n', [
                               '<module>', '<comment>', '\xe9', '=', '1', '<newline>']),
                           (b'f"{a!r}{b:{c}}" f"{c}"', ['<module>', '<docstring>', '<string>',
                                                        '<newline>'])])
    def test_odd_sources(self, source, words):
        self.assertEqual(words, words_of(source))

    @parameterized.expand([(b'f(\n',), (b'if a:\n    b\n  c\n',), (b'# coding: none\n',),
                           (b'\xff\xfe\n',), (b'a ? b\n',), (b'a = $\n',), (b"x = 'abc\n",)])
    def test_what_cannot_be_read(self, source):
        with self.assertRaises(UnreadableSourceError):
            words_of(source)

    @parameterized.expand([('0x1f', '<number>'), ('.5', '<number>'), ('1_000', '<number>'),
                           ('.', '<unk>'), ('...', '<unk>'), ('name1', '<unk>'),
                           ('_1', '<unk>')])
    def test_what_stands_for_an_unknown_word(self, word, expected):
        self.assertEqual(expected, stand_in(word))


class ModulesTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, *names):
        for name in names:
            path = os.path.join(self.folder, *name.split('/'))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, 'w').close()

    def test_tests_tables_and_packages_of_others_are_left_out(self):
        kept = [f'{part}module_{number}.py' for part in ('', 'a/', 'a/b/') for number in range(20)]
        self.write(*kept)
        self.write('test/a.py', 'a/tests/b.py', 'site-packages/c.py', 'encodings/d.py',
                   '_sysconfigdata_linux.py', 'a/readme.txt', 'a/__pycache__/a.py')
        train, test = find_modules(self.folder)
        self.assertEqual(sorted(kept), sorted(train + test))
        self.assertEqual([sorted(train), sorted(test)], [train, test])
        self.assertEqual([False, True], [all(map(is_held_out, names)) for names in (train, test)])

    def test_the_split_is_the_same_everywhere(self):
        self.assertEqual(
            [False, True, False, True],
            [is_held_out(name) for name in (
                'os.py', 'copy.py', 'json/decoder.py', 'part_1/module_5.py')])

    def test_the_standard_library_is_there_and_a_tenth_is_held_out(self):
        train, test = find_modules(standard_library())
        self.assertIn('json/encoder.py', train + test)
        self.assertGreater(len(train) + len(test), 400)
        self.assertAlmostEqual(0.1, len(test) / (len(train) + len(test)), delta=0.04)

    def test_an_empty_folder(self):
        with self.assertRaisesRegex(MissingDataSetError, f'^{self.folder}: expected Python '
                                    'sources, .* found 0 and 0; pass --data_dir'):
            load_corpus(100, self.folder)

    def test_a_held_out_module_without_words(self):
        # One of them is held out; an empty module has the one word with which it begins.
        self.write('os.py', 'copy.py')
        with self.assertRaisesRegex(MissingDataSetError, f'^{self.folder}: expected at least two '
                                    'words in the modules to hold out, found 1; pass --data_dir'):
            load_corpus(100, self.folder)

    def test_modules_that_cannot_be_read_are_counted(self):
        write_sources(self.folder)
        whole = load_corpus(30, self.folder)
        name = find_modules(self.folder)[0][0]
        with open(os.path.join(self.folder, name), 'w') as file:
            file.write('f(')
        corpus = load_corpus(30, self.folder)
        self.assertEqual((0, 1), (whole.unreadable, corpus.unreadable))
        self.assertEqual(len(whole.train) - 1, len(corpus.train))
        self.assertNotEqual(whole.sha256, corpus.sha256)
        for name in sum(find_modules(self.folder), []):
            with open(os.path.join(self.folder, name), 'w') as file:
                file.write('f(')
        with self.assertRaisesRegex(MissingDataSetError, 'cannot read 40 of the sources'):
            load_corpus(30, self.folder)

    def test_a_corpus(self):
        write_sources(self.folder)
        corpus = load_corpus(30, self.folder)
        self.assertEqual(os.path.basename(self.folder), corpus.name)
        self.assertEqual(30, len(corpus.vocabulary))
        self.assertEqual(40, len(corpus.train) + corpus.test_modules)
        # Each module has as many words.
        train, test = count_words(corpus)
        self.assertEqual(test * len(corpus.train), train * corpus.test_modules)
        self.assertEqual(corpus.sha256, load_corpus(30, self.folder).sha256)
        self.assertNotEqual(corpus.sha256, load_corpus(29, self.folder).sha256)


class VocabularyTest(unittest.TestCase):

    def test_the_most_frequent_words(self):
        modules = [['b', 'b', 'c', 'c', '<unk>', '<unk>', '<unk>'], ['a', '7', 'b']]
        self.assertEqual(['<unk>', '<number>', 'b', 'c', '7'], vocabulary_of(modules, 5))
        self.assertEqual(['<unk>', '<number>', 'b', 'c', '7', 'a'], vocabulary_of(modules, 99))

    def test_others_have_a_stand_in(self):
        ids = ids_of(['b', '5', 'x', '2'], ['<unk>', '<number>', 'b', '2'])
        self.assertEqual((np.int32, [2, 1, 0, 3]), (ids.dtype, ids.tolist()))


class WindowsTest(unittest.TestCase):
    modules = [np.arange(start, start + size, dtype=np.int32)
               for start, size in ((0, 5), (100, 7), (200, 12))]

    def windows(self, count, first_step=0, seed=3):
        with tf.Graph().as_default(), tf.Session() as session:
            found = tf.data.make_one_shot_iterator(training_windows(
                self.modules, 2, 3, seed, first_step)).get_next()
            self.assertEqual([[2, 4], []], [tensor.shape.as_list() for tensor in found])
            return [session.run(found) for _ in range(count)]

    def test_windows_of_a_row_follow_each_other_through_an_epoch(self):
        self.assertEqual(3, windows_per_epoch(24, 2, 3))
        for epoch in range(2):
            windows = [words for words, _ in self.windows(6)[3 * epoch:3 * epoch + 3]]
            for one, other in zip(windows, windows[1:]):
                np.testing.assert_array_equal(one[:, -1], other[:, 0])
            first, second = np.concatenate([words[:, :-1] for words in windows], axis=1)
            text = np.concatenate([first, second, windows[-1][1:, -1]])
            # The second row goes on where the first one ends.
            self.assertEqual(windows[-1][0, -1], second[0])
            # Within a module each word is one more than that before.
            self.assertEqual({0, 100, 200}, set(text[:1]) | set(text[1:][np.diff(text) != 1]))

    def test_the_order_of_modules_depends_on_epoch_and_seed(self):
        texts = {str([words.tolist() for words, _ in windows]) for windows in (
            self.windows(3), self.windows(6)[3:], self.windows(3, seed=4))}
        self.assertEqual(3, len(texts))

    @parameterized.expand([(1,), (3,), (5,)])
    def test_a_later_start_sees_what_an_uninterrupted_run_does(self, first):
        for (words, step), (expected, number) in zip(self.windows(4, first),
                                                     self.windows(9)[first:]):
            np.testing.assert_array_equal(expected, words)
            self.assertEqual(number, step)

    def test_a_text_that_is_too_short(self):
        self.assertEqual(1, windows_per_epoch(7, 2, 3))
        with self.assertRaisesRegex(ShortTextError, 'needs 7 words, but the training modules have '
                                    '6; pass a smaller --batch_size or --window'):
            windows_per_epoch(6, 2, 3)
