"""Changes of a text: of any pieces (`Edits`), and of whole statements (`Statements`).

They are collected in any order and applied at once.
"""

import ast
import collections
import re

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
        """Returns the text with all replacements, but for those inside a replaced piece."""
        pieces, position = [], 0
        # Of two that start together the longer one comes last, after the insertions.
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end)):
            if edit.start < position:
                continue
            pieces += [self._text[position:edit.start], edit.text]
            position = edit.end
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
        start = self._spans.offset(statement)
        end = self._spans.statement_end(start)
        others = [other for other in body if other is not statement
                  and self._texts.get(other) != []]
        if not others and body is not self._module_body:
            self._edits.replace(start, end, 'pass')
        elif self._alone(statement):
            self._edits.replace(self._spans.line_start(start), self._spans.next_line(end), '')
        else:
            self._remove_from_line(body, statement, start, end)

    def _remove_from_line(self, body, statement, start, end):
        position = body.index(statement)
        if position + 1 < len(body):
            following = self._spans.offset(body[position + 1])
            if not re.search('[\r\n]', self._spans.text[end:following]):
                self._edits.replace(start, following, '')
                return
        previous = self._spans.statement_end(self._spans.offset(body[position - 1]))
        self._edits.replace(previous, end, '')

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
