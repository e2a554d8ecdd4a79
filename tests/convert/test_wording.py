"""Functions name their arguments, the commands their options, in every message about one."""

import ast
import contextlib
import io
import os
import re
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

import tensornet
from tensornet import checkpoints
from tensornet.checkpoints.command_line import main as checkpoints_main
from tensornet.convert import CheckpointError, Request, convert_checkpoint
from tensornet.convert.command_line import main
from tensornet.wording import of_caller, reworded

PACKAGES = ('checkpoints', 'convert', 'cost')
RANDOM = np.random.RandomState(0)
VARIABLES = {
    'fc/weights': RANDOM.normal(size=[8, 12]), 'fc/biases': np.zeros(12),
    'conv/filters': RANDOM.normal(size=[3, 3, 6, 8]), 'words/embeddings': np.ones([6, 4]),
    'nan/weights': np.full([4, 4], np.nan), 'flags/weights': np.ones([4, 4], bool),
    # A layer of modes [2, 4] and [4, 3], one whose modes its shapes do not tell, and a convolution.
    'tt/mat_core_1': RANDOM.normal(size=[20, 2]), 'tt/mat_core_2': RANDOM.normal(size=[3, 20]),
    'tt/biases': np.zeros(12),
    'direct/core_1': np.ones([1, 6]), 'direct/core_2': np.ones([2, 6]),
    'direct/core_3': np.ones([2, 8]), 'direct/core_4': np.ones([2, 5]),
    'nan_tt/mat_core_1': np.full([2, 2], np.nan),
}
MODES = dict(inp_modes=[2, 4], out_modes=[4, 3])
# What is given of a layer; and of the message what both say, with its arguments in braces.
CASES = [
    ('no_layer', dict(layer='x', target=dict(eps=0.)), '{layer} x: the checkpoint has no such'),
    ('a_slot_or_other', dict(layer='fc/biases', target=dict(eps=0.)),
     '{layer} fc/biases: the variable fc/biases must be [in, out]'),
    ('a_core', dict(layer='tt/mat_core_1', target=dict(eps=0.)),
     '{layer} tt/mat_core_1: the variable tt/mat_core_1 is a core'),
    ('format', dict(layer='fc', format='tt_conv', target=dict(ranks=2)),
     '{layer} fc: the format tt_conv does not fit'),
    ('type', dict(layer='flags', target=dict(ranks=2)), '{layer} flags: the variable flags/'),
    ('not_finite', dict(layer='nan', target=dict(ranks=2)),
     '{layer} nan: the weights must be finite, but it holds nan at [0, 0]'),
    ('not_finite_tt', dict(layer='nan_tt', target=dict(ranks=2), inp_modes=[2], out_modes=[2]),
     '{layer} nan_tt: the variable nan_tt/mat_core_1 holds NaN'),
    ('new_modes_of_dense', dict(layer='fc', target=dict(ranks=2), new_inp_modes=[8],
                                new_out_modes=[12]),
     '{layer} fc: new modes and noise are for layers that are TT layers already, but this one is '
     'dense; pass its modes as {inp_modes} and {out_modes}'),
    ('half_of_the_modes', dict(layer='fc', target=dict(ranks=2), inp_modes=[8]),
     '{layer} fc: input and output modes go together'),
    ('size_of_dense', dict(layer='fc', target=dict(ranks=2), inp_size=7),
     '{layer} fc: {inp_size} is 7, but the dense weights have 8'),
    ('size_of_outputs', dict(layer='fc', target=dict(ranks=2), out_size=7),
     '{layer} fc: {out_size} is 7, but the dense weights have 12'),
    ('size_of_nothing', dict(layer='fc', target=dict(ranks=2), inp_size=0),
     '{layer} fc: {inp_size} must be at least 1'),
    ('product', dict(layer='fc', target=dict(ranks=2), inp_modes=[3, 3], out_modes=[4, 3]),
     '{layer} fc: the product of {inp_modes} [3, 3] is 9, but the weights of shape [8, 12] have 8 '
     'inputs; choose modes that multiply to 8, or pass {pad=True} to add zeros'),
    ('product_of_channels', dict(layer='conv', target=dict(ranks=2), inp_modes=[2, 3],
                                 out_modes=[3, 3]),
     '{layer} conv: the product of {out_modes} [3, 3] is 9'),
    ('product_of_rows', dict(layer='words', target=dict(ranks=2), inp_modes=[2, 2],
                             out_modes=[2, 2]),
     '{layer} words: the product of {inp_modes} [2, 2] is 4'),
    ('unequal', dict(layer='conv', target=dict(ranks=2), inp_modes=[6], out_modes=[4, 2]),
     '{layer} conv: {inp_modes} and {out_modes} must have the same length'),
    ('mode', dict(layer='words', target=dict(ranks=2), inp_modes=[3, 2], out_modes=[0, 2]),
     '{layer} words: {out_modes[0]} must be at least 1'),
    ('cores', dict(layer='fc', target=dict(ranks=2), cores=0), '{layer} fc: {cores} must be at'),
    ('many_cores', dict(layer='fc', target=dict(ranks=2), cores=65),
     '{layer} fc: {cores} must be at most 64'),
    ('ranks', dict(layer='fc', target=dict(ranks=[1, 8]), **MODES),
     '{layer} fc: {ranks} must be a list of 3 TT-ranks, one more than there are cores'),
    ('one_rank', dict(layer='fc', target=dict(ranks=0), **MODES), '{layer} fc: {ranks} must be at'),
    ('max_rank', dict(layer='fc', target=dict(max_rank=0)), '{layer} fc: {max_rank} must be at'),
    ('eps', dict(layer='fc', target=dict(eps=1.5)), '{layer} fc: {eps} must be in [0, 1)'),
    ('compression', dict(layer='fc', target=dict(compression=40.)),
     '{layer} fc: {compression} 40.0 cannot be met'),
    ('parameters', dict(layer='fc', target=dict(parameters=1)),
     '{layer} fc: {parameters} 1 cannot be met'),
    ('format_of_tt', dict(layer='tt', format='tt_conv', target=dict(ranks=2)),
     '{layer} tt: the layer is a tt, which does not become a tt_conv; leave {format} out'),
    ('modes_unknown', dict(layer='tt', target=dict(ranks=2)),
     '{layer} tt: the shapes of the cores, [[20, 2], [3, 20]], do not tell the modes of the TT '
     'layer, which may be padded; pass those that it has as {inp_modes} and {out_modes}, or give '
     '{inp_size} and {out_size}'),
    ('modes_of_tt', dict(layer='tt', target=dict(ranks=2), inp_modes=[2, 3], out_modes=[4, 3]),
     '{layer} tt: the variables[1] must be [o r_k, r_{{k-1}} i]'),
    ('number_of_modes', dict(layer='tt', target=dict(ranks=2), inp_modes=[8], out_modes=[12]),
     '{layer} tt: the variables must hold one core for each of the 1 modes'),
    ('modes_of_other_length', dict(layer='tt', target=dict(ranks=2), inp_modes=[8],
                                   out_modes=[4, 3]),
     '{layer} tt: {inp_modes} and {out_modes} must have the same length'),
    ('mode_of_tt', dict(layer='tt', target=dict(ranks=2), inp_modes=[8, 0], out_modes=[4, 3]),
     '{layer} tt: {inp_modes[1]} must be at least 1'),
    ('inputs_of_tt', dict(layer='tt', target=dict(ranks=2), inp_size=9, **MODES),
     '{layer} tt: the layer has 9 inputs, but the {inp_modes} [2, 4] multiply to 8'),
    ('outputs_without_biases', dict(layer='nan_tt', target=dict(ranks=2), inp_modes=[2],
                                    out_modes=[2], out_size=3),
     '{layer} nan_tt: the layer has 3 outputs, but the {out_modes} [2] multiply to 2'),
    ('outputs_of_tt', dict(layer='tt', target=dict(ranks=2), out_size=11, **MODES),
     '{layer} tt: {out_size} is 11, but the biases have 12'),
    ('channels_of_direct', dict(layer='direct', target=dict(ranks=2), out_size=7),
     '{layer} direct: {out_size} is 7, but the cores have 5'),
    ('ranks_of_tt', dict(layer='tt', target=dict(ranks=[1, 2, 2, 1]), **MODES),
     '{layer} tt: {ranks} must be 3 ranks like those of the layer'),
    ('noise', dict(layer='tt', target=dict(ranks=2), noise=1., **MODES),
     '{layer} tt: noise is for ranks that become higher'),
    ('noise_below_zero', dict(layer='tt', target=dict(ranks=8), noise=-1., **MODES),
     '{layer} tt: {noise} must be a finite number of at least 0'),
    ('new_modes', dict(layer='tt', target=dict(ranks=2), new_inp_modes=[9], new_out_modes=[12],
                       **MODES),
     '{layer} tt: the product of {new_inp_modes} [9] is 9'),
    ('new_modes_of_outputs', dict(layer='tt', target=dict(ranks=2), new_inp_modes=[8],
                                  new_out_modes=[13], **MODES),
     '{layer} tt: the product of {new_out_modes} [13] is 13'),
    ('new_modes_of_direct', dict(layer='direct', target=dict(ranks=2), new_inp_modes=[2],
                                 new_out_modes=[5]),
     '{layer} direct: the modes of `tt_conv_direct` are the sizes'),
    ('fit_of_tt', dict(layer='tt', target=dict(ranks=2), fit=dict(inputs=np.ones([2, 8])), **MODES),
     '{layer} tt: a layer is fitted to inputs when it is converted from dense weights, but this '
     'one is a TT layer already; leave {inputs} out'),
    ('inputs', dict(layer='fc', target=dict(ranks=2), fit=dict(inputs=np.ones([2, 7])), **MODES),
     '{layer} fc: {inputs} must be [n, 8]'),
    ('single_pass', dict(layer='fc', target=dict(ranks=2), fit=dict(inputs=np.zeros([0, 8])),
                         **MODES), '{layer} fc: {inputs} must be at least one example'),
    ('following', dict(layer='fc', target=dict(ranks=2), fit=dict(
        inputs=np.ones([2, 8]), following='words'), **MODES),
     '{layer} fc: {following} must be [12, next]'),
    ('following_of_no_matrix', dict(layer='fc', target=dict(ranks=2), fit=dict(
        inputs=np.ones([2, 8]), following='conv'), **MODES),
     '{layer} fc: the layer that follows must be one of dense weights'),
    ('strides', dict(layer='conv', target=dict(ranks=2), inp_modes=[2, 3], out_modes=[4, 2],
                     fit=dict(inputs=np.ones([2, 5, 5, 6]), strides=[1, 1, 1])),
     '{layer} conv: {strides} must be a vertical and a horizontal one'),
    ('dilations', dict(layer='conv', target=dict(ranks=2), inp_modes=[2, 3], out_modes=[4, 2],
                       fit=dict(inputs=np.ones([2, 5, 5, 6]), dilations=[0, 1])),
     '{layer} conv: {dilations[0]} must be at least 1'),
]
# Of each the message begins with what has no effect.
CASES += [(f'effect_{name}', request, '{layer} ' + f'{request["layer"]}: {message} no effect, '
           'since ') for name, request, message in [
    ('cores', dict(layer='fc', target=dict(ranks=2), cores=2, **MODES), '{cores} has'),
    ('cores_of_tt', dict(layer='tt', target=dict(ranks=2), cores=2, **MODES), '{cores} has'),
    ('modes_of_direct', dict(layer='conv', format='tt_conv_direct', target=dict(ranks=2),
                             inp_modes=[2, 3], out_modes=[4, 2]),
     '{inp_modes} and {out_modes} have'),
    ('cores_of_direct', dict(layer='conv', format='tt_conv_direct', target=dict(ranks=2), cores=4),
     '{cores} has'),
    ('modes_of_direct_tt', dict(layer='direct', target=dict(ranks=2), inp_modes=[2, 2],
                                out_modes=[5, 1]), '{inp_modes} and {out_modes} have'),
    ('strides', dict(layer='fc', target=dict(ranks=2), fit=dict(
        inputs=np.ones([2, 8]), strides=[2, 2]), **MODES), '{strides} has'),
    ('padding', dict(layer='fc', target=dict(ranks=2), fit=dict(
        inputs=np.ones([2, 8]), padding='VALID', dilations=[1, 2]), **MODES),
     '{padding} and {dilations} have'),
]]
PYTHON = re.compile(r'\{([a-z_]+(?:\[\d\]|=True)?)\}')


