"""Where a conversion writes: exactly there, never over the input, and nothing where it may not."""

import json
import os
import pathlib
import shutil
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import CheckpointError, files, rewrite
from tensornet.convert import Request, convert_checkpoint
from tests.convert.output_paths_case import MATRIX, OutputPathsTestCase, request, save

OUTPUTS = ['out', 'model.ckpt-?', 'model.ckpt-*', 'model.ckpt?1', '*', '?' * 12, 'model.ckpt-{1}',
           'model.ckpt-1.data', 'model.ckpt-1.index.new', 'model.ckpt-', 'model.ckpt-11',
           'model.ckpt-?????-of-00001', ' out', 'o\u00fct', '\u51fa\u529b', 'out\n', '-out', '.out',
           'out.json', 'checkpoint.ckpt', 'a.b.c', "o'ut", 'o"ut', 'MODEL.CKPT-1', 'out.',
           'sub/out', 'sub/../out', './out', 'sub//out', '../there/out']
JSON_IN_PLACE_OF_A_FILE = [
    'model.ckpt-1.index', 'model.ckpt-1.data-00000-of-00001', 'model.ckpt-1.meta', 'checkpoint',
    'out.index', 'out.data-00000-of-00001', 'out.data-00000-of-00007', 'out.meta', 'out',
    'OUT.INDEX', 'sub/../model.ckpt-1.index', './out.index', 'link', 'hard_link', 'other.index']


def save_early(prefix):
    """Saves `MATRIX` as TensorFlow before 0.12 did, in a file without suffix."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable('weights', initializer=MATRIX)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver(write_version=tf.train.SaverDef.V1).save(
            session, prefix, write_state=False, write_meta_graph=False)


class NamesTest(OutputPathsTestCase):

    def test_no_output(self):
        before = self.tree()
        with self.assertRaisesRegex(TypeError, '^convert_checkpoint: `output` must be a path '
                                    'unless `dry_run=True`, but it is None; pass the prefix'):
            convert_checkpoint(self.source, None, request())
        self.assertEqual(before, self.tree())

    @parameterized.expand([(name, force) for name in OUTPUTS for force in (False, True)])
    def test_writes_exactly_there(self, output, force):
        before = self.tree()
        for rank in (2, 3) if force else (2,):
            self.convert(output, rank, force)
            self.assert_converted(output, rank)
        after = self.tree()
        self.assertEqual(before, {name: after[name] for name in before})
        new = {os.path.normpath(os.path.join(os.path.dirname(self.folder), name))
               for name in after if name not in before}
        written = files.files_of(self.path(output)) + [self.path(output) + '.json']
        state = os.path.join(os.path.dirname(self.path(output)), 'checkpoint')
        if os.path.relpath(state, os.path.dirname(self.folder)) not in before:
            latest = tf.train.latest_checkpoint(os.path.dirname(state))
            self.assertEqual(os.path.normpath(self.path(output)), os.path.normpath(latest))
            written.append(state)
        self.assertEqual({os.path.normpath(path) for path in written}, new)

    @parameterized.expand([(output,) for output in OUTPUTS if '/' not in output])
    def test_tensorflow_finds_it(self, output):
        self.convert(output)
        self.assertEqual([8, 4], tf.train.load_checkpoint(self.path(output)).
                         get_variable_to_shape_map()['weights/mat_core_1'])

    @parameterized.expand([
        ('input', 'model.ckpt-1', 'the output is the input'),
        ('input_by_another_path', 'sub/../model.ckpt-1', 'the output is the input'),
        ('file_of_the_input', 'model.ckpt-1.index', 'named like a file .* such as .*ckpt-1$'),
        ('data_file', 'new.data-00000-of-00001', 'named like a file of a checkpoint'),
        ('folder', 'sub', 'is a folder; pass the prefix'),
        ('folder_with_a_slash', 'new/', 'is a folder; pass the prefix'),
        ('folder_above', 'new/..', 'is a folder; pass the prefix'),
        ('this_folder', 'new/.', 'is a folder; pass the prefix'),
        ('pattern', 'model.ckpt-[1]', r'TensorFlow takes \[ and . in the path .* for a pattern'),
        ('pattern_of_the_folder', 'lr[0.1]/out', r'TensorFlow takes \[ and '),
        ('escape', 'model\\ckpt-1', r'TensorFlow takes \[ and '),
        ('file', 'notes.txt', 'the output exists|is not replaced'),
        ('in_a_file', 'notes.txt/out', 'the output cannot be written'),
        ('bucket', '../gs://bucket/out', 'must be in a local folder'),
        ('not_utf_8', 'out\udcff', 'the path is not UTF-8')])
    def test_refuses(self, _, output, message):
        self.assert_refused(message, output)
        self.assert_refused(message, output, force=True)

    def test_a_name_as_long_as_a_folder_takes(self):
        self.assert_refused('cannot be written .*too long', 'x' * 250)

    def test_an_existing_output(self):
        self.convert('out')
        os.remove(self.path('out.json'))
        self.assert_refused('the output exists; .*`force=True`', 'out', 3)

    def test_paths_of_pathlib(self):
        output = pathlib.Path(self.path('out'))
        convert_checkpoint(pathlib.Path(self.source), output, request(),
                           report_path=output.with_suffix('.json'))
        self.assert_converted('out', 2)
        self.assertEqual(2, len(rewrite(output, output.with_name('new')).copied) - 1)


class InputUnderAnotherNameTest(OutputPathsTestCase):
    """Links, and names that differ in case where case does not count, are the same file."""

    @parameterized.expand([
        ('.index', os.symlink), ('.index', os.link),
        ('.data-00000-of-00001', os.symlink), ('.data-00000-of-00001', os.link)])
    def test_the_output_links_to_the_input(self, suffix, link):
        link(self.source + suffix, self.path('MODEL.ckpt-1' + suffix))
        self.assert_refused('the output is the input', 'MODEL.ckpt-1', force=True)

    @parameterized.expand(['.index', '.data-00000-of-00001'])
    def test_the_input_links_to_the_output(self, suffix):
        for path in files.files_of(self.source):
            shutil.copy(path, self.path('out') + path[len(self.source):])
        os.remove(self.source + suffix)
        os.symlink(self.path('out' + suffix), self.source + suffix)
        self.assert_refused('the output is the input', 'out', force=True)

    def test_a_link_to_the_folder(self):
        os.symlink(self.folder, self.path('link'))
        self.assert_refused('the output is the input', 'link/model.ckpt-1', force=True)

    def test_a_folder_above_a_link(self):
        """Where `link/..` is the folder of the link's target and not that of the link."""
        os.makedirs(self.path('elsewhere', 'below'))
        os.symlink(os.path.join('elsewhere', 'below'), self.path('link'))
        self.source = self.path('link', '..', 'model.ckpt-1')
        self.assert_refused('elsewhere/model.ckpt-1: there is no checkpoint', 'model.ckpt-1',
                            force=True)
        save(self.path('elsewhere', 'model.ckpt-1'), weights=MATRIX, step=np.int64(1))
        self.assert_refused('the output is the input', 'elsewhere/model.ckpt-1', force=True)
        before = self.tree()
        self.convert('link/../out')
        self.assert_converted('link/../out', 2)
        rewrite(self.source, self.path('link', '..', 'renamed'))
        new = [os.path.basename(name) for name in set(self.tree()) - set(before)]
        self.assertEqual(
            sorted(os.listdir(self.path('elsewhere'))),
            sorted(new + ['below', 'model.ckpt-1.index', 'model.ckpt-1.data-00000-of-00001']))

    def test_the_early_format(self):
        self.source = save_early(self.path('early'))
        os.link(self.source, self.path('link'))
        self.assert_refused('the output is the input', 'early', force=True)
        self.assert_refused('the output is the input', 'link', force=True)
        self.assert_refused('would be a file of a checkpoint', 'out', report='link', force=True)
        self.convert('out')

    def test_a_link_in_the_output_is_replaced_and_not_followed(self):
        self.convert('out')
        self.convert('store', 3)
        os.replace(self.path('out.index'), self.path('kept.index'))
        os.symlink(self.path('kept.index'), self.path('out.index'))
        before = self.tree()
        self.convert('out', 1, force=True)
        self.assert_converted('out', 1)
        after = self.tree()
        for name in ('here/kept.index', 'here/store.index', 'here/model.ckpt-1.index'):
            self.assertEqual(before[name], after[name])


