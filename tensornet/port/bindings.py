"""Which module or function a name of a script stands for, whatever it was imported as."""

import ast
import collections

# A statement `import module as local` or `from module import name as local` or `local = module`:
# `target` is the full dotted name that `local` stands for.
Binding = collections.namedtuple('Binding', ['local', 'target', 'statement', 'alias'])

# A use of a binding: `node` is the whole dotted expression, `pieces` its names as written, `name`
# the full dotted name, with `tensorflow.compat.v1` shortened to `tensorflow`.
Reference = collections.namedtuple('Reference', ['node', 'pieces', 'name', 'binding'])

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp,
              ast.DictComp, ast.GeneratorExp)


class Bindings:
    """The imports of a script and all uses of what they import.

    Args:
        tree: ast.Module.

    Attributes:
        imports: list of Binding, one for each imported name, and for each `local = module`.
        references: list of Reference in the order of the text.
        calls: dictionary from a node that is called to its ast.Call.
    """

    def __init__(self, tree):
        self.imports = []
        self.references = []
        self.calls = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        self._sources = {}
        self._module = _Scope(tree, None)
        self._scopes = {tree: self._module}
        self._collect(tree, self._module)
        self._follow_assignments(tree, self._module)
        self._resolve(tree, self._module)
        self._own_names = {name for scope in self._scopes.values() for name in scope.others}

    def of(self, prefix):
        """Returns the references to what is called `prefix` or lies in it."""
        return [reference for reference in self.references
                if (reference.name + '.').startswith(prefix + '.')]

    def local(self, target):
        """Returns the name by which the whole script knows the module `target`, or None."""
        names = [binding.local for binding in self._module.imports.values()
                 if canonical(binding.target) == target
                 and isinstance(binding.statement, (ast.Import, ast.ImportFrom))
                 and binding.local not in self._own_names]
        return names[0] if names else None

    def import_of(self, reference):
        """Returns the import statement that a reference goes back to."""
        binding = reference.binding
        while binding in self._sources:
            binding = self._sources[binding]
        return binding.statement

    def is_global(self, statement):
        """Whether an import statement serves the whole script, not one function or class."""
        return any(binding.statement is statement for binding in self._module.imports.values())

    def is_bound(self, name):
        """Whether the script gives a meaning of its own to a name, anywhere."""
        return name in self._own_names or any(name == binding.local for binding in self.imports)

    def free_name(self, name):
        """Returns `name`, with underscores behind it where the script uses it otherwise."""
        while self.is_bound(name):
            name += '_'
        return name

    def _collect(self, node, scope):
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, _FUNCTIONS + (ast.ClassDef,)):
                if getattr(child, 'name', None):
                    scope.others.add(child.name)
                inner = self._scopes[child] = _Scope(child, scope)
            elif isinstance(child, (ast.Import, ast.ImportFrom)):
                for binding in _imported(child):
                    self._bind(scope, binding)
            elif isinstance(child, ast.Global):
                scope.globals.update(child.names)
            elif isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
                if child.id not in scope.globals:
                    scope.others.add(child.id)
            elif isinstance(child, ast.arg):
                scope.others.add(child.arg)
            elif isinstance(child, ast.ExceptHandler) and child.name:
                scope.others.add(child.name)
            self._collect(child, inner)

    def _bind(self, scope, binding):
        self.imports.append(binding)
        target = self._module if binding.local in scope.globals else scope
        target.imports.setdefault(binding.local, binding)

    def _follow_assignments(self, tree, scope):
        """Treats `layers = tf.nn` like an import, where nothing else binds the name."""
        stored = collections.Counter(
            node.id for node in ast.walk(tree)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        for statement in tree.body:
            if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1
                    and isinstance(statement.targets[0], ast.Name)):
                continue
            local, pieces = statement.targets[0].id, _pieces(statement.value)
            source = scope.find(pieces[0]) if pieces else None
            if source and stored[local] == 1 and local not in scope.imports:
                target = '.'.join([source.target] + pieces[1:])
                scope.others.discard(local)
                binding = Binding(local, target, statement, None)
                self._sources[binding] = source
                self._bind(scope, binding)

    def _resolve(self, node, scope):
        for child in ast.iter_child_nodes(node):
            pieces = _pieces(child)
            if pieces:
                binding = scope.find(pieces[0])
                if binding and not _is_target(child):
                    name = canonical('.'.join([binding.target] + pieces[1:]))
                    self.references.append(Reference(child, pieces, name, binding))
            else:
                self._resolve(child, self._scopes.get(child, scope))


class _Scope:
    """The names that one function, class or module binds."""

    def __init__(self, node, parent):
        self.parent = parent
        self.is_class = isinstance(node, ast.ClassDef)
        self.imports = {}
        self.others = set()
        self.globals = set()

    def find(self, name, from_inside=True):
        """Returns the Binding of a name, None where it is not one of an import."""
        visible = from_inside or not self.is_class
        if visible and name in self.imports:
            return self.imports[name]
        if self.parent is None or (visible and name in self.others):
            return None
        return self.parent.find(name, from_inside=False)


def canonical(name):
    """Returns a dotted name with `tensorflow.compat.v1` shortened to `tensorflow`."""
    prefix = 'tensorflow.compat.v1'
    if (name + '.').startswith(prefix + '.'):
        return 'tensorflow' + name[len(prefix):]
    return name


def _imported(statement):
    if isinstance(statement, ast.ImportFrom):
        if statement.level or not statement.module:
            return []
        return [Binding(alias.asname or alias.name, statement.module + '.' + alias.name,
                        statement, alias) for alias in statement.names]
    return [Binding(alias.asname or alias.name.split('.')[0],
                    alias.name if alias.asname else alias.name.split('.')[0], statement, alias)
            for alias in statement.names]


def _pieces(node):
    """Returns the names of a dotted expression, None for anything else."""
    pieces = []
    while isinstance(node, ast.Attribute):
        pieces.insert(0, node.attr)
        node = node.value
    return [node.id] + pieces if isinstance(node, ast.Name) else None


def _is_target(node):
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