def in_python(pattern):
    """Regular expression of a message of a function."""
    return _pattern(pattern, lambda name: f'`{name}`')


def in_options(pattern):
    """Regular expression of a message of a command."""
    return _pattern(pattern, lambda name: '--' + name.replace('_', '-').replace('=True', ''))


def _pattern(pattern, word):
    text = PYTHON.sub(lambda match: word(match.group(1)), pattern)
    return '^' + re.escape(text.replace('{{', '{').replace('}}', '}'))


class WordingTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in VARIABLES.items():
                dtype = bool if value.dtype == bool else np.float32
                tf.get_variable(name, initializer=value.astype(dtype))
            session.run(tf.global_variables_initializer())
            cls.source = tf.train.Saver().save(session, os.path.join(
                cls.folder.name, 'm.ckpt'))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = os.path.join(folder.name, 'tt.ckpt')

    def options(self, **request):
        """Arguments of the command that ask for the same as a `Request`."""
        flat = dict(request, **request['target'])
        flat.update(flat.pop('fit', {}))
        if 'inputs' in flat:
            path = self.output + '-inputs.npy'
            np.save(path, flat['inputs'])
            flat['inputs'] = path
        del flat['target']
        layer = flat.pop('layer')
        return ['--layer', layer] + [text for name, value in flat.items() for text in (
            '--' + name.replace('_', '-'),
            ','.join(map(str, value)) if isinstance(value, list) else str(value))]

    def printed(self, run, *argv):
        """Returns what a command prints to stderr and stdout."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            run(list(argv))
        return err.getvalue(), out.getvalue()

    @parameterized.expand(CASES)
    def test_layers(self, _, request, message):
        with self.assertRaisesRegex((CheckpointError, ValueError, TypeError), in_python(message)):
            convert_checkpoint(self.source, self.output, [Request(**request)])
        error, _ = self.printed(main, self.source, self.output, *self.options(**request))
        self.assertRegex(error, in_options('error: ' + message))

    def test_twice(self):
        request = Request('fc', target=dict(ranks=2))
        message = '{layer} fc: it is named twice'
        with self.assertRaisesRegex(CheckpointError, in_python(message)):
            convert_checkpoint(self.source, self.output, [request, request])
        error, _ = self.printed(main, self.source, self.output, '--ranks', '2', '--layer', 'fc',
                                '--layer', 'fc/weights')
        self.assertRegex(error, in_options('error: ' + message))

    def refused(self, report_path=None, force=False):
        """Returns the errors of the function and of the command, from the path on."""
        request = dict(layer='fc', target=dict(ranks=2))
        path = report_path or self.output + '.json'
        with self.assertRaises(CheckpointError) as caught:
            convert_checkpoint(self.source, self.output, [Request(**request)], force, False, path)
        error, _ = self.printed(main, self.source, self.output, *self.options(**request),
                                *(['--json', report_path] if report_path else []),
                                *(['--force'] if force else []))
        return str(caught.exception), error.replace('error: ', '').strip()

    def assert_worded(self, message, path, errors):
        """Asserts what follows a path: arguments of the function, and options of the command."""
        message = f'{path}: {message}'
        self.assertEqual([reworded(PYTHON.sub(r'`\1`', message), {}),
                          PYTHON.sub(lambda name: {'output': 'OUTPUT', 'report_path': '--json',
                                                   'force=True': '--force'}[name.group(1)],
                                     message)], list(errors))

    def test_paths(self):
        report, folder = self.output + '.json', os.path.dirname(self.output)
        self.assert_worded('the report is a folder; pass a file in it as {report_path}',
                           folder, self.refused(folder))
        data = os.path.join(folder, 'm.index')
        self.assert_worded('the report would be a file of a checkpoint; pass another {report_path}',
                           data, self.refused(data))
        missing = os.path.join(folder, 'missing', 'r.json')
        self.assert_worded('the folder of the report does not exist; make it, or pass another '
                           '{report_path}', missing, self.refused(missing))
        if os.path.exists('/dev/null'):
            self.assert_worded('the report must be a file, which this is not; pass another '
                               '{report_path}', '/dev/null', self.refused('/dev/null'))
        with open(report, 'w') as file:
            file.write('text')
        self.assert_worded('the report exists; pass another {report_path}, or {force=True} to '
                           'replace it', report, self.refused())
        self.assert_worded('there is a file of this name, which is no report of a conversion; it '
                           'is not replaced, so move it away or pass another {report_path}',
                           report, self.refused(force=True))
        with open(self.output + '.index', 'w'):
            pass
        self.assert_worded('the output exists; pass another {output}, or {force=True} to replace '
                           'it', self.output, self.refused())

    def test_output_of_the_command_for_old_checkpoints(self):
        checkpoints.rewrite(self.source, self.output)
        with self.assertRaisesRegex(CheckpointError, 'the output exists; pass another `output`$'):
            checkpoints.rewrite(self.source, self.output)
        error, _ = self.printed(checkpoints_main, self.source, '--out', self.output)
        self.assertRegex(error, 'the output exists; pass another --out\n$')

    def test_warnings(self):
        request = dict(layer='fc', target=dict(ranks=[1, 99, 1]), **MODES)
        with self.assertWarnsRegex(UserWarning, '^`layer` fc: some TT-ranks are larger'):
            convert_checkpoint(self.source, None, [Request(**request)], dry_run=True)
        error, _ = self.printed(main, self.source, '--dry-run', *self.options(**request))
        self.assertRegex(error, '^warning: --layer fc: some TT-ranks are larger')

    def test_report(self):
        request = dict(layer='fc', target=dict(eps=1e-3), **MODES)
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            report = convert_checkpoint(self.source, None, [Request(**request)], dry_run=True)
        self.assertRegex(report.as_text(), 'pass a larger `eps`, or a `compression`\n')
        _, text = self.printed(main, self.source, '--dry-run', *self.options(**request))
        self.assertRegex(text, 'pass a larger --eps, or a --compression\n')

    def test_no_function_speaks_of_options(self):
        root = os.path.dirname(tensornet.__file__)
        for package in PACKAGES:
            for name in sorted(os.listdir(os.path.join(root, package))):
                if name.endswith('.py') and name not in ('command_line.py', '__init__.py'):
                    path = os.path.join(root, package, name)
                    with open(path, encoding='utf-8') as file, warnings.catch_warnings():
                        # Of the newest Pythons `ast.Str` warns.
                        warnings.simplefilter('ignore')
                        texts = [getattr(node, 'value', getattr(node, 's', ''))
                                 for node in ast.walk(ast.parse(file.read()))
                                 if type(node).__name__ in ('Constant', 'Str')]
                    self.assertEqual([], [text for text in texts if isinstance(text, str)
                                          and re.search(r'(?<![-\w])--[a-z]', text)], path)


class RewordedTest(unittest.TestCase):

    @parameterized.expand([
        ('`a` and `b`', '--a and `b`'), ('`a[3]` is', '--a[3] is'), ('pass `a=True`', 'pass --a'),
        ('a and `a=3`', 'a and `a=3`'), ('`ab`', '`ab`'), ('`c[0]`', '`d[0]`'), ('', '')])
    def test_reworded(self, text, expected):
        self.assertEqual(expected, reworded(text, {'a': '--a', 'c': '`d`'}))

    @parameterized.expand([
        ('f: `a` is', '--a is'), ('`a` is: 3', '--a is: 3'), ('the a: b', 'the a: b'),
        ('f: g: `a`', 'g: --a')])
    def test_of_caller(self, text, expected):
        self.assertEqual(expected, of_caller(text, {'a': '--a'}))


if __name__ == '__main__':
    unittest.main()