class ReportTest(OutputPathsTestCase):

    @parameterized.expand(JSON_IN_PLACE_OF_A_FILE)
    def test_in_place_of_a_file_of_a_checkpoint(self, report):
        os.symlink(self.source + '.index', self.path('link'))
        os.link(self.source + '.data-00000-of-00001', self.path('hard_link'))
        for force in (False, True):
            self.assert_refused('the report would be a file of a checkpoint; .*`report_path`',
                                'out', report=report, force=force)
        self.convert('out', report='out.json')
        self.assert_refused('would be a file of a checkpoint', 'out', report=report, force=True)

    @parameterized.expand([
        ('folder', 'sub', 'the report is a folder'),
        ('folder_with_a_slash', 'new/', 'the report is a folder'),
        ('the_folder_of_the_output', 'new', 'the report is a folder'),
        ('a_folder_above_the_output', 'new/sub/..', 'the report is a folder'),
        ('no_folder', 'new/report.json', 'the folder of the report does not exist'),
        ('in_a_file', 'notes.txt/report.json', 'the folder of the report does not exist'),
        ('device', '/dev/null', 'must be a file, which this is not')])
    def test_refuses(self, _, report, message):
        self.assert_refused(message, 'new/below/out', report=report, force=True)

    def test_a_name_that_is_too_long(self):
        for report in ('x' * 300, 'x' * 255 + '.json'):
            self.assert_refused('the output cannot be written .*too long', 'out',
                                report=report)

    def test_a_pipe(self):
        reading, writing = os.pipe()
        with os.fdopen(reading), os.fdopen(writing):
            self.assert_refused('must be a file, which this is not', 'out',
                                report=f'/dev/fd/{writing}')

    def test_a_link_to_itself(self):
        os.symlink('loop', self.path('loop'))
        with self.assertRaisesRegex(CheckpointError, 'must be a file, which this is not'):
            self.convert('out', report='loop')
        self.assertFalse(os.path.exists(self.path('out.index')))

    def test_link_to_nowhere(self):
        os.symlink(self.path('new', 'file'), self.path('link'))
        with self.assertRaisesRegex(CheckpointError, 'the folder of the report does not exist'):
            self.convert('out', report='link')
        self.assertFalse(os.path.exists(self.path('out.index')))

    def test_exists(self):
        self.convert('other', report='report.json')
        self.assert_refused('report.json: the report exists; .*`force=True`', 'out',
                            report='report.json')
        self.convert('out', report='report.json', force=True)
        with open(self.path('report.json')) as file:
            self.assertEqual(self.path('out'), json.load(file)['output'])

    def test_an_empty_file_is_replaced(self):
        with open(self.path('empty'), 'w'):
            pass
        self.assert_refused('the report exists', 'out', report='empty')
        self.convert('out', report='empty', force=True)

    def test_another_file_is_never_replaced(self):
        save_early(self.path('early'))
        with open(self.path('run.json'), 'w') as file:
            json.dump({'seed': 0, 'source': 'mnist'}, file)
        for report in ('notes.txt', 'early', 'run.json'):
            self.assert_refused('is no report of a conversion; it is not replaced', 'out',
                                report=report, force=True)
        self.assert_refused('run.json: .* is no report', 'run', report='run.json', force=True)

    def test_through_a_link(self):
        os.symlink(self.path('sub', 'report.json'), self.path('link'))
        self.convert('out', report='link')
        self.assertTrue(os.path.islink(self.path('link')))
        self.assertTrue(os.path.isfile(self.path('sub', 'report.json')))

    def test_in_the_new_folder_of_the_output(self):
        self.convert('new/below/out')
        self.assertTrue(os.path.isfile(self.path('new', 'below', 'out.json')))

    def test_none(self):
        self.convert('out', report=None)
        self.assertFalse(os.path.exists(self.path('out.json')))


