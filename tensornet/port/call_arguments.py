"""The arguments of a call, as nodes and as text that can be edited."""

import ast
import re

from tensornet.port.spans import GAP

_KEYWORD = re.compile(rf'\w+{GAP}={GAP}')


class CallArguments:
    """The arguments of one call.

    Args:
        ported: PortedScript.
        reference: bindings.Reference, the function as it is written.
        call: ast.Call.

    Attributes:
        positional: list of nodes, up to the first `*argument`.
        keywords: list of (name, node).
        is_open: whether `*argument` or `**argument` may bring more.
    """

    def __init__(self, ported, reference, call):
        self._ported = ported
        self._reference = reference
        self.call = call
        starred = [position for position, node in enumerate(call.args)
                   if isinstance(node, ast.Starred)]
        self.positional = call.args[:starred[0]] if starred else list(call.args)
        self.keywords = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
        self.is_open = bool(starred) or len(self.keywords) < len(call.keywords)
        self._names = None
        self._span = None

    def without_first(self):
        """Returns the same without the function that `functools.partial` begins with."""
        self.positional = self.positional[1:]
        return self

    def named(self, signature):
        """Gives the positional arguments the names of a signature; None leaves them without."""
        count = len(self.positional)
        self._names = (signature.positional[:count] if signature else [None] * count) + [
            name for name, _ in self.keywords]
        return self

    def is_positional(self, name):
        """Whether an argument is given without its name."""
        return self._names.index(name) < len(self.positional)

    def node(self, name):
        """Returns the node of an argument, None where it is not given."""
        nodes = self.positional + [node for _, node in self.keywords]
        return nodes[self._names.index(name)] if name in self._names else None

    def can_be_edited(self):
        """Whether the text of each argument is known."""
        self._span = None if self.is_open else self._ported.call_span(
            self._reference.node, self._reference.pieces)
        return self._span is not None and len(self._span.arguments) == len(
            self.positional) + len(self.keywords)

    def text(self, name):
        """Returns the text of an argument's value."""
        start, end = self._span.arguments[self._names.index(name)]
        text = self._ported.text[start:end]
        if self._names.index(name) >= len(self.positional):
            text = text[_KEYWORD.match(text).end():]
        return text

    def write(self, name, text):
        """Writes `text` for a whole argument."""
        start, end = self._span.arguments[self._names.index(name)]
        self._ported.edits.replace(start, end, text)

    def rename(self, name, new, before='', after=''):
        """Gives an argument another name, and its value something before and after it."""
        start, end = self._span.arguments[self._names.index(name)]
        if self.is_positional(name):
            value = start
        else:
            value = start + _KEYWORD.match(self._ported.text[start:end]).end()
        if self.is_positional(name) or new != name:
            self._ported.edits.replace(start, value, new + '=' + before)
        if after:
            self._ported.edits.replace(end, end, after)

    def add(self, text):
        """Adds an argument behind the last one."""
        end = self._span.arguments[-1][1]
        self._ported.edits.replace(end, end, ', ' + text)

    def remove(self, name):
        """Removes an argument; of the first two, one must stay."""
        position, spans = self._names.index(name), self._span.arguments
        if position:
            self._ported.edits.replace(spans[position - 1][1], spans[position][1], '')
        else:
            self._ported.edits.replace(spans[0][0], spans[1][0], '')
