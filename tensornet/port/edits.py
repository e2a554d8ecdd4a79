"""Replacements in a text, collected in any order and applied at once."""

import collections

Edit = collections.namedtuple('Edit', ['start', 'end', 'text'])


class Edits:
    """Replacements of pieces of one text.

    Args:
        text: string that the offsets refer to.
    """

    def __init__(self, text):
        self._text = text
        self._edits = []

    def replace(self, start, end, text):
        """Replaces `text[start:end]`; insertions at one place keep the order of their calls."""
        if self._text[start:end] != text:
            self._edits.append(Edit(start, end, text))

    def apply(self):
        """Returns the text with all replacements; what lies inside of a replaced piece is gone."""
        pieces, position = [], 0
        # Of two that start together the longer one comes last, after the insertions.
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end)):
            if edit.start < position:
                continue
            pieces += [self._text[position:edit.start], edit.text]
            position = edit.end
        return ''.join(pieces) + self._text[position:]
