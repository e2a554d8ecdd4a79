"""The command: which files it reads and writes, its report, its exit status."""

import contextlib
import io
import os
import resource
import tempfile
import tokenize
import unittest
from unittest import mock

from parameterized import parameterized

from tensornet.port import __main__ as command
from tensornet.port import files

OLD = 'import tensorflow as tf\n'
NEW = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n'
NEEDS_A_LOOK = 'import tensorflow as tf\ntf.contrib.slim\n'


class CommandTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'wb') as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def read(self, *names):
        with open(self.path(*names), 'rb') as file:
            return file.read().decode()

    def tree(self, name='.'):
        """Returns the paths below a folder with the contents of the files."""
        found = {}
        for folder, folders, names in os.walk(self.path(name)):
            for entry in folders:
                found[os.path.relpath(os.path.join(folder, entry), self.path(name))] = None
            for entry in names:
                path = os.path.join(folder, entry)
                if os.path.exists(path):
                    with open(path, 'rb') as file:
                        found[os.path.relpath(path, self.path(name))] = file.read()
        return found

    def run_command(self, *arguments):
        """Returns the exit status and what was printed; paths are relative to the folder."""
        output, errors = io.StringIO(), io.StringIO()
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                status = command.main(list(arguments))
        except SystemExit as exit:
            status = exit.code
        finally:
            os.chdir(before)
        return status, output.getvalue() + errors.getvalue()


class ScriptTest(CommandTest):

    def test_changed(self):
        self.write('train.py', OLD)
        status, output = self.run_command('train.py', '--out', 'new')
        self.assertEqual(0, status)
        self.assertEqual(NEW, self.read('new', 'train.py'))
        self.assertEqual(OLD, self.read('train.py'))
        self.assertEqual(['train.py: changed',
                          '    line 1: `import tensorflow.compat.v1 as tf` (tf_upgrade_v2)',
                          '    line 1: added `tf.disable_v2_behavior()`',
                          '1 script: 1 changed, 0 unchanged; nothing needs a look'],
                         output.splitlines())

    def test_needs_a_look(self):
        self.write('train.py', NEEDS_A_LOOK)
        status, output = self.run_command('train.py', '--out', 'new')
        self.assertEqual(1, status)
        self.assertIn('train.py: changed, needs a look\n', output)
        self.assertIn('    line 2: needs a look: `tf.contrib.slim`', output)
        self.assertIn('1 file to look at', output)

    def test_a_second_time(self):
        self.write('train.py', NEEDS_A_LOOK)
        self.run_command('train.py', '--out', 'new')
        status, output = self.run_command('new/train.py', '--out', 'newer')
        self.assertEqual(1, status)
        self.assertIn('train.py: unchanged, needs a look', output)
        self.assertEqual(self.tree('new'), self.tree('newer'))
        self.assertEqual(1, self.run_command('train.py', '--out', 'new')[0])

    @parameterized.expand([(OLD, 0), (NEEDS_A_LOOK, 1), (NEW, 0)])
    def test_check_writes_nothing(self, text, expected):
        self.write('train.py', text)
        before = self.tree()
        status, output = self.run_command('train.py', '--check')
        self.assertEqual(expected, status)
        self.assertEqual('would change' in output, text != NEW)
        self.assertEqual(expected, self.run_command('train.py', '--check', '--out', 'new')[0])
        self.assertEqual(before, self.tree())

    def test_nothing_of_the_input_is_executed(self):
        line = 'open("executed", "w").close()\n'
        self.write('sitecustomize.py', line)
        self.write('train.py', '#!/usr/bin/env python\n' + OLD + line + 'import helper\n')
        self.write('helper.py', line)
        self.run_command('.', '--out', 'new')
        self.assertNotIn('executed', self.tree())
        self.assertIn('train.py', self.tree('new'))

    def test_help_says_what_the_exit_status_means(self):
        status, output = self.run_command('--help')
        self.assertEqual(0, status)
        self.assertRegex(' '.join(output.split()), (
            'SCRIPT_OR_FOLDER what to port: .* 2 the arguments are wrong, or a file could not be '
            'read or written [(]the files before it are complete[)]'))

    def test_keeps_the_permission_to_execute(self):
        self.write('train.py', OLD)
        os.chmod(self.path('train.py'), 0o755)
        self.run_command('train.py', '--out', 'new')
        self.assertTrue(os.access(self.path('new', 'train.py'), os.X_OK))

    def test_python_2_only(self):
        self.write('train.py', OLD + 'print "a"\n')
        status, output = self.run_command('train.py', '--out', 'new')
        self.assertEqual(1, status)
        self.assertIn('line 2: needs a look: Python 2 only: print statement', output)
        self.assertEqual(NEW + 'print "a"\n', self.read('new', 'train.py'))

    def test_what_is_no_text_is_copied(self):
        self.write('train.py', b's = "\xe9"\n')
        status, output = self.run_command('train.py', '--out', 'new')
        self.assertEqual(1, status)
        self.assertRegex(output, 'line 1: needs a look: .*declare the encoding')
        self.assertEqual(self.tree('new')['train.py'], b's = "\xe9"\n')


