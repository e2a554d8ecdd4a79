"""Weights of other programs: what is read, and what is said of the rest."""

import os
import tempfile
import unittest
import zipfile

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import Checkpoint, CheckpointError, Saver, rewrite
from tensornet.convert import Request, convert_checkpoint, tt_to_dense
from tensornet.cost.checkpoint_cost import inspect

KERNEL = np.random.RandomState(0).normal(size=[8, 12]).astype(np.float32)


class Layer(tf.Module if hasattr(tf, 'Module') else object):
    """A layer as Keras names it."""

    def __init__(self, name):
        super().__init__(name=name)
        with tf.variable_scope(name):
            self.kernel = tf.get_variable('kernel', initializer=KERNEL, use_resource=True)
            self.bias = tf.get_variable('bias', initializer=np.arange(12, dtype=np.float32),
                                        use_resource=True)


class OtherFilesTestCase(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.output = os.path.join(self.folder, 'out', 'tt')

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def save_objects(self):
        """Saves two layers and Adam's slots as tf.train.Checkpoint does; returns the prefix."""
        with tf.Graph().as_default(), tf.Session() as session:
            model = tf.Module()
            model.layers = [Layer('dense'), Layer('dense_1')]
            # Two variables of one name and one value.
            model.first, model.second = [tf.Variable(3., name='same', use_resource=True)
                                         for _ in range(2)]
            optimizer = tf.train.AdamOptimizer()
            train = optimizer.minimize(sum(tf.reduce_sum(layer.kernel * tf.cast(KERNEL, tf.float32))
                                           for layer in model.layers))
            session.run(tf.global_variables_initializer())
            saver = tf.train.Checkpoint(model=model, optimizer=optimizer)
            self.train = train
            return saver.save(self.path('objects'), session=session)


class ObjectsTest(OtherFilesTestCase):

    @parameterized.expand([
        ('dense',), ('dense/kernel',), ('model/layers/0',), ('model/layers/0/kernel',),
        ('model/layers/0/kernel/.ATTRIBUTES/VARIABLE_VALUE',)])
    def test_layer(self, layer):
        report = convert_checkpoint(self.save_objects(), self.output,
                                    [Request(layer, None, [2, 4], [4, 3], target={'eps': 0.})])
        converted = Checkpoint(self.output)
        cores = [converted.read(f'dense/mat_core_{k}') for k in (1, 2)]
        np.testing.assert_allclose(tt_to_dense(cores, [2, 4], [4, 3]), KERNEL, atol=1e-5)
        np.testing.assert_array_equal(np.arange(12), converted.read('dense/biases'))
        np.testing.assert_array_equal(KERNEL, converted.read('dense_1/kernel'))
        self.assertEqual(2, sum('dense/kernel' in name for name in report.dropped_slots))
        self.assertFalse([name for name in converted.shapes if '.ATTRIBUTES' in name
                          or name.startswith('_')])

    def test_inspect(self):
        self.assertRegex(inspect(self.save_objects()),
                         r'dense +linear +8 -> 12 +108 .* 2  bias 12, kernel 8x12\n')

    def test_nothing_is_lost(self):
        prefix = self.save_objects()
        keys = [name for name, _ in tf.train.list_variables(prefix)
                if name.endswith('/.ATTRIBUTES/VARIABLE_VALUE')]
        checkpoint = Checkpoint(prefix, object_based=True)
        self.assertEqual(sorted(keys), sorted(map(checkpoint.key, checkpoint.shapes)))

    def test_other_commands_still_refuse_them(self):
        prefix = self.save_objects()
        with self.assertRaisesRegex(CheckpointError, 'saved object by object'):
            rewrite(prefix, self.output)
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('dense/kernel', initializer=KERNEL)
            with self.assertRaisesRegex(CheckpointError, 'saved object by object'):
                Saver().restore(session, prefix)


class SavedModelTest(OtherFilesTestCase):

    def save(self, variables=True):
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.float32, [None, 8], 'inp')
            kernel = tf.get_variable('fc/kernel', initializer=KERNEL) if variables else KERNEL
            out = tf.matmul(inp, kernel)
            session.run(tf.global_variables_initializer())
            tf.saved_model.simple_save(session, self.path('model'), {'inp': inp}, {'out': out})

    @parameterized.expand([('folder', 'model'), ('slash', 'model/'),
                           ('file', 'model/saved_model.pb'),
                           ('variables', 'model/variables/variables')])
    def test_folder(self, _, name):
        self.save()
        convert_checkpoint(self.path(name), self.output, [Request('fc', target={'max_rank': 2})])
        self.assertIn('fc/mat_core_1', Checkpoint(self.output).shapes)

    def test_without_variables(self):
        self.save(variables=False)
        with self.assertRaisesRegex(CheckpointError, 'the SavedModel has no variables; weights of '
                                                     'a frozen graph are constants'):
            Checkpoint(self.path('model'))


