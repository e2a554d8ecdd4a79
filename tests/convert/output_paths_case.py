"""A folder with a checkpoint to convert, among others of similar names."""

import os
import shutil
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.convert import Request, convert_checkpoint
from tests.folder_contents import folder_contents

MATRIX = np.random.RandomState(0).normal(size=[16, 16]).astype(np.float32)


def save(prefix, **values):
    """Saves arrays without Saver, which removes checkpoints itself and takes some names amiss."""
    os.makedirs(os.path.dirname(prefix), exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=list(values), shape_and_slices=[''] * len(values),
            tensors=[tf.constant(value) for value in values.values()]))
    return prefix


def request(rank=2):
    return [Request('weights', inp_modes=[4, 4], out_modes=[4, 4], target={'max_rank': rank})]


class OutputPathsTestCase(unittest.TestCase):
    """Each test has a folder with a checkpoint 'model.ckpt-1' and others of similar names."""

    @classmethod
    def setUpClass(cls):
        cls.saves = tempfile.TemporaryDirectory()
        folder = os.path.join(cls.saves.name, 'here')
        save(os.path.join(folder, 'model.ckpt-1'), weights=MATRIX, step=np.int64(1))
        save(os.path.join(folder, 'model.ckpt-2'), step=np.int64(2))
        save(os.path.join(folder, 'x'), step=np.int64(3))
        for name in ('model.ckpt-1.meta', 'checkpoint', 'notes.txt'):
            with open(os.path.join(folder, name), 'w') as file:
                file.write(name)

    @classmethod
    def tearDownClass(cls):
        cls.saves.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(os.path.realpath(folder.name), 'here')
        shutil.copytree(os.path.join(self.saves.name, 'here'), self.folder)
        os.mkdir(self.path('sub'))
        self.source = self.path('model.ckpt-1')

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def tree(self):
        return folder_contents(os.path.dirname(self.folder))

    def convert(self, output, rank=2, force=False, report='', **options):
        """Converts to a path below the folder; a report of '' has the name of the command."""
        output = self.path(output)
        path = output + '.json' if report == '' else report and self.path(report)
        return convert_checkpoint(self.source, output, request(rank), force, report_path=path,
                                  **options)

    def assert_converted(self, output, rank):
        checkpoint = Checkpoint(self.path(output))
        self.assertEqual([4 * rank, 4], checkpoint.shapes['weights/mat_core_1'])
        self.assertEqual(1, checkpoint.read('step'))

    def assert_refused(self, message, *arguments, **options):
        before = self.tree()
        with self.assertRaisesRegex(CheckpointError, message):
            self.convert(*arguments, **options)
        self.assertEqual(before, self.tree())
