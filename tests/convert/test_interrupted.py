"""Conversions that end in the middle: what was there stays, or the new output is complete."""

import os
import resource
import sys
import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from tensornet.checkpoints import CheckpointError, checkpoint_writer
from tests import prepared_python
from tests.convert.killed_conversions import NEW, NEXT, OLD
from tests.convert.output_paths_case import MATRIX, OutputPathsTestCase, save

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class KilledTest(OutputPathsTestCase):

    def test_the_output_is_the_old_or_the_new_one(self):
        output = prepared_python.check_output(
            [sys.executable, '-m', 'tests.convert.killed_conversions', self.folder],
            cwd=ROOT, stderr=prepared_python.DEVNULL, universal_newlines=True)
        lines = [line.split('|') for line in output.splitlines()]
        first = [line[1:] for line in lines if line[0] == 'False']
        replaced = [line[1:] for line in lines if line[0] == 'True']
        for lines, old in ((first, 0), (replaced, OLD)):
            counts = [line[0] for line in lines].index('replace out.index') + 1
            self.assertIn('replace out.json', [line[0] for line in lines])
            for k, (reached, before, after, following, said) in enumerate(lines):
                expected = [old, old if k < counts else NEW]
                self.assertEqual(expected, [int(before), int(after)], reached)
                if lines is replaced or k < counts:
                    self.assertEqual(('done', NEXT), (said, int(following)), reached)
                else:
                    self.assertRegex(said, 'the output exists')


class InterruptedTest(OutputPathsTestCase):

    def interrupted(self, step, is_done, **options):
        """Converts with Ctrl-C before or after a file gets its name; returns whether it came."""
        replace, calls = os.replace, []

        def interrupt(*paths):
            calls.append(paths)
            if len(calls) != step:
                return replace(*paths)
            if is_done:
                replace(*paths)
            raise KeyboardInterrupt

        with mock.patch('os.replace', interrupt):
            try:
                self.convert('out', 3, **options)
            except KeyboardInterrupt:
                return True
        return False

    @parameterized.expand([(force, is_done) for force in (False, True)
                           for is_done in (False, True)])
    def test_nothing_half(self, force, is_done):
        if force:
            self.convert('out', 2)
        for step in range(1, 10):
            before = self.tree()
            came = self.interrupted(step, is_done, force=force)
            after = self.tree()
            self.assertFalse([name for name in after if '.tensornet-' in name])
            changed = before != after
            if changed:
                self.assert_converted('out', 3)
                break
            self.assertTrue(came)
        self.assertTrue(changed)

    @parameterized.expand([(False,), (True,)])
    def test_an_output_that_another_has_written_meanwhile(self, force):
        if force:
            self.convert('out', 2)
        write, trees = checkpoint_writer._write, []

        def write_after_another(*arguments):
            with mock.patch.object(checkpoint_writer, '_write', write):
                self.convert('out', 3, force=force, report=None)
            trees.append(self.tree())
            write(*arguments)

        with mock.patch.object(checkpoint_writer, '_write', write_after_another):
            with self.assertRaisesRegex(
                    CheckpointError, 'out: another process has written this output in the '
                    'meantime; it stays as it is, so pass another output, or run this again$'):
                self.convert('out', 4, force=force)
        there = {name: content for name, content in trees[0].items() if '.tensornet-' not in name}
        self.assertEqual(there, self.tree())
        self.assert_converted('out', 3)

    @parameterized.expand([('report', 10, False), ('report', 10, True), ('data', 2000, False),
                           ('data', 2000, True)])
    def test_a_full_disk(self, _, limit, force):
        self.source = save(self.path('large'), weights=MATRIX, step=np.int64(1),
                           more=np.ones([1000], np.float32))
        if force:
            self.convert('out', 2)
        before = self.tree()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
        try:
            with self.assertRaisesRegex(CheckpointError, r'/out(\.json)?: the output cannot be '
                                        r'written \(.*File too large'):
                self.convert('out', 3, force=force)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.assertEqual(before, self.tree())
        self.convert('out', 3, force=force)


if __name__ == '__main__':
    unittest.main()
