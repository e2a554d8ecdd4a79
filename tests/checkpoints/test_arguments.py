"""Paths, sessions and flags that are none, in all functions that take them."""

import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints, convert, cost
from tests.checkpoints.written import save

REQUEST = convert.Request('fc', target={'ranks': 1})


def _save(*arguments, **options):
    with tf.Graph().as_default():
        tf.get_variable('v', [1])
        return checkpoints.Saver(*arguments, **options)


def _restore(session, path):
    with tf.Graph().as_default():
        tf.get_variable('v', [1])
        checkpoints.Saver().restore(session or tf.Session(), path)


class ArgumentsTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = save(folder.name, {'fc/weights': np.ones([4, 4], np.float32)})

    @parameterized.expand([
        ('Checkpoint: `path`', lambda path: checkpoints.Checkpoint(path)),
        ('rewrite: `source`', lambda path: checkpoints.rewrite(path, 'x')),
        ('Saver.restore: `save_path`', lambda path: _restore(None, path)),
        ('convert_checkpoint: `source`',
         lambda path: convert.convert_checkpoint(path, 'x', [REQUEST])),
        ('of_checkpoint: `source`', cost.of_checkpoint)])
    def test_a_source_is_a_path(self, argument, function):
        for path in (3, [], 1.5, object()):
            with self.assertRaisesRegex(TypeError, f'^{argument} must be a path, but it is '):
                function(path)
        with self.assertRaisesRegex(checkpoints.CheckpointError, '^None: there is no checkpoint'):
            function(None)

    @parameterized.expand([
        ('rewrite: `output`', lambda source, path: checkpoints.rewrite(source, path)),
        ('convert_checkpoint: `output`',
         lambda source, path: convert.convert_checkpoint(source, path, [REQUEST])),
        ('convert_checkpoint: `report_path`', lambda source, path: convert.convert_checkpoint(
            source, None, [REQUEST], dry_run=True, report_path=path))])
    def test_an_output_is_a_path(self, argument, function):
        for path in (3, [], 1.5):
            with self.assertRaisesRegex(TypeError, f'^{argument} must be a path, but it is '):
                function(self.prefix, path)

    def test_paths_of_bytes(self):
        output = os.fsencode(self.prefix + '-new')
        checkpoints.rewrite(os.fsencode(self.prefix), output)
        self.assertEqual([4, 4], checkpoints.Checkpoint(output).shapes['fc/weights'])
        convert.convert_checkpoint(output, output + b'-tt', [REQUEST])
        self.assertNotIn('fc/weights', checkpoints.Checkpoint(output + b'-tt').shapes)

    @parameterized.expand([
        ('assign: `session`', lambda session: convert.assign(session, 'a', {})),
        ('read: `session`', lambda session: convert.read(session, 'a')),
        ('Saver.restore: `sess`', lambda session: _restore(session, 'x'))])
    def test_a_session(self, argument, function):
        for session in (3, 'session', tf.Graph()):
            with self.assertRaisesRegex(TypeError, f'^{argument} must be a `tf.Session`, but it '):
                function(session)

    @parameterized.expand([('reshape',), ('strict',)])
    def test_flags_of_the_saver(self, name):
        with self.assertRaisesRegex(TypeError, f'^Saver: `{name}` must be True or False'):
            _save(**{name: 'yes'})

    def test_a_flag_of_checkpoints(self):
        with self.assertRaisesRegex(TypeError, '^Checkpoint: `object_based` must be True or False'):
            checkpoints.Checkpoint(self.prefix, 'yes')

    def test_a_tag(self):
        with self.assertRaisesRegex(TypeError, "^text_summary: `tag` must be text, but it is 3; "):
            cost.text_summary(tf.Graph(), 3)


if __name__ == '__main__':
    unittest.main()
