"""Assertions on what becomes of the text of a script."""

import textwrap
import unittest

from tensornet.port import script


class TextTest(unittest.TestCase):
    """A test of `script.port`."""

    def port(self, text):
        """Ports a script; its lines may be indented as a whole."""
        return script.port(textwrap.dedent(text))

    def assert_ported(self, text, expected, looks=0):
        """Asserts the new text, how many notes need a look, and that a second time is idle."""
        result = self.port(text)
        self.assertEqual(textwrap.dedent(expected), result.content)
        self.assertEqual(looks, len(result.looks), result.looks)
        again = script.port(result.content)
        self.assertEqual((result.content, []), (again.content, again.changes))

    def assert_looks(self, text, *patterns):
        """Asserts the notes that need a look, as `line: pattern`, in their order."""
        notes = [f'{note.line}: {note.text}' for note in self.port(text).looks]
        self.assertEqual(len(patterns), len(notes), notes)
        for pattern, note in zip(patterns, notes):
            self.assertRegex(note, pattern)
