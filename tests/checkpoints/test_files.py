"""Names of checkpoints are names: what TensorFlow would take for a pattern is no other file."""

import os
import shutil
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import Checkpoint, CheckpointError, files
from tests.checkpoints import written

NAMES = ['m?', 'm*', 'm{a,b}', 'm]', 'm a', ' m', 'm\n', 'm\u00fc', '\u65e5\u672c', "m'", 'm"',
         'm%d', 'm:1', '-m', '~m', '$m', '.m', 'm.', 'm..', 'm.index', 'm.meta',
         'm.data-00000-of-00001', 'm.data', 'm.json', 'checkpoint', 'm-?????-of-00002', 'M',
         'm+(a)', 'm$', '^m']
# These TensorFlow does not find by their own names.
PATTERNS = ['m[a]', 'm[ab]', 'm\\a', 'm\\?', 'm\\']
FILES = ['m.index', 'm.meta', 'm.data-00000-of-00001', 'm-?????-of-00002']
OTHERS = ['m', 'ma', 'mb', 'm1', 'model', 'm-00000-of-00002']


def value_of(prefix):
    return Checkpoint(prefix).read('value')


class NamesTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.saves = tempfile.TemporaryDirectory()
        cls.saved = {
            (value, version): written.save(
                os.path.join(cls.saves.name, f'{value}-{version}'),
                {'value': np.float32(value)}, write_version=version)
            for value in (7, 100) for version in (tf.train.SaverDef.V1, tf.train.SaverDef.V2)}

    @classmethod
    def tearDownClass(cls):
        cls.saves.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def put(self, name, value=7, version=tf.train.SaverDef.V2):
        """Puts a checkpoint there; returns its prefix."""
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        saved = self.saved[value, version]
        for path in files.files_of(saved):
            shutil.copy(path, self.path(name) + path[len(saved):])
        return self.path(name)

    def put_others(self, name, version=tf.train.SaverDef.V2):
        for other in OTHERS:
            if other != name:
                self.put(other, 100, version)

    @parameterized.expand(NAMES)
    def test_reads_the_checkpoint_of_that_name(self, name):
        self.put_others(name)
        prefix = self.put(name)
        self.assertEqual(7, value_of(prefix))
        self.assertEqual({prefix + '.index', prefix + '.data-00000-of-00001'},
                         set(files.files_of(prefix)))

    @parameterized.expand(PATTERNS)
    def test_refuses_what_tensorflow_reads_as_a_pattern(self, name):
        prefix = self.put(name)
        with self.assertRaisesRegex(CheckpointError, 'takes the characters .* for a pattern, and '
                                    'would not read this checkpoint by it; rename'):
            Checkpoint(prefix)

    @parameterized.expand(PATTERNS)
    def test_reads_within_a_folder_of_any_name(self, name):
        self.put(os.path.join(name, 'model.ckpt'))
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.path(name))
        self.assertEqual(7, value_of('model.ckpt'))

    @parameterized.expand([name for name in NAMES + PATTERNS if name not in FILES])
    def test_names_of_nothing(self, name):
        self.put_others(name)
        self.assertEqual([], files.files_of(self.path(name)))
        with self.assertRaisesRegex(CheckpointError, 'there is no checkpoint of that name'):
            Checkpoint(self.path(name))

    @parameterized.expand(['m?', 'm*', 'm[a]', 'm\\a'])
    def test_early_files_that_would_be_read_with_others(self, name):
        self.put_others(name, tf.train.SaverDef.V1)
        prefix = self.put(name, version=tf.train.SaverDef.V1)
        self.assertEqual([prefix], files.files_of(prefix))
        with self.assertRaisesRegex(CheckpointError, 'for a pattern'):
            Checkpoint(prefix)

    def test_early_files_of_another_number(self):
        file = self.put('m-00000-of-00001', version=tf.train.SaverDef.V1)
        self.put('m-00000-of-00002', 100, tf.train.SaverDef.V1)
        self.assertEqual([file], files.files_of(self.path('m-?????-of-00001')))
        self.assertEqual(7, value_of(self.path('m-?????-of-00001')))

    def test_a_prefix_comes_before_a_file_and_a_folder(self):
        self.put('m')
        os.makedirs(self.path('m'))
        self.assertEqual(7, value_of(self.path('m')))
        self.put('m.index', 100)
        self.assertEqual(100, value_of(self.path('m.index')))
        with self.assertRaisesRegex(CheckpointError, 'the folder has no file `checkpoint`'):
            Checkpoint(self.path('m', ''))

    def test_a_folder_is_no_file_of_a_checkpoint(self):
        os.makedirs(self.path('m'))
        self.assertEqual([], files.files_of(self.path('m')))

    def test_a_path_with_a_null_character(self):
        with self.assertRaisesRegex(CheckpointError, r"^'a\\x00b': .*null character"):
            Checkpoint('a\0b')

    def test_a_path_that_is_not_utf_8(self):
        with self.assertRaisesRegex(CheckpointError, r'm\\udcff.: the path is not UTF-8'):
            Checkpoint(self.path('m\udcff'))

    def test_a_path_that_python_does_not_read_as_utf_8(self):
        # Two bytes of UTF-8, as Python reads them where the locale is that of C.
        with self.assertRaisesRegex(CheckpointError, r"m\\xe9': this process does not read paths "
                                    'as UTF-8, as TensorFlow does; set .* PYTHONUTF8=1$'):
            Checkpoint(self.path('m\udcc3\udca9'))

    @parameterized.expand([1, 2, 127, 128, 300])
    def test_number_of_data_files(self, count):
        parts = [self.path(f'part-{k}') for k in range(count)]
        with tf.Graph().as_default(), tf.Session() as session:
            part, name = tf.placeholder(tf.string, []), tf.placeholder(tf.string, [1])
            save = tf.raw_ops.SaveV2(prefix=part, tensor_names=name, shape_and_slices=[''],
                                     tensors=[tf.constant(0.)])
            for path in parts:
                session.run(save, {part: path, name: [path]})
            session.run(tf.raw_ops.MergeV2Checkpoints(
                checkpoint_prefixes=parts, destination_prefix=self.path('all')))
        self.assertEqual(count, files.shard_count_of_index(self.path('all.index')))
        self.assertEqual({count}, {files.shard_count(path) for path in files.files_with_suffix(
            self.path('all'))} - {None})

    @parameterized.expand([b'', b'\0\0', b'\0\0\x06', b'text that is no table'])
    def test_number_of_data_files_of_a_damaged_index(self, content):
        with open(self.path('m.index'), 'wb') as file:
            file.write(content)
        self.assertIsNone(files.shard_count_of_index(self.path('m.index')))


if __name__ == '__main__':
    unittest.main()
