"""The program that runs a page notices what a page says wrongly."""

import contextlib
import io
import os
import tempfile
import unittest

from tests import pages
from tests.page_program import run_page


def block(text, language='python', line=3):
    return {'line': line, 'language': language, 'text': text}


class PageProgramTest(unittest.TestCase):

    def run_blocks(self, *blocks):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run_page('page.md', blocks)
        return printed.getvalue()

    def test_blocks_share_their_names(self):
        self.assertEqual('3\n', self.run_blocks(block('a = 1\n'), block('print(a + 2)  # 3\n')))

    def test_wrong_comment(self):
        with self.assertRaisesRegex(AssertionError, "page.md:3: '4' was not printed, but\n3"):
            self.run_blocks(block('print(3)  # 4\n'))

    def test_comments_in_the_wrong_order(self):
        with self.assertRaisesRegex(AssertionError, "'1' was not printed"):
            self.run_blocks(block('print(1)\nprint(2)  # 2\nprint(3)  # 1\n'))

    def test_shown_text(self):
        first = block('print("one  two\\nthree")\n')
        self.run_blocks(first, block('one two\n... \n', 'text'), block('three\n', 'text'))
        with self.assertRaisesRegex(AssertionError, 'page.md:9: this was not printed, but\none'):
            self.run_blocks(first, block('four\n', 'text', 9))

    def test_errors_name_the_line_of_the_page(self):
        try:
            self.run_blocks(block('a = 1\n'), block('\nraise KeyError(a)\n', line=20))
        except KeyError as error:
            trace = error.__traceback__
            while trace.tb_next:
                trace = trace.tb_next
            self.assertEqual(('page.md', 22), (trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        else:
            self.fail('nothing was raised')

    def test_failing_commands(self):
        with self.assertRaisesRegex(RuntimeError, 'tensornet.convert none --inspect: status'):
            with contextlib.redirect_stderr(io.StringIO()):
                self.run_blocks(block('python -m tensornet.convert none --inspect\n', 'sh'))
        with self.assertRaisesRegex(Exception, 'non-zero exit status'):
            self.run_blocks(block('false\ntrue\n', 'sh'))

    def test_text_that_is_no_code_is_left_alone(self):
        self.assertEqual('', self.run_blocks(block('what | ever', '')))


class BlocksTest(unittest.TestCase):

    def test_of_a_page(self):
        with tempfile.TemporaryDirectory() as folder:
            page = os.path.join(folder, 'page.md')
            with open(page, 'w') as file:
                file.write('one\n\n```python\na = 1\n\nb = 2\n```\n```sh\nls\n```\n')
            self.assertEqual([(3, 'python', 'a = 1\n\nb = 2\n'), (8, 'sh', 'ls\n')],
                             pages.blocks(page))


if __name__ == '__main__':
    unittest.main()
