"""The flags of scripts that name folders, and files to write."""
import os
import stat
import unittest

from parameterized import parameterized

from tests.script_runner import ScriptTest

# What each script takes besides, to get as far as its --log_dir.
SCRIPTS = [
    ('mnist/train.py', []), ('mnist/compress.py', []), ('mnist/shapes.py', []),
    ('cifar10_fc/train.py', []), ('cifar10_conv/train.py', ['--net_module=conv']),
    ('sequence_mnist/train.py', []), ('sequence_mnist/compare.py', []),
    ('language_model/train.py', []), ('language_model/compare.py', []),
    ('cifar10_conv/train_with_pretrained_convs.py', ['--net_module=conv', '--convs_from=x']),
    ('cifar10_conv/side_by_side.py', ['--runs=a,b']), ('vgg/tables.py', []),
    ('vgg/inference_time.py', [])]


class LogDirTest(ScriptTest):

    @parameterized.expand(SCRIPTS)
    def test_a_file_names_the_flag(self, script, arguments):
        self.script = os.path.join('experiments', script)
        file = os.path.join(self.folder, 'file')
        open(file, 'w').close()
        path = os.path.join(file, 'run') if 'mnist' in script else file
        status, out, err = self.run_script(f'--log_dir={path}', *arguments)
        self.assertEqual((2, '', f'error: flag --log_dir={path}: expected a folder, but {file} is '
                          'a file\n'), (status, out, err))
        self.assertEqual(['file'], os.listdir(self.folder))

    @parameterized.expand([('vgg/compress.py', ['--ranks=2']), ('initialization/depth.py', [])])
    def test_an_output_below_a_file_names_the_flag(self, script, arguments):
        self.script = os.path.join('experiments', script)
        file = os.path.join(self.folder, 'file')
        open(file, 'w').close()
        status, out, err = self.run_script(f'--output={file}/out', *arguments)
        self.assertEqual((2, '', f'error: flag --output={file}/out: expected a folder, but {file} '
                          'is a file\n'), (status, out, err))


class LayerTest(ScriptTest):

    @parameterized.expand([
        ('mnist/train.py', '--ranks=4'), ('mnist/train.py', '--inp_modes=8,8,4,4'),
        ('mnist/train.py', '--out_modes=8,8,4,4'), ('cifar10_fc/train.py', '--ranks=4'),
        ('cifar10_fc/train.py', '--hidden_modes=6,6,6,6,6,6')])
    def test_flags_of_tt_layers_are_not_for_dense_ones(self, script, argument):
        self.script = os.path.join('experiments', script)
        status, out, err = self.run_script('--layer=dense', argument)
        self.assertEqual((2, ''), (status, out))
        name = argument.partition('=')[0]
        self.assertIn(f'expected {name} only with --layer=tt', err)


class DepthTest(ScriptTest):
    script = 'experiments/initialization/depth.py'

    @parameterized.expand([
        ('--learning_rate=-1', '--learning_rate=-1.*expected a positive number'),
        ('--draws=0', '--draws=0'),
        ('--output=', '--output=: expected the name of a file'),
        ('--output=logs/', '--output=logs/: expected the name of a file'),
        ('--output=plot.json', '--output=plot.json: expected a name that ends in .png'),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_divergence_is_an_error_and_nothing_is_written(self):
        status, out, err = self.run_script('--learning_rate=1e10', '--draws=1', '--epochs=1')
        self.assertEqual((1, ''), (status, out))
        self.assertRegex(err, r'^error: xavier \(default\): the loss is (nan|inf) at step \d+; '
                         r'pass a lower --learning_rate\n$')
        self.assertEqual([], os.listdir(self.folder))


class RunDirTest(ScriptTest):
    script = 'experiments/mnist/train.py'

    @parameterized.expand(['run[1]', 'run*', 'what?', 'a\\b'])
    def test_a_pattern_of_tensorflow_is_refused(self, name):
        self.assert_flag_error(f'--log_dir={name}', '--log_dir=.*takes . in the path of a '
                               'checkpoint for a pattern; choose a name without')

    def test_a_link_to_nowhere(self):
        os.symlink('nowhere', os.path.join(self.folder, 'link'))
        status, _, err = self.run_script('--log_dir=link')
        self.assertEqual(2, status)
        self.assertRegex(err, '^error: flag --log_dir=link: expected a folder, but .*/link is a '
                         'file\n$')

    @unittest.skipIf(not hasattr(os, 'geteuid') or os.geteuid() == 0,
                     'the superuser may write anywhere')
    def test_a_folder_that_cannot_be_written_to(self):
        closed = os.path.join(self.folder, 'closed')
        os.mkdir(closed)
        os.chmod(closed, stat.S_IRUSR | stat.S_IXUSR)
        for path in (closed, os.path.join(closed, 'run')):
            status, _, err = self.run_script(f'--log_dir={path}')
            self.assertEqual((2, f'error: flag --log_dir={path}: {closed} cannot be written to\n'),
                             (status, err))
