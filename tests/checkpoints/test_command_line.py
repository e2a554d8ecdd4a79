"""`python -m tensornet.checkpoints`."""

import contextlib
import io
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import Checkpoint
from tensornet.checkpoints.command_line import main
from tests.checkpoints import trained, written
from tests.folder_contents import folder_contents

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OTHERS = {'net/fc/weights': np.arange(4, dtype=np.float64), 'global_step': np.int64(9),
          'net/name': np.array([b'a', b'bc'])}


class CommandLineTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.old = self.path('old', 'model.ckpt')
        self.new = self.path('new', 'model.ckpt')

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run_main(self, *arguments):
        """Runs the command; returns its status and what it printed, errors included."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = main(list(arguments))
        return status, printed.getvalue()

    def values(self, path):
        checkpoint = Checkpoint(path)
        return {name: checkpoint.read(name) for name in checkpoint.shapes}

    def assert_rewritten(self):
        expected = dict(OTHERS, **written.new_statistics())
        actual = self.values(self.new)
        self.assertEqual(set(expected), set(actual))
        for name, value in expected.items():
            np.testing.assert_array_equal(value, actual[name], err_msg=name)
        self.assertEqual(tf.float64, Checkpoint(self.new).dtypes['net/fc/weights'])

    @parameterized.expand([('today', tf.train.SaverDef.V2), ('early', tf.train.SaverDef.V1)])
    def test_rewrites(self, _, version):
        written.save(self.path('old'), dict(OTHERS, **written.old_statistics()),
                     write_version=version)
        before = folder_contents(self.path('old'))
        status, printed = self.run_main(self.old, '--out', self.new)
        self.assertEqual((0, '9 variables: 3 renamed, 3 left out, 3 as they were\n'
                             f'written: {self.new}\n'), (status, printed))
        self.assert_rewritten()
        self.assertEqual(before, folder_contents(self.path('old')))
        self.assertEqual(['checkpoint', 'model.ckpt.data-00000-of-00001', 'model.ckpt.index'],
                         sorted(os.listdir(self.path('new'))))
        self.assertEqual(self.new, tf.train.latest_checkpoint(self.path('new')))

    def test_lists(self):
        written.save(self.path('old'), dict(OTHERS, **written.old_statistics()))
        status, printed = self.run_main(self.path('old'), '--list')
        average, variance = [written.AVERAGE.format(number=number) for number in ('', '_1')]
        self.assertEqual(0, status)
        self.assertEqual([
            'global_step',
            f'net/bn/{average}/biased is left out: net/bn/moving_mean makes it redundant',
            f'net/bn/{average}/local_step -> net/bn/local_step',
            f'net/bn/{variance}/biased is left out: net/bn/moving_variance makes it redundant',
            f'net/bn/{variance}/local_step is left out: net/bn/local_step makes it redundant',
            f'{average} -> net/bn/moving_mean',
            f'{variance} -> net/bn/moving_variance',
            'net/fc/weights',
            'net/name',
            '9 variables: 3 renamed, 3 left out, 3 as they were'], printed.splitlines())
        self.assertEqual(['old'], os.listdir(self.folder))

    def test_nothing_to_rename(self):
        written.save(self.path('old'), OTHERS)
        status, printed = self.run_main(self.old, '--out', self.new, '--list')
        self.assertEqual(0, status)
        self.assertIn('3 variables: 0 renamed, 0 left out, 3 as they were', printed)
        self.assertEqual(set(OTHERS), set(self.values(self.new)))

    def test_again_changes_nothing(self):
        written.save(self.path('old'), dict(OTHERS, **written.old_statistics()))
        self.run_main(self.old, '--out', self.path('once', 'model.ckpt'))
        self.run_main(self.path('once'), '--out', self.new)
        self.assert_rewritten()

    def test_beside_the_source(self):
        written.save(self.path('old'), dict(OTHERS, **written.old_statistics()))
        before = folder_contents(self.path('old'))
        self.new = self.path('old', 'renamed.ckpt')
        self.assertEqual(0, self.run_main(self.old, '--out', self.new)[0])
        self.assert_rewritten()
        after = folder_contents(self.path('old'))
        self.assertEqual(before, {name: after[name] for name in before})
        self.assertEqual(self.old, tf.train.latest_checkpoint(self.path('old')))

    @parameterized.expand([
        ('in_place', 'old/model.ckpt', 'the output is the input, which is never modified'),
        ('in_place_by_another_path', 'new/../old/model.ckpt', 'the output is the input'),
        ('existing', 'there/model.ckpt', 'the output exists; pass another --out$'),
        ('existing_early', 'early/model.ckpt', 'the output exists; pass another --out$'),
        ('folder', 'there', 'the output is a folder; pass the prefix'),
        ('new_folder', 'new/', 'the output is a folder; pass the prefix'),
        ('not_a_folder', 'there/checkpoint/model.ckpt', 'the output cannot be written')])
    def test_refuses(self, _, output, message):
        written.save(self.path('old'), OTHERS)
        written.save(self.path('there'), OTHERS)
        written.save(self.path('early'), OTHERS, write_version=tf.train.SaverDef.V1)
        before = folder_contents(self.folder)
        status, printed = self.run_main(self.old, '--out', self.path(*output.split('/')))
        self.assertEqual(1, status)
        self.assertRegex(printed, '^error: .*' + message)
        self.assertEqual(before, folder_contents(self.folder))

    def test_leaves_nothing_of_a_truncated_checkpoint(self):
        os.makedirs(self.path('old'))
        for name in os.listdir(trained.folder_of('tf1.1-conv')):
            shutil.copyfile(os.path.join(trained.folder_of('tf1.1-conv'), name),
                            self.path('old', name))
        with open(self.path('old', 'model.ckpt-60.data-00000-of-00001'), 'r+b') as file:
            file.truncate(20000)
        before = folder_contents(self.folder)
        status, printed = self.run_main(self.path('old'), '--out', self.new)
        self.assertEqual(1, status)
        self.assertRegex(printed, 'error: .*damaged or incomplete')
        self.assertEqual(before, folder_contents(self.folder))

    def test_full_disk(self):
        written.save(self.path('old'), dict(OTHERS, **written.old_statistics()))
        before = folder_contents(self.folder)
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, limit[1]))
        try:
            status, printed = self.run_main(self.old, '--out', self.new)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        self.assertEqual(1, status)
        self.assertRegex(printed, r'^error: \S+/new/model\.ckpt: the output cannot be written '
                                  r'\(.*File too large\); make room .*\n$')
        self.assertEqual(before, folder_contents(self.folder))

    def test_no_room_for_the_name_of_the_latest(self):
        written.save(self.path('old'), OTHERS)
        os.makedirs(self.path('new'))
        os.symlink(self.path('nothing', 'there'), self.path('new', 'checkpoint'))
        status, printed = self.run_main(self.old, '--out', self.new)
        self.assertEqual(1, status)
        self.assertRegex(printed, r'^error: \S+/new/checkpoint: the output cannot be written')

    @parameterized.expand([('nothing_to_do', ['OLD'], 'pass --out NEW, or --list'),
                           ('no_input', [], 'required: OLD|too few arguments')])
    def test_wrong_options(self, _, arguments, message):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            with self.assertRaises(SystemExit) as raised:
                main(arguments)
        self.assertEqual(2, raised.exception.code)
        self.assertRegex(printed.getvalue(), message)

    def test_as_a_program(self):
        process = subprocess.Popen(
            [sys.executable, '-m', 'tensornet.checkpoints', trained.folder_of('tf1.1-fc'),
             '--list'], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True)
        printed, errors = process.communicate()
        self.assertEqual(0, process.returncode, errors)
        self.assertIn('BN_2/BN_2/moments/moments_1/mean/ExponentialMovingAverage -> '
                      'BN_2/moving_mean\n', printed)
        self.assertIsNone(re.search('Traceback|deprecated', errors))


if __name__ == '__main__':
    unittest.main()
