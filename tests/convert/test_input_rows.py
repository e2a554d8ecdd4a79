"""In which batches the inputs of a layer come to a fit."""

import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from tensornet import convert
from tensornet.convert import input_rows
from tensornet.convert.input_rows import InputRows

MATRIX = convert.tt_from_dense(np.ones([4, 6]), [2, 2], [2, 3], ranks=1)
KERNEL = convert.tt_conv_from_dense(np.ones([3, 3, 2, 4]), [1, 2], [2, 2], ranks=1)


def rows_of(inputs, weights=MATRIX, padding='SAME'):
    return InputRows('fit', inputs, weights, (1, 1), padding, (1, 1))


def numbered(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


class BlocksTest(unittest.TestCase):

    @parameterized.expand([(4, [1] * 10), (12, [3, 3, 3, 1]), (15, [3, 3, 3, 1]), (16, [4, 4, 2]),
                           (40, [10]), (1 << 23, [10]), (1, [1] * 10)])
    def test_rows_of_a_matrix(self, elements, sizes):
        inputs = numbered(10, 4)
        with mock.patch.object(input_rows, '_BLOCK', elements):
            blocks = list(rows_of(inputs))
        self.assertEqual(sizes, [len(block) for block in blocks])
        np.testing.assert_array_equal(inputs, np.concatenate(blocks))

    @parameterized.expand([('SAME', 20, 2), ('VALID', 6, 7)])
    def test_patches_of_images(self, padding, positions, images):
        # A patch has 18 elements; a block takes whole images.
        inputs = numbered(9, 4, 5, 2)
        with mock.patch.object(input_rows, '_BLOCK', 18 * positions * images):
            blocks = list(rows_of(inputs, KERNEL, padding))
        whole, = rows_of(inputs, KERNEL, padding)
        self.assertEqual(positions * images, len(blocks[0]))
        self.assertEqual(9 * positions, len(whole))
        np.testing.assert_array_equal(whole, np.concatenate(blocks))


class RandomBatchesTest(unittest.TestCase):

    @parameterized.expand([(1,), (3,), (4,), (10,)])
    def test_as_many_as_are_asked_for_and_the_same_each_time(self, count):
        rows = rows_of(numbered(2000, 4))
        first, second = [list(rows.random_batches(count)) for _ in range(2)]
        self.assertEqual([512] * count, [len(batch) for batch in first])
        for one, other in zip(first, second):
            np.testing.assert_array_equal(one, other)

    def test_an_example_comes_once_before_it_comes_again(self):
        batches = list(rows_of(numbered(2000, 4)).random_batches(6))
        for three in batches[:3], batches[3:]:
            self.assertEqual(3 * 512, len({row[0] for batch in three for row in batch}))
        # Another order each time, and within a batch that of the file.
        self.assertFalse(np.array_equal(batches[0], batches[3]))
        for batch in batches:
            self.assertTrue((np.diff(batch[:, 0]) > 0).all())

    @parameterized.expand([(1024, 2), (1023, 1), (1535, 2), (1536, 3)])
    def test_whole_batches_alone(self, count, batches):
        made = list(rows_of(numbered(count, 4)).random_batches(batches + 1))
        self.assertEqual([512] * len(made), [len(batch) for batch in made])
        seen = np.concatenate([batch[:, 0] for batch in made])
        self.assertEqual(512 * batches, len(set(seen[:512 * batches])))
        self.assertLess(len(set(seen)), len(seen))

    @parameterized.expand([(1,), (100,), (512,), (513,), (1023,)])
    def test_few_examples(self, count):
        batch, = rows_of(numbered(count, 4)).random_batches(1)
        self.assertEqual(min(count, 512), len(batch))

    @parameterized.expand([
        # Patches of an image, images of a batch, and rows of it.
        ('small', 4, 32, 512), ('sixteen_at_least', 8, 16, 1024), ('a_part', 12, 16, 1024)])
    def test_images(self, _, size, images, expected):
        inputs = numbered(40, size, size, 2)
        batch, = rows_of(inputs, KERNEL).random_batches(1)
        self.assertEqual(expected, len(batch))
        # The middle of a patch says which image it is of.
        seen = {int(row[8]) // (size * size * 2) for row in batch}
        self.assertEqual(images, len(seen))

    def test_batches_of_an_iterable_come_in_their_order(self):
        batches = [numbered(3, 4), -numbered(1100, 4), np.zeros([0, 4], np.float32),
                   numbered(5, 4) + 1]
        made = list(rows_of(batches).random_batches(7))
        self.assertEqual([3, 1024, 5, 3, 1024, 5, 3], [len(batch) for batch in made])
        np.testing.assert_array_equal(batches[0], made[3])
        np.testing.assert_array_equal(batches[3], made[5])
        self.assertEqual(1024, len({row[0] for row in made[1]}))


if __name__ == '__main__':
    unittest.main()
