"""A script while the rules work on it."""

from tensornet.port import bindings, edits, spans, statements


class PortedScript:
    """What the rules see of a script and do to it.

    Args:
        text: string, the script.
        tree: ast.Module, its syntax tree.
        path: where it lies.
    """

    def __init__(self, text, tree, path):
        self.text = text
        self.tree = tree
        self.path = path
        self.spans = spans.Spans(text)
        self.edits = edits.Edits(text)
        self.statements = statements.Statements(tree, self.spans, self.edits)
        self.bindings = bindings.Bindings(tree)
        self.dropped = set()
        self._required = {}
        self.changes = []
        self.looks = []

    def changed(self, node, text):
        """Notes for the report what was changed at a syntax node."""
        self.changes.append((node.lineno, text))

    def look(self, node, text):
        """Notes for the report what the user must look at, and why."""
        self.looks.append((node.lineno, text))

    def rewrite(self, reference, text):
        """Writes `text` for a dotted name and says so in the report.

        Returns:
            Whether it could be done.
        """
        start = self.spans.offset(reference.node)
        end = self.spans.dotted_end(start, reference.pieces)
        written = '.'.join(reference.pieces)
        if end is None:
            self.look(reference.node, '`%s` stands where it cannot be rewritten; write `%s`'
                      % (written, text))
            return False
        self.edits.replace(start, end, text)
        self.changed(reference.node, '`%s` -> `%s`' % (written, text))
        return True

    def drop(self, binding):
        """Removes a name from its import statement."""
        self.dropped.add(binding.alias)

    def require(self, module, name, reference):
        """Makes sure that a module is imported.

        Args:
            module: full dotted name.
            name: the name to import it by if it is not imported yet.
            reference: the Reference that needs it; an import is added behind the one that the
                reference goes back to.

        Returns:
            The name that the script knows the module by.
        """
        local = self.bindings.local(module)
        if local:
            return local
        local = self.bindings.free_name(name)
        parent, _, last = module.rpartition('.')
        line = 'from %s import %s' % (parent, last) if parent else 'import ' + module
        if local != last:
            line += ' as ' + local
        self._required.setdefault(line, []).append(self.bindings.import_of(reference))
        return local

    def finish(self):
        """Returns the new text."""
        for line, statements_before in sorted(self._required.items()):
            whole = [statement for statement in statements_before
                     if self.bindings.is_global(statement)]
            for statement in [min(whole, key=self.spans.offset)] if whole else statements_before:
                self.statements.add_after(statement, line)
                self.changed(statement, 'added `%s`' % line)
        self.statements.flush()
        return self.edits.apply()
