"""`tensornet.whole_file`: the old file or the new one."""

import os
import tempfile
import unittest

from parameterized import parameterized

from tensornet.whole_file import LEFTOVER, whole_file, write_json, write_text


class WholeFileTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def write(self, path, text, error=None):
        with whole_file(path) as temporary:
            self.assertEqual(self.folder, os.path.dirname(temporary))
            self.assertTrue(LEFTOVER.fullmatch(os.path.basename(temporary)))
            with open(temporary, 'x') as file:
                file.write(text)
            if error is not None:
                raise error

    def test_new_and_replaced(self):
        for text in ('new', 'newer'):
            self.write(self.path('file'), text)
            self.assertEqual(text, self.read('file'))
            self.assertEqual(['file'], os.listdir(self.folder))

    @parameterized.expand([(OSError,), (ValueError,), (KeyboardInterrupt,), (SystemExit,)])
    def test_an_error_leaves_the_old_one(self, error):
        with self.assertRaises(error):
            self.write(self.path('file'), 'new', error())
        self.assertEqual([], os.listdir(self.folder))
        self.write(self.path('file'), 'old')
        with self.assertRaises(error):
            self.write(self.path('file'), 'new', error())
        self.assertEqual('old', self.read('file'))
        self.assertEqual(['file'], os.listdir(self.folder))

    def test_a_link_stays_one(self):
        os.symlink('file', self.path('link'))
        self.write(self.path('link'), 'new')
        self.assertTrue(os.path.islink(self.path('link')))
        self.assertEqual('new', self.read('file'))

    @unittest.skipUnless(os.path.exists('/dev/full'), 'Linux has this file')
    def test_a_full_disk_names_the_file(self):
        with self.assertRaisesRegex(OSError, f"No space left on device: '{self.path('file')}'"):
            with whole_file(self.path('file')), open('/dev/full', 'w') as full:
                full.write('text')

    @parameterized.expand([
        ('picture.png', '.png'), ('file', ''), ('x.' + 'y' * 253, '.' + 'y' * 15)])
    def test_the_extension_says_what_to_write(self, name, extension):
        with whole_file(self.path(name)) as temporary:
            self.assertEqual(extension, os.path.splitext(temporary)[1])
            with open(temporary, 'w'):
                pass
        self.assertEqual([name], os.listdir(self.folder))

    def test_text_and_json(self):
        write_text(self.path('text'), 'é\n')
        with open(self.path('text'), 'rb') as file:
            self.assertEqual('é\n'.encode(), file.read())
        write_json(self.path('json'), {'a': [1]})
        self.assertEqual('{\n  "a": [\n    1\n  ]\n}\n', self.read('json'))

    def test_permissions_are_those_of_new_files(self):
        self.write(self.path('file'), 'new')
        with open(self.path('other'), 'w'):
            pass
        self.assertEqual(os.stat(self.path('other')).st_mode, os.stat(self.path('file')).st_mode)

    def test_a_folder_in_its_place(self):
        os.mkdir(self.path('folder'))
        self.assert_error_names(self.path('folder'), IsADirectoryError)
        self.assertEqual(['folder'], os.listdir(self.folder))

    def test_no_folder(self):
        self.assert_error_names(self.path('none', 'file'), FileNotFoundError)

    def assert_error_names(self, path, error):
        with self.assertRaises(error) as caught:
            with whole_file(path) as temporary, open(temporary, 'x'):
                pass
        self.assertEqual(f'[Errno {caught.exception.errno}] {caught.exception.strerror}: {path!r}',
                         str(caught.exception))

    def test_a_name_that_is_too_long_is_refused_before_anything_is_written(self):
        path = self.path('x' * 256)
        with self.assertRaisesRegex(OSError, 'too long: .*' + path):
            with whole_file(path):
                self.fail('the block was entered')

    def test_an_error_of_other_files_names_these(self):
        with self.assertRaisesRegex(FileNotFoundError, "'from' -> 'to'$"):
            with whole_file(self.path('file')):
                os.rename('from', 'to')

    def test_relative_paths_and_long_names(self):
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        for name in ('file', 'x' * 255):
            self.write(name, name)
            self.assertEqual(name, self.read(name))


if __name__ == '__main__':
    unittest.main()
