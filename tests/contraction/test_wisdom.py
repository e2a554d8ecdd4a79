"""What is remembered of measured plans, and the file that holds it."""

import contextlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest
import warnings
from unittest import mock

from parameterized import parameterized

from tensornet import contraction
from tensornet.contraction.wisdom import VARIABLE, Wisdom, use_wisdom, wisdom

SOURCE = os.path.join(os.path.dirname(contraction.__file__), 'wisdom.py')
# Another process, without TensorFlow.
WRITER = '''
import runpy, sys
source, path, machine = sys.argv[1:]
wisdom = runpy.run_path(source)['Wisdom'](path)
for k in range(40):
    wisdom.add(machine, f'layer {k}', {'seconds': k})
'''


@contextlib.contextmanager
def _file_size_limit(size):
    """Context in which no file can be longer, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


class WisdomTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'wisdom.json')
        self.addCleanup(use_wisdom, None)

    def _written(self):
        with open(self.path, encoding='utf-8') as file:
            return json.load(file)

    def test_an_entry_is_found_again(self):
        for path in (None, self.path):
            remembered = Wisdom(path)
            self.assertIsNone(remembered.find('machine', 'layer'))
            remembered.add('machine', 'layer', {'seconds': 1.5})
            self.assertEqual({'seconds': 1.5}, remembered.find('machine', 'layer'))
            self.assertIsNone(remembered.find('other', 'layer'))
            self.assertIsNone(remembered.find('machine', 'other'))

    def test_a_file_keeps_entries(self):
        Wisdom(self.path).add('machine', 'layer', [1])
        self.assertEqual([1], Wisdom(self.path).find('machine', 'layer'))
        self.assertEqual({'format': 1, 'machines': {'machine': {'layer': [1]}}}, self._written())

    def test_other_machines_are_kept_beside(self):
        Wisdom(self.path).add('machine', 'layer', 1)
        Wisdom(self.path).add('other', 'layer', 2)
        self.assertEqual({'machine': {'layer': 1}, 'other': {'layer': 2}},
                         self._written()['machines'])

    def test_what_others_write_meanwhile_is_kept(self):
        first, second = Wisdom(self.path), Wisdom(self.path)
        first.add('machine', 'one', 1)
        second.add('machine', 'two', 2)
        self.assertEqual({'one': 1, 'two': 2}, self._written()['machines']['machine'])
        self.assertEqual(1, second.find('machine', 'one'))

    def test_two_processes_at_once(self):
        writers = [subprocess.Popen([sys.executable, '-c', WRITER, SOURCE, self.path, name])
                   for name in ('machine', 'other')]
        self.assertEqual([0, 0], [writer.wait(60) for writer in writers])
        expected = {f'layer {k}': {'seconds': k} for k in range(40)}
        self.assertEqual({'machine': expected, 'other': expected}, self._written()['machines'])

    @parameterized.expand([
        ('empty', ''), ('cut', '{"format": 1, "machines": {"a"'), ('list', '[]'),
        ('format', '{"format": 7, "machines": {}}'), ('no_machines', '{"format": 1}'),
        ('machines', '{"format": 1, "machines": {"a": 3}}'), ('bytes', b'\xff\xfe\x00'),
    ])
    def test_a_damaged_file_is_one_warning_and_stays(self, _, content):
        with open(self.path, 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            remembered = Wisdom(self.path)
            for k in range(3):
                remembered.add('machine', f'layer {k}', k)
        self.assertEqual(1, len(caught))
        self.assertRegex(str(caught[0].message), r'^wisdom: the file .*wisdom\.json. is not used, '
                         r'and stays as it is: .*; remove it, or name another file')
        self.assertEqual(2, remembered.find('machine', 'layer 2'))
        with open(self.path, 'rb') as file:
            self.assertEqual(content if isinstance(content, bytes) else content.encode(),
                             file.read())

    def test_a_folder_that_does_not_exist_is_one_warning_at_once(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            remembered = Wisdom(os.path.join(self.path, 'missing', 'wisdom.json'))
            self.assertEqual(1, len(caught))
            for k in range(3):
                remembered.add('machine', f'layer {k}', k)
        self.assertEqual(1, len(caught))
        self.assertRegex(str(caught[0].message), r'wisdom\.json. is not used: there is no folder '
                         r'.*/missing; make it, or name another file with')
        self.assertEqual(2, remembered.find('machine', 'layer 2'))

    def test_a_file_that_cannot_be_written_is_one_warning(self):
        remembered = Wisdom(self.path)
        with warnings.catch_warnings(record=True) as caught, _file_size_limit(8):
            warnings.simplefilter('always')
            for k in range(3):
                remembered.add('machine', f'layer {k}', k)
        self.assertEqual(1, len(caught))
        self.assertRegex(str(caught[0].message),
                         'cannot be added to: .*File too large.*; make it writable, or name')
        self.assertEqual(2, remembered.find('machine', 'layer 2'))
        self.assertEqual([], os.listdir(os.path.dirname(self.path)))

    def test_a_file_that_cannot_be_read_is_one_warning(self):
        os.symlink(self.path, self.path)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            Wisdom(self.path).add('machine', 'layer', 1)
        self.assertEqual(1, len(caught))
        self.assertRegex(str(caught[0].message),
                         'is not used: .*symbolic links.*; make it readable, or name another')

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self):
        Wisdom(self.path).add('machine', 'layer', 1)
        before = self._written()
        with self.assertRaises(TypeError):
            Wisdom(self.path).add('machine', 'other', object())
        self.assertEqual(before, self._written())
        self.assertEqual(['wisdom.json'], os.listdir(os.path.dirname(self.path)))


class UseWisdomTest(unittest.TestCase):

    setUp = WisdomTest.setUp

    def test_the_environment_names_the_file(self):
        Wisdom(self.path).add('machine', 'layer', 1)
        with mock.patch.object(sys.modules['tensornet.contraction.wisdom'], '_current', None), \
                mock.patch.dict(os.environ, {VARIABLE: self.path}):
            self.assertEqual(1, wisdom().find('machine', 'layer'))

    def test_the_function_names_the_file_and_forgets(self):
        use_wisdom(self.path)
        wisdom().add('machine', 'layer', 1)
        use_wisdom(None)
        self.assertIsNone(wisdom().find('machine', 'layer'))
        use_wisdom(self.path)
        self.assertEqual(1, wisdom().find('machine', 'layer'))

    @parameterized.expand([('bytes', os.fsencode), ('path', pathlib.Path)])
    def test_other_names_of_the_file(self, _, kind):
        use_wisdom(kind(self.path))
        wisdom().add('machine', 'layer', {'seconds': 3})
        use_wisdom(self.path)
        self.assertEqual({'seconds': 3}, wisdom().find('machine', 'layer'))

    def test_the_file_stays_where_it_is_when_the_process_goes_elsewhere(self):
        folder = os.path.dirname(self.path)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)
        use_wisdom('wisdom.json')
        os.chdir(os.path.dirname(folder))
        wisdom().add('machine', 'layer', 1)
        self.assertEqual(1, Wisdom(self.path).find('machine', 'layer'))

    def test_a_path_that_is_none(self):
        with self.assertRaisesRegex(TypeError, r'^use_wisdom: `path` must be the name of a file or '
                                    r'None, but it is 3 of type int; pass for example'):
            use_wisdom(3)

    def test_a_path_that_is_no_file(self):
        folder = os.path.dirname(self.path)
        for path, shown in (('', "''"), (folder, f'{folder!r}, a folder'), ('a\0b', r"'a\x00b'")):
            with self.assertRaises(ValueError) as raised:
                use_wisdom(path)
            message = ('use_wisdom: `path` must be the name of a file or None, but it is '
                       f'{shown}; pass for example "wisdom.json"')
            self.assertEqual(message, str(raised.exception))
        with mock.patch.object(sys.modules['tensornet.contraction.wisdom'], '_current', None), \
                mock.patch.dict(os.environ, {VARIABLE: folder}), \
                self.assertRaisesRegex(ValueError, f'^the environment variable {VARIABLE}: use'):
            wisdom()


if __name__ == '__main__':
    unittest.main()