class RefusalTest(CommandTest):
    """Arguments with which something would be lost: nothing is written."""

    def assert_refused(self, pattern, *arguments):
        before = self.tree()
        status, output = self.run_command(*arguments)
        self.assertEqual(2, status)
        self.assertRegex(output, pattern)
        self.assertEqual(before, self.tree())

    def test_no_output(self):
        self.write('train.py', OLD)
        self.assert_refused('--out.*--check', 'train.py')

    def test_no_input(self):
        self.assert_refused('no file or folder nothing.py', 'nothing.py', '--out', 'new')

    def test_the_input_itself(self):
        self.write('old/train.py', OLD)
        self.assert_refused('is a file of the input', 'old/train.py', '--out', 'old')
        self.assert_refused('is a file of the input', 'old', '--out', 'old')
        for out in ('old/../old', 'new/../old', 'new/../new/../old'):
            self.assert_refused('is a file of the input', 'old', '--out', out)

    def test_the_input_under_another_name(self):
        self.write('old/train.py', OLD)
        os.symlink(self.path('old'), self.path('link'))
        self.assert_refused('is a file of the input', 'old', '--out', 'link')
        os.makedirs(self.path('new'))
        os.symlink(self.path('old', 'train.py'), self.path('new', 'train.py'))
        self.assert_refused('is a file of the input', 'old', '--out', 'new')

    @parameterized.expand([('into_the_input', 'old/more'), ('elsewhere', 'elsewhere')])
    def test_a_link_to_a_folder_in_the_output(self, _, leads_to):
        self.write('old/nets/a.py', OLD)
        self.write('old/more/b.py', OLD)
        os.makedirs(self.path('new'))
        os.makedirs(self.path('elsewhere'))
        os.symlink(self.path(leads_to), self.path('new', 'nets'))
        self.assert_refused('new/nets leads out of the output', 'old', '--out', 'new')

    def test_a_pipe_in_place_of_a_file(self):
        self.write('old/train.py', OLD)
        os.makedirs(self.path('new'))
        os.mkfifo(self.path('new', 'train.py'))
        status, output = self.run_command('old', '--out', 'new')
        self.assertEqual(2, status)
        self.assertRegex(output, 'train.py exists and differs')

    def test_a_hard_link_to_the_input(self):
        self.write('old/train.py', OLD)
        os.makedirs(self.path('new'))
        os.link(self.path('old', 'train.py'), self.path('new', 'train.py'))
        self.assert_refused('is a file of the input', 'old', '--out', 'new')

    def test_two_files_of_one_name(self):
        """As where case does not count: the second is there when the first is written."""
        self.write('old/a.py', OLD)
        found = files.find(self.path('old'), self.path('new'))
        with self.assertRaisesRegex(files.FilesError, 'a.py is the name of two files'):
            files.write(found * 2, [None, b'other'], self.path('new'))
        self.assertEqual({'a.py': OLD.encode()}, self.tree('new'))

    def test_another_file_in_the_folder_above(self):
        self.write('old/train.py', OLD)
        self.write('old/old/train.py', NEW)
        self.assert_refused('train.py exists and differs', 'old/old', '--out', 'old')

    def test_an_output_that_was_edited_since(self):
        self.write('old/a.py', OLD)
        self.write('old/b.py', OLD)
        self.write('new/b.py', NEW + '# by hand\n')
        self.assert_refused('b.py exists and differs', 'old', '--out', 'new')

    def test_a_file_where_a_folder_is_to_be(self):
        self.write('old/nets/a.py', OLD)
        self.write('new/nets', '')
        self.assert_refused('nets', 'old', '--out', 'new')

    @parameterized.expand([('file', 'no folder', 'the folder no folder cannot be made'),
                           ('below_a_file', 'no folder/new', 'the folder .* cannot be made')])
    def test_an_output_that_is_no_folder(self, _, out, pattern):
        self.write('old/train.py', OLD)
        self.write('no folder', '')
        self.assert_refused(pattern + r'.* name another one with --out', 'old', '--out', out)

    def test_a_full_disk(self):
        self.write('old/a.py', OLD)
        self.write('old/b.py', OLD + '#' * 1000)
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, limit[1]))
        try:
            status, output = self.run_command('old', '--out', 'new')
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        self.assertEqual(2, status)
        self.assertRegex(output, r'b\.py cannot be written \(File too large\); make room .*, then '
                                 'run the command again; the files already written are complete')
        self.assertEqual({'a.py': NEW.encode()}, self.tree('new'))
        self.assertEqual(0, self.run_command('old', '--out', 'new')[0])
        self.assertEqual({'a.py', 'b.py'}, set(self.tree('new')))

    def test_a_failing_write_leaves_nothing_behind(self):
        self.write('old/a.py', OLD)
        found = files.find(self.path('old'), self.path('new'))
        with self.assertRaises(TypeError):
            files.write(found, ['not bytes'], self.path('new'))
        self.assertEqual({}, self.tree('new'))


