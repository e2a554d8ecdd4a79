"""Bytes, encodings and line ends."""

import os
import tempfile
import unittest

from parameterized import parameterized

from tensornet.port import script, source

OLD = 'import tensorflow as tf\ns = "é"\n'
NEW = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ns = "é"\n'
COOKIE = '# -*- coding: latin-1 -*-\n'


class SourceTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'script.py')

    def read(self, content):
        with open(self.path, 'wb') as file:
            file.write(content)
        return source.read(self.path)

    @parameterized.expand([
        ('utf-8', b'', '', 'utf-8'),
        ('byte-order mark', source.BOM, '', 'utf-8'),
        ('latin-1', b'', COOKIE, 'latin-1'),
    ])
    def test_bytes_of_other_lines_stay(self, _, begin, cookie, encoding):
        for line_end in ('\n', '\r\n'):
            read = self.read(begin + (cookie + OLD).replace('\n', line_end).encode(encoding))
            ported = source.encode(read, script.port(read.text).content)
            self.assertEqual(begin + (cookie + NEW).replace('\n', line_end).encode(encoding),
                             ported)

    def test_tabs_stay(self):
        text = 'import time\nif True:\n\tx = [\ttime.clock(),\r\n\t\t0]\n'
        self.assertEqual(text.replace('clock', 'perf_counter'), script.port(text).content)

    def test_form_feed(self):
        text = 'import time\n\x0c\nx = time.clock()\x0c\ny = "\u2028"; z = time.clock()\n'
        self.assertEqual(text.replace('clock', 'perf_counter'), script.port(text).content)

    @parameterized.expand([
        ('wrong bytes', b'x = 1\ny = "\xe9"\n', 2, 'the file is not utf-8; .*latin-1'),
        ('unknown encoding', b'# coding: nothing\n', 1, 'unknown encoding.*declare'),
        ('zero byte', b'x = 1\0\n', None, 'zero byte'),
    ])
    def test_not_a_text(self, _, content, line, pattern):
        with self.assertRaisesRegex(source.SourceError, pattern) as raised:
            self.read(content)
        self.assertEqual(line, raised.exception.line)


if __name__ == '__main__':
    unittest.main()
