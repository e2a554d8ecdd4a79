"""Conversions that an earlier call has made."""
import json
import os
import tempfile
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.earlier_conversion import converted_once
from tensornet.checkpoints import Checkpoint


class Killed(BaseException):
    """As of a signal: nothing after it is done."""


def write(prefix, rank):
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.get_variable('rank', initializer=rank).initializer)
        tf.train.Saver().save(session, prefix, write_meta_graph=False, write_state=False)


class ConvertedOnceTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = os.path.join(folder.name, 'model.ckpt')
        self.path = os.path.join(folder.name, 'conversion.json')
        self.made = 0

    def convert(self, rank, again=False, is_killed=False):
        def convert():
            self.made += 1
            write(self.prefix, rank)
            if is_killed:
                raise Killed
            return {'error': rank / 10}

        return converted_once(convert, self.prefix, self.path, {'rank': rank}, again)

    def test_the_same_is_not_repeated(self):
        self.assertEqual({'error': 0.3}, self.convert(3))
        self.assertEqual({'error': 0.3}, self.convert(3))
        self.assertEqual(1, self.made)
        self.assertEqual({'error': 0.3}, self.convert(3, again=True))
        self.assertEqual(2, self.made)

    def test_other_settings_are_another_conversion(self):
        self.convert(3)
        self.assertEqual({'error': 0.4}, self.convert(4))
        self.assertEqual((2, 4), (self.made, Checkpoint(self.prefix).read('rank')))

    def test_one_that_was_killed_is_not_taken_for_the_one_before(self):
        self.convert(3)
        with self.assertRaises(Killed):
            self.convert(4, is_killed=True)
        self.assertEqual({'error': 0.3}, self.convert(3))
        self.assertEqual((3, 3), (self.made, Checkpoint(self.prefix).read('rank')))

    @parameterized.expand([('no_file', None), ('no_json', '{"settings"'), ('a_list', '[]'),
                           ('no_result', json.dumps({'settings': {'rank': 3}}))])
    def test_a_file_that_says_nothing(self, _, content):
        self.convert(3)
        os.remove(self.path)
        if content is not None:
            with open(self.path, 'w', encoding='utf-8') as file:
                file.write(content)
        self.assertEqual({'error': 0.3}, self.convert(3))
        self.assertEqual(2, self.made)

    def test_a_checkpoint_that_is_gone(self):
        self.convert(3)
        os.remove(self.prefix + '.index')
        self.convert(3)
        self.assertEqual(2, self.made)


if __name__ == '__main__':
    unittest.main()