class RefusedTest(OtherFilesTestCase):

    @parameterized.expand([
        ('weights.h5', b'\x89HDF\r\n\x1a\n...', 'an HDF5 file, .* `model.export'),
        ('weights.hdf5', b'\x89HDF\r\n\x1a\n...', 'an HDF5 file, .* `model.export'),
        ('weights', b'\x89HDF\r\n\x1a\n...', 'an HDF5 file, .* `model.export'),
        ('model.keras', None, 'a model that Keras saved; load the model with Keras'),
        ('model.npz', None, 'an archive of NumPy arrays; convert them with `tt_from_dense`'),
        ('model.pt', None, 'a zip archive, such as PyTorch .* `tt_from_dense`'),
        ('array.npy', b'\x93NUMPY...', 'a NumPy array; convert it'),
        ('frozen.pb', b'\n\x05graph', 'a graph; weights are in it only where it is frozen'),
        ('graph.pbtxt', b'node {}', 'a graph; pass the checkpoint'),
        ('model.tflite', b'\x1c\0\0\0TFL3', 'a TensorFlow Lite model; pass the checkpoint')])
    def test_says_what_it_is(self, name, content, message):
        path = self.path(name)
        if content is None:
            with zipfile.ZipFile(path, 'w') as archive:
                archive.writestr('data', 'x')
        else:
            with open(path, 'wb') as file:
                file.write(content)
        for call in (lambda: convert_checkpoint(path, self.output, [Request('fc')]),
                     lambda: inspect(path), lambda: rewrite(path, self.output)):
            with self.assertRaisesRegex(CheckpointError,
                                        f'{name}: it is no checkpoint, but {message}'):
                call()
        self.assertFalse(os.path.exists(self.output + '.index'))

    def test_a_checkpoint_of_such_a_name_is_one(self):
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('fc/kernel', initializer=KERNEL)
            session.run(tf.global_variables_initializer())
            for name, version in (('a.pb', tf.train.SaverDef.V2), ('b.h5', tf.train.SaverDef.V1)):
                prefix = tf.train.Saver(write_version=version).save(session, self.path(name))
                self.assertEqual({'fc/kernel': [8, 12]}, Checkpoint(prefix).shapes)


class LayersTest(OtherFilesTestCase):
    """Layers named as those of tf.layers are."""

    def test_kernel_and_bias(self):
        with tf.Graph().as_default(), tf.Session() as session:
            for name, shape in (('net/fc1/kernel', [8, 12]), ('net/fc1/bias', [12]),
                                ('net/conv/kernel', [3, 3, 4, 6]), ('net/conv/bias', [6]),
                                ('net/bn/gamma', [6]), ('net/bn/moving_mean', [6]),
                                ('net/rnn/kernel', [8, 12]), ('net/rnn/recurrent_kernel', [3, 12]),
                                ('net/conv1d/kernel', [3, 4, 6])):
                tf.get_variable(name, shape)
            fc = [variable for variable in tf.global_variables() if '/fc1/' in variable.op.name]
            train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(
                sum(tf.reduce_sum(variable) for variable in fc), var_list=fc)
            session.run(tf.global_variables_initializer())
            session.run(train)
            prefix = tf.train.Saver().save(session, self.path('layers'))
        rows = {row[0]: row[1] for row in map(str.split, inspect(prefix).splitlines()[2:])}
        self.assertEqual({
            'net/fc1': 'linear', 'net/conv': 'conv', 'net/bn': 'batch_normalization',
            'net/rnn': 'other', 'net/conv1d': 'other'},
            {name: kind for name, kind in rows.items() if '/' in name})
        report = convert_checkpoint(prefix, self.output, [
            Request('net/fc1', target={'max_rank': 2}),
            Request('net/conv', target={'max_rank': 2})])
        shapes = Checkpoint(self.output).shapes
        self.assertEqual([12], shapes['net/fc1/biases'])
        self.assertEqual([12], shapes['net/fc1/biases/Momentum'])
        self.assertIn('net/conv/filters', shapes)
        self.assertEqual(['net/fc1/kernel/Momentum'], report.dropped_slots)
        self.assertEqual({'net/fc1/bias': 'net/fc1/biases', 'net/conv/bias': 'net/conv/biases'},
                         report.renamed)


if __name__ == '__main__':
    unittest.main()
