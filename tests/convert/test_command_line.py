"""`python -m tensornet.convert` on checkpoints of a small network."""

import json
import os
import shutil
import sys
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tests import prepared_python
from tests.convert.command_line_case import CommandLineTestCase
from tests.convert.networks import restored
from tests.folder_contents import folder_contents
from tests.sessions import assert_close
from tests.unread_pipe import unread_pipe

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class CommandLineTest(CommandLineTestCase):

    def convert(self, *options):
        status, out, err = self.run_main(self.prefix, self.output, *options)
        self.assertEqual(0, status, err)
        with open(self.output + '.json') as file:
            return out, json.load(file)

    def test_full_rank_gives_the_same_network(self):
        _, report = self.convert('--eps', '0', '--layer', 'net/fc', '--layer', 'net/conv')
        arguments = {layer['layer'][4:]: layer['arguments'] for layer in report['layers']}
        assert_close(restored(self.output, arguments), self.out, 1e-5)
        self.assertEqual([self.prefix, self.output], [report['source'], report['output']])

    def test_direct_format_gives_the_same_network(self):
        _, report = self.convert('--eps', '0', '--layer', 'net/conv', '--format', 'tt_conv_direct')
        assert_close(restored(self.output, {'conv': report['layers'][0]['arguments']}), self.out,
                     1e-5)

    def test_padded_layers_give_the_same_network(self):
        out, report = self.convert('--eps', '0', '--pad', '--layer', 'net/fc', '--inp-modes',
                                   '3,3', '--out-modes', '4,4', '--layer', 'net/conv',
                                   '--inp-modes', '2,4', '--out-modes', '3,3')
        arguments = {layer['layer'][4:]: layer['arguments'] for layer in report['layers']}
        self.assertEqual([8, 12], [arguments['fc'][name] for name in ('inp_size', 'out_size')])
        self.assertEqual([6, 8], [arguments['conv'][name] for name in ('inp_ch', 'out_ch')])
        assert_close(restored(self.output, arguments), self.out, 1e-5)
        for line in ('net/fc: 8 inputs are padded with zeros to 9; build the layer with inp_size=8',
                     'net/fc: 12 outputs are padded with zeros to 16; build the layer with '
                     'out_size=12',
                     'net/conv: 6 inputs are padded with zeros to 8; build the layer with inp_ch=6',
                     'net/conv: 8 outputs are padded with zeros to 9; build the layer with '
                     'out_ch=8'):
            self.assertIn(line + '\n', out)
        self.assertEqual([[9, 16], [3, 3, 8, 9]],
                         [layer['padded_shape'] for layer in report['layers']])
        reader = tf.train.load_checkpoint(self.output)
        for name in ('net/fc/biases', 'net/conv/biases', 'net/fc/biases/Momentum'):
            np.testing.assert_array_equal(self.values[name], reader.get_tensor(name))
        self.assertEqual(['net/conv/filters/Momentum', 'net/fc/weights/Momentum'],
                         report['dropped_slots'])

    def test_layers_of_modes_that_were_found(self):
        _, report = self.convert('--ranks', '100', '--cores', '3', '--layer', 'net/fc', '--layer',
                                 'net/conv')
        arguments = {layer['layer'][4:]: layer['arguments'] for layer in report['layers']}
        assert_close(restored(self.output, arguments), self.out, 1e-5)

    def test_ranks_larger_than_useful_are_filled_up_with_a_warning(self):
        for layer, options, text in (
                ('fc', ['--inp-modes', '2,4', '--out-modes', '4,3', '--ranks', '1,9,1'],
                 r'warning: --layer net/fc: some TT-ranks are larger than useful: '
                 r'ranks\[1\] is 9, but the maximum of that bond is 8; ranks=\[1, 8, 1\] can '),
                ('conv', ['--inp-modes', '2,3', '--out-modes', '4,2', '--ranks', '10,7,1'],
                 r'warning: --layer net/conv: .*: ranks\[0\] is 10, but the maximum of that bond '
                 r'is 9, ranks\[1\] is 7, but the maximum of that bond is 6; ranks=\[9, 6, 1\] ')):
            status, _, err = self.run_main(self.prefix, self.output, '--force', '--layer',
                                           'net/' + layer, *options)
            self.assertEqual(0, status, err)
            self.assertRegex(err, f'^{text}')
            self.assertEqual(1, err.count('\n'))
            with open(self.output + '.json') as file:
                arguments = json.load(file)['layers'][0]['arguments']
            with self.assertWarnsRegex(UserWarning, f'net/{layer}: some TT-ranks are larger'):
                out = restored(self.output, {layer: arguments})
            assert_close(out, self.out, 1e-5)

    def test_each_layer_of_useless_ranks_is_named(self):
        status, _, err = self.run_main(
            self.prefix, self.output, '--inp-modes', '2,4', '--out-modes', '4,3', '--ranks',
            '1,99,1', '--layer', 'net/fc', '--layer', 'net/logits', '--inp-modes', '3,4',
            '--out-modes', '3,1')
        self.assertEqual(0, status, err)
        self.assertRegex(err, '^warning: --layer net/fc: .*\nwarning: --layer net/logits: .*\n$')

    def test_everything_else_is_copied_and_slots_of_the_layer_are_dropped(self):
        out, report = self.convert('--layer', 'net/fc', '--ranks', '2')
        reader = tf.train.load_checkpoint(self.output)
        written = reader.get_variable_to_shape_map()
        kept = set(self.values) - {'net/fc/weights', 'net/fc/weights/Momentum'}
        self.assertEqual(kept | {'net/fc/mat_core_1', 'net/fc/mat_core_2'}, set(written))
        for name in kept:
            value = reader.get_tensor(name)
            np.testing.assert_array_equal(self.values[name], value, name)
            self.assertEqual(self.values[name].dtype, value.dtype, name)
        self.assertIn('net/logits/weights/ExponentialMovingAverage', kept)
        self.assertEqual(['net/fc/weights/Momentum'], report['dropped_slots'])
        self.assertRegex(out, 'left out, .*: net/fc/weights/Momentum\n')

    def test_table_and_json_agree(self):
        out, report = self.convert('--layer', 'net/fc', '--inp-modes', '2,4', '--out-modes', '4,3',
                                   '--ranks', '1,3,1', '--layer', 'net/conv', '--compression', '3')
        rows = [line.split() for line in out.splitlines()]
        self.assertEqual(['layer', 'format', 'shape', 'modes', 'ranks', 'before', 'after',
                          'factor', 'error'], rows[0])
        fc, conv = report['layers']
        self.assertEqual(['net/fc', 'tt', '8x12', '2x4', '->', '4x3', '1,3,1', '96', '60', '1.6',
                          f'{fc["relative_error"]:.3g}'], rows[1])
        self.assertEqual(['net/conv', 'tt_conv', '3x3x6x8'], rows[2][:3])
        self.assertEqual([8, 12], fc['shape'])
        self.assertEqual([[2, 4], [4, 3]], fc['modes'])
        self.assertEqual(96 / 60, fc['compression'])
        self.assertLessEqual(conv['parameters_after'], 432 / 3)
        self.assertEqual(432, conv['parameters_before'])
        reader = tf.train.load_checkpoint(self.output)
        size = sum(reader.get_tensor('net/conv/' + name).size
                   for name in ('filters', 'core_1', 'core_2'))
        self.assertEqual(size, conv['parameters_after'])

    def test_error_target(self):
        _, report = self.convert('--layer', 'net/fc', '--eps', '0.6')
        self.assertLessEqual(report['layers'][0]['relative_error'], 0.6)
        self.assertLess(report['layers'][0]['parameters_after'], 96)

    def test_dry_run_writes_nothing(self):
        report = os.path.join(self.folder, 'report.json')
        for others in ([], [self.output], [self.output, '--force', '--json', report]):
            status, out, err = self.run_main(self.prefix, *others, '--dry-run', '--layer', 'net/fc',
                                             '--ranks', '2')
            self.assertEqual((0, ''), (status, err))
            self.assertIn('net/fc', out)
        self.assertEqual([], os.listdir(self.folder))

    def test_what_is_said_of_a_layer_takes_the_place_of_what_is_said_of_all(self):
        _, report = self.convert('--cores', '3', '--ranks', '2', '--layer', 'net/fc',
                                 '--inp-modes', '2,4', '--out-modes', '4,3',
                                 '--layer', 'net/logits')
        self.assertEqual([[[2, 4], [4, 3]], 3], [
            report['layers'][0]['modes'], len(report['layers'][1]['modes'][0])])

    @parameterized.expand([('--eps 0.6', '--max-rank 7', '--eps 0.6'),
                           ('--eps 0.6 --max-rank 2', '--ranks 7', '--ranks 7')])
    def test_targets_of_all_layers_and_of_one(self, of_all, own, same):
        layer = '--force --layer net/fc --inp-modes 2,4 --out-modes 4,3'
        ranks = [self.convert(*options.split())[1]['layers'][0]['ranks']
                 for options in (f'{of_all} {layer} {own}', f'{layer} {same}')]
        self.assertEqual(*ranks)
        self.assertEqual('7' in same, ranks[0][1] == 7)

    def test_inspect(self):
        status, out, _ = self.run_main(self.dense, '--inspect')
        self.assertEqual(0, status)
        rows = {row[0]: row[1:] for row in (line.split() for line in out.splitlines()[1:])}
        self.assertEqual('conv', rows['net/conv'][0])
        self.assertEqual('linear', rows['net/fc'][0])
        self.assertEqual('batch_normalization', rows['net/bn'][0])
        self.assertEqual('linear 12 -> 3 39 39 1x 156 75 0 4 biases 3, weights 12x3'.split(),
                         rows['net/logits'])
        self.assertEqual([], os.listdir(self.folder))

    def test_inspect_shows_tt_layers(self):
        self.convert('--ranks', '2', '--layer', 'net/fc', '--layer', 'net/conv')
        rows = {row[0]: row[1] for row in (
            line.split() for line in self.run_main(self.output, '--inspect')[1].splitlines()[1:])}
        self.assertEqual(['tt', 'tt_conv'], [rows['net/fc'], rows['net/conv']])

    def test_output_folder_of_its_own_and_input_by_index_file(self):
        output = os.path.join(self.folder, 'new', 'tt.ckpt')
        status, _, err = self.run_main(self.prefix + '.index', output, '--layer', 'net/fc',
                                       '--ranks', '2')
        self.assertEqual(0, status, err)
        self.assertEqual({'tt.ckpt.index', 'tt.ckpt.json', 'checkpoint'},
                         {name for name in os.listdir(os.path.dirname(output))
                          if '.data-' not in name})

    def test_several_weights_of_one_scope(self):
        random = np.random.RandomState(0)
        values = {f'net/{name}': random.normal(size=[8, 6]).astype(np.float32)
                  for name in ('w1', 'w2', 'w3', 'w1/ExponentialMovingAverage', 'w2/Adam')}
        values.update({'twice/kernel': values['net/w1'], 'twice/weights': values['net/w1']})
        prefix = os.path.join(self.folder, 'plain.ckpt')
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in values.items():
                tf.get_variable(name, initializer=value)
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, prefix)
        status, out, err = self.run_main(
            prefix, self.output, '--eps', '0', '--inp-modes', '2,4', '--out-modes', '3,2',
            '--layer', 'net/w1', '--layer', 'net/w2')
        self.assertEqual((0, ''), (status, err), out)
        converted = Checkpoint(self.output)
        self.assertEqual(
            {'net/w3', 'twice/kernel', 'twice/weights'}.union(
                *[{f'net/{name}/mat_core_{k}{end}' for k in (1, 2)} for name, end in (
                    ('w1', ''), ('w2', ''), ('w1', '/ExponentialMovingAverage'))]),
            set(converted.shapes))
        for name in ('w1', 'w2'):
            cores = [converted.read(f'net/{name}/mat_core_{k}') for k in (1, 2)]
            np.testing.assert_allclose(convert.tt_to_dense(cores, [2, 4], [3, 2]),
                                       values[f'net/{name}'], atol=1e-6)
        status, _, err = self.run_main(prefix, self.output + '2', '--eps', '0', '--layer',
                                       'twice/kernel', '--layer', 'twice/weights')
        self.assertEqual(1, status)
        self.assertIn('--layer twice: twice/kernel and twice/weights are in this scope', err)

    def test_named_weights_of_another_library(self):
        prefix = os.path.join(self.folder, 'keras.ckpt')
        kernel = np.arange(12, dtype=np.float32).reshape(4, 3)
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in (('dense/kernel', kernel), ('dense/bias', [1., 2., 3.]),
                                ('dense/bias/Adam', [4., 5., 6.]), ('dense/kernel/Adam', kernel)):
                tf.get_variable(name, initializer=np.float32(value))
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, prefix)
        status, out, err = self.run_main(prefix, self.output, '--layer', 'dense/kernel', '--eps',
                                         '0')
        self.assertEqual(0, status, err)
        self.assertIn('dense/bias is now dense/biases', out)
        reader = tf.train.load_checkpoint(self.output)
        self.assertEqual({'dense/mat_core_1', 'dense/mat_core_2', 'dense/biases',
                          'dense/biases/Adam'}, set(reader.get_variable_to_shape_map()))
        np.testing.assert_array_equal([4, 5, 6], reader.get_tensor('dense/biases/Adam'))

    @parameterized.expand(['float16', 'bfloat16', 'float64'])
    def test_types_are_kept(self, dtype):
        prefix = os.path.join(self.folder, 'typed.ckpt')
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('fc/weights', initializer=tf.ones([4, 6], tf.as_dtype(dtype)))
            tf.get_variable('text', initializer=tf.constant(['a', 'b']), use_resource=True)
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, prefix)
        status, _, err = self.run_main(prefix, self.output, '--layer', 'fc', '--ranks', '2')
        self.assertEqual(0, status, err)
        reader = tf.train.load_checkpoint(self.output)
        self.assertEqual(dtype, reader.get_variable_to_dtype_map()['fc/mat_core_1'].name)
        self.assertEqual([b'a', b'b'], list(reader.get_tensor('text')))

    def test_force_replaces_the_output(self):
        self.convert('--layer', 'net/fc', '--ranks', '2')
        self.convert('--layer', 'net/fc', '--ranks', '1', '--force')
        reader = tf.train.load_checkpoint(self.output)
        self.assertEqual(12 + 8, reader.get_tensor('net/fc/mat_core_1').size
                         + reader.get_tensor('net/fc/mat_core_2').size)
        self.assertEqual({'tt.ckpt.index', 'tt.ckpt.json', 'tt.ckpt.data-00000-of-00002',
                          'tt.ckpt.data-00001-of-00002', 'checkpoint'},
                         set(os.listdir(self.folder)))

    def test_as_a_module(self):
        process = prepared_python.Popen(
            [sys.executable, '-m', 'tensornet.convert', self.prefix, self.output, '--layer',
             'net/fc', '--ranks', '2'], cwd=ROOT, stdout=prepared_python.PIPE,
            stderr=prepared_python.PIPE, universal_newlines=True)
        out, err = process.communicate()
        self.assertEqual(0, process.returncode, err)
        self.assertIn('written: ' + self.output, out)
        self.assertTrue(os.path.exists(self.output + '.index'))

    def test_nobody_reads(self):
        with unread_pipe() as writing:
            process = prepared_python.run(
                [sys.executable, '-m', 'tensornet.convert', self.prefix, self.output, '--layer',
                 'net/fc', '--ranks', '2'], cwd=ROOT, stdout=writing,
                stderr=prepared_python.PIPE, text=True)
        self.assertEqual(141, process.returncode)
        self.assertNotIn('Traceback', process.stderr)
        with open(self.output + '.json') as file:
            self.assertEqual(self.output, json.load(file)['output'])
        Checkpoint(self.output)


