"""Where the pieces of a script begin and end, as offsets into its text.

Python 3.7 gives the beginning of a syntax node and not its end, so ends are found by tokens.
"""

import ast
import bisect
import collections
import re
import sys
import tokenize

_LINE_END = re.compile(r'\r\n|\r|\n')
# A line end that the tokenizer does not know, unlike the parser.
_LONE_RETURN = re.compile(r'\r(?!\n)')
# What may be between two tokens inside of parentheses.
GAP = r'(?:\s|\\(?:\r\n|\r|\n)|\#[^\r\n]*)*'
_OPENING = re.compile(GAP + r'\(')
# Before, the places of expressions inside of f-strings are wrong (bpo-44885).
_PLACES_IN_STRINGS = sys.version_info >= (3, 10)

# `arguments` are (start, end) pairs; `start` and `end` are those of the parentheses.
CallSpan = collections.namedtuple('CallSpan', ['start', 'end', 'arguments'])


class Spans:
    """Offsets into the text of a script.

    Args:
        text: string, the script.
        nodes: list of all its syntax nodes.
    """

    def __init__(self, text, nodes):
        self.text = text
        self._unplaced = set() if _PLACES_IN_STRINGS else {
            inner for node in nodes if isinstance(node, ast.JoinedStr)
            for inner in ast.walk(node) if inner is not node}
        self._starts = [0] + [match.end() for match in _LINE_END.finditer(text)]

    def offset(self, node):
        """Returns where a syntax node begins, None where Python does not tell."""
        if node in self._unplaced:
            return None
        start = self._starts[node.lineno - 1]
        line = self.text[start:self.line_end(start)]
        # The columns of the parser count bytes.
        return start + len(line.encode('utf-8')[:node.col_offset].decode('utf-8', 'replace'))

    def line_start(self, offset):
        """Returns where the line around `offset` begins."""
        return self._starts[bisect.bisect_right(self._starts, offset) - 1]

    def line_end(self, offset):
        """Returns where the line around `offset` ends, before its line end."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    def next_line(self, offset):
        """Returns where the line after the one around `offset` begins."""
        match = _LINE_END.search(self.text, offset)
        return match.end() if match else len(self.text)

    def newline(self):
        """Returns the line end that the script uses."""
        match = _LINE_END.search(self.text)
        return match.group() if match else '\n'

    def indent(self, offset):
        """Returns the white space before `offset`, or None where something else is before it."""
        before = self.text[self.line_start(offset):offset]
        return None if before.strip() else before

    def dotted_end(self, start, names):
        """Returns where the dotted name that begins at `start` ends, None if it is not there.

        Args:
            start: offset, or None.
            names: list of strings, the pieces of the name.
        """
        if start is None:
            return None
        dotted = (GAP + r'\.' + GAP).join(re.escape(name) for name in names)
        match = re.compile(dotted + r'(?!\w)').match(self.text, start)
        return match.end() if match else None

    def attribute_end(self, node):
        """Returns where an ast.Attribute ends, whatever it is taken of; None if it is not found."""
        inner = list(ast.walk(node.value))
        if any(isinstance(part, ast.JoinedStr) for part in inner):
            return None  # its tokens are one string
        start = self.offset(node)
        if start is None:
            return None
        before = sum(getattr(part, 'attr', None) == node.attr for part in inner)
        follows_dot = False
        for kind, string, _, end in self._tokens(start):
            if follows_dot and string == node.attr:
                if not before:
                    return end
                before -= 1
            if kind not in (tokenize.NL, tokenize.COMMENT):
                follows_dot = string == '.'
        return None

    def statement_end(self, start):
        """Returns where the simple statement that begins at `start` ends."""
        end, depth = start, 0
        for kind, string, _, token_end in self._tokens(start):
            if kind in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.COMMENT) and not depth:
                break
            if string == ';' and not depth:
                break
            depth += (string in ('(', '[', '{')) - (string in (')', ']', '}'))
            end = token_end
        return end

    def call(self, name_end):
        """Returns the CallSpan of the call whose function's name ends at `name_end`.

        None is returned where no parenthesis follows.
        """
        opening = _OPENING.match(self.text, name_end)
        if opening is None:
            return None
        opened = opening.end() - 1
        depth, begin, last, arguments = 0, None, None, []
        for kind, string, start, end in self._tokens(opened):
            if string in ('(', '[', '{'):
                depth += 1
                if depth == 1:
                    continue
            if string in (')', ']', '}'):
                depth -= 1
            if depth == 0 or (depth == 1 and string == ','):
                if begin is not None:
                    arguments.append((begin, last))
                begin = None
                if depth == 0:
                    return CallSpan(opened, end, arguments)
            elif kind not in (tokenize.NL, tokenize.COMMENT):
                begin = start if begin is None else begin
                last = end
        return None

    def _tokens(self, start):
        rest = self.text[start:]
        starts = [0] + [match.end() for match in _LINE_END.finditer(rest)]
        lines = iter([_LONE_RETURN.sub('\n', rest[begin:end])
                      for begin, end in zip(starts, starts[1:] + [len(rest)])])
        for token in tokenize.generate_tokens(lambda: next(lines, '')):
            yield (token.type, token.string, start + starts[token.start[0] - 1] + token.start[1],
                   start + starts[min(token.end[0], len(starts)) - 1] + token.end[1])
