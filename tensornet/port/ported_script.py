"""A script while the rules work on it."""

import ast

from tensornet.port import edits, guards, python2_evidence, spans


class PortedScript:
    """What the rules see of a script and do to it.

    Args:
        module: source_tree.Module.
        source_tree: the SourceTree that it belongs to.
    """

    def __init__(self, module, source_tree):
        self.module = module
        self.source_tree = source_tree
        self.text = module.text
        self.tree = module.tree
        self.path = module.path
        self.spans = spans.Spans(self.text, module.nodes)
        self.edits = edits.Edits(self.text)
        self.statements = edits.Statements(self.tree, self.spans, self.edits)
        self.bindings = source_tree.bindings(module)
        self.dropped = set()
        self._caught = guards.caught_imports(module.nodes)
        self._parents = None
        self._required = {}
        self.changes = []
        self.looks = []

    def parent(self, node):
        """Returns the syntax node that a node is a part of."""
        if self._parents is None:
            self._parents = {child: parent for parent in self.module.nodes
                             for child in ast.iter_child_nodes(parent)}
        return self._parents.get(node)

    def assigns(self, module, level, name):
        """Whether another script, as it is imported here, sets a name by `=`."""
        other = self.source_tree.find(self.module, module, level)
        return other is not None and other.tree is not None and (
            self.source_tree.bindings(other).assigns(name))

    def is_assigned_elsewhere(self, reference):
        """Whether another script sets a name by `=`; what it stands for is replaced there."""
        statement, alias = reference.binding.statement, reference.binding.alias
        if isinstance(statement, ast.ImportFrom) and len(reference.pieces) == 1:
            return self.assigns(statement.module or '', statement.level, alias and alias.name)
        if isinstance(statement, ast.Import) and len(reference.pieces) > 1:
            prefix = reference.pieces[:-1] if alias.asname is None else [alias.name]
            return self.assigns('.'.join(prefix), 0, reference.pieces[-1])
        return False

    def is_python2(self):
        """Whether the script was written for Python 2, as another one may show."""
        return self.source_tree.is_python2 and not python2_evidence.is_for_python3(self.module)

    def is_own(self, name):
        """Whether a dotted name begins with a module that lies beside the script."""
        return self.source_tree.is_own(self.module, name)

    def changed(self, node, text):
        """Notes for the report what was changed at a syntax node."""
        self.changes.append((node.lineno, text))

    def look(self, node, text):
        """Notes for the report what the user must look at, and why.

        An import whose failure the script catches needs none; uses of what it binds do.
        """
        if node not in self._caught:
            self.looks.append((node.lineno, text))

    def rewrite(self, reference, text):
        """Writes `text` for a dotted name and says so in the report.

        Returns:
            Whether it could be done.
        """
        start = self.spans.offset(reference.node)
        end = self.spans.dotted_end(start, reference.pieces)
        written = reference.written
        if end is None:
            self.look(reference.node, f'`{written}` cannot be rewritten here; write '
                                      f'`{text}`')
            return False
        self.edits.replace(start, end, text)
        self.changed(reference.node, f'`{written}` -> `{text}`')
        return True

    def call_span(self, node, pieces):
        """Returns the CallSpan of a call of the dotted name at a node, None if it is not found."""
        end = self.spans.dotted_end(self.spans.offset(node), pieces)
        return None if end is None else self.spans.call(end)

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
        line = f'from {parent} import {last}' if parent else 'import ' + module
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
                self.changed(statement, f'added `{line}`')
        self.statements.flush()
        return self.edits.apply()