class WrongUseTest(CommandLineTestCase):
    """The message says what is wrong; nothing is written, and what was there stays."""

    def assert_fails(self, status, message, *argv):
        before = folder_contents(self.folder)
        result, _, err = self.run_main(*argv)
        self.assertEqual(status, result, err)
        self.assertRegex(err, 'error: .*' + message)
        self.assertEqual(before, folder_contents(self.folder))

    @parameterized.expand([
        ('no_layer', 'nothing to convert; name layers with --layer', []),
        ('no_target', 'exactly one of --ranks, --eps, --max-rank, --compression and --parameters '
         'is needed, or --eps with --max-rank, but none was given',
         ['--layer', 'net/fc']),
        ('two_targets', 'but --ranks and --eps were given',
         ['--layer', 'net/fc', '--ranks', '2', '--eps', '0.1']),
        ('ranks', "expected comma-separated integers, got 'x'",
         ['--layer', 'net/fc', '--ranks', 'x']),
        ('format', 'invalid choice', ['--layer', 'net/fc', '--ranks', '2', '--format', 'cp']),
        ('unknown', 'unrecognized arguments: --rank', ['--layer', 'net/fc', '--rank', '2']),
        ('inspect', '--inspect only lists layers; leave OUTPUT and --layer and --ranks out',
         ['--inspect', '--ranks', '2', '--layer', 'net/fc']),
    ])
    def test_options(self, _, message, options):
        self.assert_fails(2, message, self.prefix, self.output, *options)

    @parameterized.expand([
        ('near_layer', '--layer net/fc1: .* did you mean net/fc', 'net/fc1', ['--ranks', '2']),
        ('layer_without_scope', '--layer logits: .* did you mean .*net/logits', 'logits',
         ['--ranks', '2']),
        ('no_near_layer', '--layer xyz: .* it has net/conv, net/fc, net/logits', 'xyz',
         ['--ranks', '2']),
        ('not_dense', r'the variable net/fc/biases must be \[in, out\] .* is \[12\]',
         'net/fc/biases', ['--ranks', '2']),
        ('twice', '--layer net/fc: it is named twice', 'net/fc', ['--eps', '0', '--layer',
                                                                 'net/fc/weights', '--eps', '0']),
        ('product', r'--layer net/fc: .*product of --inp-modes \[3, 3\] is 9, .* 8 inputs',
         'net/fc', ['--inp-modes', '3,3', '--out-modes', '4,3', '--ranks', '2']),
        ('product_too_small', r'product of --out-modes \[2, 3\] is 6, .* 12 outputs', 'net/fc',
         ['--inp-modes', '2,4', '--out-modes', '2,3', '--ranks', '2', '--pad']),
        ('half_of_the_modes', 'give both or none', 'net/fc',
         ['--inp-modes', '2,4', '--ranks', '2']),
        ('unequal_modes', 'must have the same length', 'net/fc',
         ['--inp-modes', '2,4', '--out-modes', '2,2,3', '--ranks', '2']),
        ('eps', r'--eps must be in \[0, 1\), but it is 1.5', 'net/fc', ['--eps', '1.5']),
        ('eps_nan', r'--eps must be in \[0, 1\), but it is nan', 'net/fc', ['--eps', 'nan']),
        ('compression', r'--compression 40.0 cannot be met: .* ranks of 1 take 14 parameters, a '
                        r'compression of 6.85714', 'net/fc', ['--compression', '40']),
        ('compression_zero', '--compression must be positive', 'net/fc', ['--compression', '0']),
        ('number_of_ranks', r'--ranks must be a list of 3 TT-ranks.* is \[1, 8\]', 'net/fc',
         ['--inp-modes', '2,4', '--out-modes', '4,3', '--ranks', '1,8']),
        ('last_rank', r'--ranks must be a list that ends with 1, but it is \[9, 2, 2\]',
         'net/conv', ['--inp-modes', '2,3', '--out-modes', '4,2', '--ranks', '9,2,2']),
        ('memory', r'there is not enough memory \(.*10000000000000.*; ask for lower ranks',
         'net/fc', ['--inp-modes', '2,4', '--out-modes', '4,3', '--ranks', '1,10000000000000,1']),
        ('format_of_matrix', 'format tt_conv does not fit weights of shape', 'net/fc',
         ['--format', 'tt_conv', '--ranks', '2']),
        ('format_of_kernel', 'format tt does not fit weights of shape', 'net/conv',
         ['--format', 'tt', '--ranks', '2']),
    ])
    def test_layers(self, _, message, layer, options):
        self.assert_fails(1, message, self.prefix, self.output, '--layer', layer, *options)

    def test_output_exists(self):
        options = ['--layer', 'net/fc', '--ranks', '2']
        self.assertEqual(0, self.run_main(self.prefix, self.output, *options)[0])
        self.assert_fails(1, 'tt.ckpt: the output exists; .*--force', self.prefix, self.output,
                          *options)
        os.remove(self.output + '.index')
        self.assert_fails(1, 'tt.ckpt.json: the report exists; .*--force', self.prefix,
                          self.output, *options)

    def test_output_is_the_input(self):
        self.assert_fails(1, 'the output is the input', self.prefix, self.prefix, '--force',
                          '--layer', 'net/fc', '--ranks', '2')

    def test_output_is_a_folder(self):
        self.assert_fails(1, 'the output is a folder', self.prefix, self.folder, '--layer',
                          'net/fc', '--ranks', '2')

    def test_no_output(self):
        self.assert_fails(2, 'the output is missing', self.prefix, '--layer', 'net/fc', '--ranks',
                          '2')

    def test_no_checkpoint(self):
        self.assert_fails(1, 'no checkpoint of that name, .* there is .*model.ckpt-2',
                          self.prefix + '1', self.output, '--layer', 'net/fc', '--ranks', '2')
        self.assert_fails(1, 'the folder has no file `checkpoint`', self.folder, '--inspect')

    @parameterized.expand([('data', '.data-00000-of-00001'), ('index', '.index')])
    def test_truncated_checkpoint(self, _, ending):
        for name in os.listdir(self.dense):
            shutil.copy(os.path.join(self.dense, name), self.folder)
        path = os.path.join(self.folder, 'model.ckpt-2' + ending)
        os.truncate(path, os.path.getsize(path) // 2)
        self.assert_fails(1, 'model.ckpt-2: the checkpoint is damaged or incomplete',
                          os.path.join(self.folder, 'model.ckpt-2'), self.output, '--layer',
                          'net/fc', '--ranks', '2')

    @parameterized.expand([('nan', np.nan), ('inf', np.inf)])
    def test_weights_are_not_finite(self, shown, value):
        prefix = os.path.join(self.folder, 'bad.ckpt')
        with tf.Graph().as_default(), tf.Session() as session:
            weights = np.ones([4, 6], np.float32)
            weights[2, 5] = value
            tf.get_variable('fc/weights', initializer=weights)
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, prefix)
        self.assert_fails(1, rf'--layer fc: .* must be finite, but it holds {shown} at \[2, 5\]',
                          prefix, self.output, '--layer', 'fc', '--ranks', '2')


if __name__ == '__main__':
    unittest.main()
