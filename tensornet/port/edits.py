"""Changes of a text: of any pieces (`Edits`), and of whole statements (`Statements`).

They are collected in any order and applied at once.
"""

import ast
import collections
import re

# What is between a statement and the one before it in a line.
_FOLLOWS = re.compile(r';(?:[ \t\f]|\\(?:\r\n|\r|\n))*\Z')

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
        """Returns the text with all replacements, but for those inside a replaced piece.

        Raises:
            ValueError: two replacements overlap in part, so that one of them would be lost.
        """
        pieces, position = [], 0
        # Of those that start together, first the insertions, then the longest.
        for edit in sorted(self._edits, key=lambda edit: (
                edit.start, edit.end > edit.start, -edit.end)):
            if edit.start >= position:
                pieces += [self._text[position:edit.start], edit.text]
                position = edit.end
            elif edit.end > position:
                line = self._text.count('\n', 0, edit.start) + 1
                raise ValueError(f'two changes overlap at line {line}: the second one replaces '
                                 f'{self._text[edit.start:edit.end]!r}')
        return ''.join(pieces) + self._text[position:]


class Statements:
    """Changes of whole statements.

    Args:
        tree: ast.Module of the script.
        spans: Spans of the script.
        edits: Edits that receive the changes when `flush` is called.
    """

    def __init__(self, tree, spans, edits):
        self._spans = spans
        self._edits = edits
        self._module_body = tree.body
        self._bodies = {}
        self._texts = {}
        self._added = {}
        for node in ast.walk(tree):
            for field in ('body', 'orelse', 'finalbody'):
                body = getattr(node, field, None)
                if isinstance(body, list):
                    self._bodies.update((statement, body) for statement in body)

    def text(self, statement):
        """Returns the text of a simple statement."""
        start = self._spans.offset(statement)
        return self._spans.text[start:self._spans.statement_end(start)]

    def with_module(self, statement, module):
        """Returns the text of `from module import ...` with another module.

        The names stay where they are, also in parentheses.
        """
        return re.sub(r'^(from[\s\\]+)[\w.\s\\]+?(?=[\s\\]+import\b)', r'\g<1>' + module,
                      self.text(statement))

    def replace(self, statement, lines):
        """Puts a list of statements in the place of one; an empty list removes it."""
        self._texts[statement] = lines

    def is_replaced(self, statement):
        """Whether a rule has written other statements in the place of one."""
        return statement in self._texts

    def add_after(self, statement, line):
        """Adds a statement after another one, unless it was added before."""
        added = self._added.setdefault(statement, [])
        if line not in added:
            added.append(line)

    def flush(self):
        """Hands all changes to the edits."""
        for statement in sorted(set(self._texts) | set(self._added), key=self._spans.offset):
            lines = self._texts.get(statement)
            added = self._added.get(statement, [])
            if lines is None:
                self._insert(statement, added)
            elif lines + added:
                self._write(statement, lines + added)
            else:
                self._remove(statement)

    def _insert(self, statement, lines):
        end = self._spans.statement_end(self._spans.offset(statement))
        if self._alone(statement):
            end = self._spans.line_end(end)
        separator = self._separator(statement)
        self._edits.replace(end, end, ''.join(separator + line for line in lines))

    def _write(self, statement, lines):
        start = self._spans.offset(statement)
        end = self._spans.statement_end(start)
        self._edits.replace(start, end, lines[0])
        if lines[1:]:
            self._insert(statement, lines[1:])

    def _remove(self, statement):
        body = self._bodies[statement]
        start, end = self._span(statement)
        if body is not self._module_body and all(map(self._is_removed, body)):
            self._edits.replace(start, end, 'pass')
            return
        before, after = self._line_of(body, statement)
        # Each takes the separator on the side of what stays, so that no two removals overlap.
        if not all(map(self._is_removed, after)):
            end = self._spans.offset(after[0])
        elif not all(map(self._is_removed, before)):
            start = self._span(before[-1])[1]
        else:
            start = start if before else self._spans.line_start(start)
            end = self._spans.offset(after[0]) if after else self._spans.next_line(end)
        self._edits.replace(start, end, '')

    def _is_removed(self, statement):
        return self._texts.get(statement) == [] and statement not in self._added

    def _line_of(self, body, statement):
        """Returns the statements of a body that share a line with one: before and behind it."""
        position = first = last = body.index(statement)
        while self._follows(body[first]):
            first -= 1
        while last + 1 < len(body) and self._follows(body[last + 1]):
            last += 1
        return body[first:position], body[position + 1:last + 1]

    def _follows(self, statement):
        """Whether another statement is before one in its line."""
        return _FOLLOWS.search(self._spans.text, 0, self._spans.offset(statement)) is not None

    def _span(self, statement):
        start = self._spans.offset(statement)
        return start, self._spans.statement_end(start)

    def _separator(self, statement):
        start = self._spans.offset(statement)
        if self._alone(statement):
            return self._spans.newline() + self._spans.indent(start)
        return '; '

    def _alone(self, statement):
        """Whether no other statement shares a line with this one."""
        start = self._spans.offset(statement)
        end = self._spans.statement_end(start)
        rest = self._spans.text[end:self._spans.line_end(end)].strip()
        return self._spans.indent(start) is not None and (not rest or rest.startswith('#'))
