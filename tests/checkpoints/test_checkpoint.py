"""Where checkpoints are found, and what is said where they are not or are damaged."""

import os
import pathlib
import shutil
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import Checkpoint, CheckpointError
from tests.checkpoints import trained, written

VALUES = {'a/weights': np.arange(6, dtype=np.float32).reshape(3, 2), 'step': np.int64(5)}


class CheckpointTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def assert_reads(self, path):
        checkpoint = Checkpoint(path)
        self.assertEqual({'a/weights': [3, 2], 'step': []}, checkpoint.shapes)
        self.assertEqual({'a/weights': tf.float32, 'step': tf.int64}, checkpoint.dtypes)
        for name, value in VALUES.items():
            np.testing.assert_array_equal(value, checkpoint.read(name))
        return checkpoint

    def assert_raises(self, message, path):
        with self.assertRaisesRegex(CheckpointError, message):
            Checkpoint(path)

    @parameterized.expand(['', '.index', '.meta', '.data-00000-of-00001'])
    def test_a_prefix_or_one_of_its_files(self, suffix):
        prefix = written.save(self.folder, VALUES, 'model.ckpt-60')
        self.assertEqual(prefix, self.assert_reads(prefix + suffix).prefix)

    @parameterized.expand([('text', str), ('bytes', os.fsencode), ('object', pathlib.Path)])
    def test_a_path_of_any_type(self, _, kind):
        self.assert_reads(kind(written.save(self.folder, VALUES)))

    def test_a_folder_means_its_latest(self):
        written.save(self.folder, {'old': np.float32(1)}, 'model.ckpt-50')
        prefix = written.save(self.folder, VALUES, 'model.ckpt-60')
        self.assertEqual(prefix, self.assert_reads(self.folder).prefix)

    def test_relative_paths(self):
        written.save(self.folder, VALUES)
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        self.assert_reads('model.ckpt')
        self.assert_reads('.')

    @parameterized.expand([('one_file', False), ('shards', True)])
    def test_the_format_of_early_versions(self, _, sharded):
        prefix = written.save(self.folder, VALUES, write_version=tf.train.SaverDef.V1,
                              sharded=sharded)
        self.assertFalse(os.path.exists(self.path('model.ckpt.index')))
        self.assert_reads(prefix)
        self.assert_reads(self.folder)

    def test_shards(self):
        self.assert_reads(written.save(self.folder, VALUES, sharded=True))

    def test_missing(self):
        written.save(self.folder, VALUES, 'model.ckpt-60')
        written.save(self.folder, VALUES, 'other')
        near = self.path('model.ckpt-60')
        self.assert_raises(r'model\.ckpt-6: there is no checkpoint of that name, but in its '
                           rf'folder there is {near}$', self.path('model.ckpt-6'))
        self.assert_raises(rf'zzz: there .* there is {near}, {self.path("other")}$',
                           self.path('zzz'))
        self.assert_raises('and its folder .*/absent does not exist either',
                           self.path('absent', 'model.ckpt'))

    @parameterized.expand(['model.ckpt.index/', 'model.ckpt/', 'absent/'])
    def test_no_folder(self, name):
        written.save(self.folder, VALUES)
        self.assert_raises(f'{self.path(name)}: there is no folder of that name, but in its folder '
                           f'there is {self.path("model.ckpt")}$', self.path(name))

    def test_a_file_system_that_tensorflow_lacks(self):
        self.assert_raises(r'^nowhere://folder/model.ckpt: TensorFlow cannot look there \(File '
                           r'system scheme .*\); correct the path, or copy',
                           'nowhere://folder/model.ckpt')

    def test_folders_without_a_checkpoint(self):
        self.assert_raises('has no file `checkpoint` .*, and its folder has none; pass the prefix',
                           self.folder)
        written.save(self.folder, VALUES, 'model.ckpt-60')
        os.remove(self.path('checkpoint'))
        self.assert_raises(f'has no file `checkpoint` .* there is {self.path("model.ckpt-60")}$',
                           self.folder)

    def test_a_folder_that_was_moved(self):
        written.save(self.path('old'), VALUES, 'model.ckpt-60')
        shutil.move(self.path('old'), self.path('new'))
        self.assertEqual(self.path('new', 'model.ckpt-60'),
                         self.assert_reads(self.path('new')).prefix)

    def test_a_backup_is_read_itself_beside_the_newer_original(self):
        original, backup = self.path('original'), self.path('backup')
        for value, folder in ((1, original), (2, None)):
            written.save(original, {'step': np.float32(value)}, 'model.ckpt-60')
            if folder:
                shutil.copytree(original, backup)
        with open(os.path.join(backup, 'checkpoint')) as file:
            self.assertIn(original, file.read())
        checkpoint = Checkpoint(backup)
        self.assertEqual((os.path.join(backup, 'model.ckpt-60'), 1),
                         (checkpoint.prefix, checkpoint.read('step')))

    @parameterized.expand([('relative', 'sub/model.ckpt-60'), ('absolute', None)])
    def test_a_checkpoint_that_lies_elsewhere(self, _, name):
        prefix = written.save(self.path('sub'), VALUES, 'model.ckpt-60')
        tf.train.update_checkpoint_state(self.folder, name or prefix)
        self.assertEqual(prefix, self.assert_reads(self.folder).prefix)

    @parameterized.expand([
        ('empty', b'', 'it names no checkpoint'),
        ('cut', b'model_checkpoint_pa', r'.+'),
        ('cut in the name', b'model_checkpoint_path: "model.ck', r'.+'),
        ('not UTF-8', b'\x91\xff', 'it is not UTF-8'),
        ('zeros', b'\0' * 40, r'.+')])
    def test_a_damaged_file_that_names_the_latest(self, _, content, reason):
        prefix = written.save(self.folder, VALUES, 'model.ckpt-60')
        with open(self.path('checkpoint'), 'wb') as file:
            file.write(content)
        self.assert_raises(
            rf'^{self.path("checkpoint")}: the file that names the latest checkpoint is damaged '
            rf'\({reason}\), but in its folder there is {prefix}$', self.folder)

    def test_a_folder_in_the_place_of_the_file_that_names_the_latest(self):
        written.save(self.folder, VALUES, 'model.ckpt-60')
        os.remove(self.path('checkpoint'))
        os.mkdir(self.path('checkpoint'))
        self.assert_raises('checkpoint: the file that names .* is damaged', self.folder)

    def test_a_latest_checkpoint_that_is_gone(self):
        written.save(self.folder, VALUES, 'model.ckpt-50')
        os.remove(written.save(self.folder, VALUES, 'model.ckpt-60') + '.index')
        os.remove(self.path('model.ckpt-60.data-00000-of-00001'))
        self.assert_raises(
            'the latest checkpoint, according to the file `checkpoint` in it, is '
            f'{self.path("model.ckpt-60")}, which does not exist, but in its folder there is '
            f'{self.path("model.ckpt-50")}$', self.folder)

    def test_none(self):
        self.assert_raises(r'^None: .*tf\.train\.latest_checkpoint returns None', None)

    @parameterized.expand(['.index', '.data-00000-of-00001'])
    def test_truncated(self, suffix):
        folder = self.path('copy')
        shutil.copytree(trained.folder_of('tf1.1-conv'), folder)
        path = os.path.join(folder, 'model.ckpt-60' + suffix)
        os.chmod(path, 0o644)
        with open(path, 'r+b') as file:
            file.truncate(os.path.getsize(path) // 2)
        with self.assertRaisesRegex(CheckpointError, r'model\.ckpt-60: the checkpoint is damaged '
                                    r'or incomplete \(.+\); copy it again'):
            checkpoint = Checkpoint(folder)
            for name in checkpoint.shapes:
                checkpoint.read(name)

    def test_without_its_data(self):
        prefix = written.save(self.folder, VALUES)
        os.remove(prefix + '.data-00000-of-00001')
        with self.assertRaisesRegex(CheckpointError, 'damaged or incomplete'):
            Checkpoint(prefix).read('step')

    def test_no_checkpoint_at_all(self):
        with open(self.path('notes'), 'w') as file:
            file.write('text')
        self.assert_raises('notes: the checkpoint is damaged or incomplete', self.path('notes'))

    def test_saved_object_by_object(self):
        prefix = written.save(self.folder, {'_CHECKPOINTABLE_OBJECT_GRAPH'[1:]: np.float32(0)})
        Checkpoint(prefix)
        with tf.Graph().as_default(), tf.Session() as session:
            session.run(tf.raw_ops.SaveV2(
                prefix=prefix, tensor_names=['_CHECKPOINTABLE_OBJECT_GRAPH'],
                shape_and_slices=[''], tensors=[tf.constant('graph')]))
        self.assert_raises('was saved object by object', prefix)

    @parameterized.expand([('key', ()), ('read', ()), ('read_parts', ([''],))])
    def test_a_variable_that_is_not_there(self, method, arguments):
        checkpoint = Checkpoint(written.save(self.folder, {'fc/weights': np.ones([2, 3])}))
        for name, instead in (('fc/weight', 'did you mean fc/weights?'),
                              ('x', '`shapes` has all names'), (3, '`shapes` has all names')):
            with self.assertRaises(CheckpointError) as raised:
                getattr(checkpoint, method)(name, *arguments)
            self.assertEqual(f'{checkpoint.prefix}: it has no variable {name!r}; {instead}',
                             str(raised.exception))


if __name__ == '__main__':
    unittest.main()