class FolderTest(CommandTest):

    def test_scripts_and_other_files(self):
        self.write('old/train.py', OLD)
        self.write('old/nets/tt.py', NEW)
        self.write('old/run', '#!/usr/bin/python\n' + OLD)
        self.write('old/run.sh', '#!/bin/sh\nimport tensorflow as tf\n')
        self.write('old/data/images.bin', b'\0\xff')
        self.write('old/.git/config', '')
        self.write('old/__pycache__/train.pyc', '')
        os.makedirs(self.path('old/results'))
        status, output = self.run_command('old', '--out', 'new')
        self.assertEqual(0, status)
        self.assertEqual({
            'train.py': NEW.encode(), 'nets': None, 'nets/tt.py': NEW.encode(),
            'run': b'#!/usr/bin/python\n' + NEW.encode(), 'data': None, 'results': None,
            'run.sh': b'#!/bin/sh\nimport tensorflow as tf\n', 'data/images.bin': b'\0\xff',
        }, self.tree('new'))
        self.assertIn('3 scripts: 2 changed, 1 unchanged; 2 other files copied', output)

    def test_a_second_time(self):
        self.write('old/train.py', OLD)
        self.write('old/data.bin', b'\0')
        self.run_command('old', '--out', 'new')
        self.assertEqual(0, self.run_command('old', '--out', 'new')[0])
        self.assertEqual(0, self.run_command('new', '--out', 'newer')[0])
        self.assertEqual(self.tree('new'), self.tree('newer'))

    def test_a_second_time_takes_as_long_for_each_of_many_files(self):
        for number in range(50):
            self.write(f'old/{number}.txt', '')
        self.run_command('old', '--out', 'new')
        with mock.patch('os.stat', wraps=os.stat) as stat:
            self.assertEqual(0, self.run_command('old', '--out', 'new')[0])
        self.assertLess(stat.call_count, 50 * 25)

    def test_the_output_inside_of_the_input(self):
        self.write('old/train.py', OLD)
        for _ in range(2):
            self.assertEqual(0, self.run_command('old', '--out', 'old/new')[0])
            self.assertEqual({'train.py': NEW.encode()}, self.tree('old/new'))

    def test_the_output_by_a_folder_that_is_not_there(self):
        self.write('old/a.py', OLD)
        for _ in range(2):
            self.assertEqual(0, self.run_command('old', '--out', 'new/../old/made')[0])
        self.assertEqual({'a.py'}, set(self.tree('old/made')))
        self.assertEqual({'old'}, set(os.listdir(self.path())))

    def test_the_input_inside_of_the_output(self):
        self.write('all/old/train.py', OLD)
        self.assertEqual(0, self.run_command('all/old', '--out', 'all')[0])
        self.assertEqual({'old': None, 'old/train.py': OLD.encode(), 'train.py': NEW.encode()},
                         self.tree('all'))

    def test_links(self):
        self.write('old/a.py', OLD)
        self.write('elsewhere/b.py', OLD)
        os.symlink('a.py', self.path('old', 'link.py'))
        os.symlink(self.path('elsewhere'), self.path('old', 'folder'))
        os.symlink('nothing', self.path('old', 'broken.py'))
        status, output = self.run_command('old', '--out', 'new')
        self.assertEqual(1, status)
        self.assertEqual({'a.py': NEW.encode(), 'link.py': NEW.encode()}, self.tree('new'))
        self.assertFalse(os.path.islink(self.path('new', 'link.py')))
        self.assertRegex(output, 'folder: .*look\n.*link to a folder, which is not followed')
        self.assertRegex(output, 'broken.py: .*look\n.*link to nothing')

    @unittest.skipUnless(os.path.exists('/proc/self/mem'), 'needs a file that cannot be read')
    def test_a_bad_file_does_not_stop_the_others(self):
        self.write('old/a.py', '# coding: rot13\nimport os\n')
        self.write('old/b.py', '# coding: undefined\nimport os\n')
        self.write('old/c.py', 'import tensorflow as tf\rx = 1\r')
        self.write('old/d.py', b'x = 1\0')
        self.write('old/e.py', 'x = ' + '-' * 20000 + '1\n')
        os.symlink('/proc/self/mem', self.path('old', 'f.py'))
        os.symlink('g.py', self.path('old', 'g.py'))
        os.symlink('.', self.path('old', 'h'))
        self.write('old/z.py', OLD)
        status, output = self.run_command('old', '--out', 'new')
        self.assertEqual(1, status)
        for pattern in ('a.py: .*\n.*not a text encoding', 'b.py: .*\n.*codec failed',
                        'd.py: .*\n.*zero byte', 'e.py: .*\n.*nothing in it is ported',
                        'f.py: .*\n.*cannot be read', 'g.py: .*\n.*link to nothing',
                        'h: .*\n.*link to a folder'):
            self.assertRegex(output, pattern)
        self.assertEqual(NEW, self.read('new', 'z.py'))
        self.assertEqual(NEW.replace('\n', '\r') + 'x = 1\r', self.read('new', 'c.py'))
        self.assertEqual({'a.py', 'b.py', 'c.py', 'd.py', 'e.py', 'z.py'}, set(self.tree('new')))

    @parameterized.expand([
        ('raises', lambda ported: ported.spans.offset(None)),
        ('finds_no_end', lambda ported: list(tokenize.generate_tokens(iter(['(', '']).__next__))),
        ('cannot_be_read', lambda ported: ported.edits.replace(0, 0, '(')),
    ])
    def test_a_rule_that_fails_at_a_file(self, _, rule):
        self.write('old/a.py', OLD)
        with mock.patch('tensornet.port.search_path.port', rule):
            status, output = self.run_command('old', '--out', 'new')
        self.assertEqual(1, status)
        self.assertRegex(output, 'this command failed at the file and copies it as it is '
                                 r'\(\w+Error: .*, in \w+\.py:\d+\); please report it')
        self.assertEqual(OLD, self.read('new', 'a.py'))

    @parameterized.expand(['old', 'old/a.ipynb'])
    def test_notebooks_are_copied_and_named(self, given):
        self.write('old/a.ipynb', '{}')
        status, output = self.run_command(given, '--out', 'new')
        self.assertEqual(1, status)
        self.assertRegex(output, 'a.ipynb: unchanged, needs a look\n.*export it as a script')
        self.assertIn('0 scripts: 0 changed, 0 unchanged; 1 file to look at', output)
        self.assertEqual({'a.ipynb': b'{}'}, self.tree('new'))


if __name__ == '__main__':
    unittest.main()