class ReplacedTest(OutputPathsTestCase):

    def names(self):
        return sorted(name for name in os.listdir(self.folder) if name.startswith('out'))

    def test_removes_what_belonged_to_the_old_one_and_no_more(self):
        self.convert('out', 3)
        old = set(self.names())
        kept = ['out.data', 'out.data-0-of-1', 'out.data-00000-of-00001.old', 'out.index~',
                'out.metadata', 'out-1.index', 'out1.data-00000-of-00001']
        removed = ['out.meta', 'out.data-00003-of-00009']
        for name in kept + removed:
            with open(self.path(name), 'w'):
                pass
        self.convert('out', 2, force=True)
        self.assert_converted('out', 2)
        new = {'out.index', 'out.json', 'out.data-00000-of-00002', 'out.data-00001-of-00002'}
        self.assertEqual(sorted(new | set(kept)), self.names())
        self.assertEqual({'out.data-00000-of-00001', 'out.index', 'out.json'}, old)

    def test_again_and_again(self):
        for rank in (1, 2, 3, 4, 1):
            self.convert('out', rank, force=True)
            self.assert_converted('out', rank)
            self.assertIn(len(self.names()), (3, 4))

    def test_data_without_an_index_stay(self):
        with open(self.path('out.data-00000-of-00001'), 'w') as file:
            file.write('data')
        before = self.tree()
        self.convert('out')
        self.assert_converted('out', 2)
        after = self.tree()
        self.assertEqual(before, {name: after[name] for name in before})

    def test_a_damaged_index_is_replaced(self):
        with open(self.path('out.index'), 'w') as file:
            file.write('damaged')
        with open(self.path('out.data-00000-of-00001'), 'w') as file:
            file.write('data')
        self.convert('out', force=True)
        self.assert_converted('out', 2)
        self.assertEqual(['out.data-00000-of-00002', 'out.data-00001-of-00002', 'out.index',
                          'out.json'], self.names())

    def test_a_folder_of_the_name_of_a_file(self):
        for name in ('out.index', 'out.data-00000-of-00001', 'out.meta'):
            os.mkdir(self.path(name))
            self.assert_refused('needs this name, which is no file', 'out', force=True)
            os.rmdir(self.path(name))

    def test_a_single_variable_is_not_replaced_in_one_step(self):
        source = save(self.path('single'), weights=MATRIX)
        rewrite(source, self.path('out'))
        before = self.tree()
        with self.assertRaisesRegex(CheckpointError, 'out: 1 variable cannot be written beside'):
            convert_checkpoint(source, self.path('out'), [Request(
                'weights', inp_modes=[16], out_modes=[16], target={'eps': 0.})], force=True)
        self.assertEqual(before, self.tree())


if __name__ == '__main__':
    unittest.main()
