"""Which module or function a name of a script stands for, whatever it was imported as."""

import ast
import collections
import re

from tensornet.port import guards

# What these are is looked up in the packages that are installed.
_NOT_OF_THE_TREE = {'numpy', 'tensorflow', 'tensornet'}

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp,
              ast.DictComp, ast.GeneratorExp)


class Binding(collections.namedtuple('Binding', ['local', 'target', 'statement', 'alias'])):
    """`import module as local` or `from module import name as local` or `local = module`.

    `target` is the full dotted name that `local` stands for.
    """
    __slots__ = ()

    @property
    def imported(self):
        """The full name that an import statement looks for; '' for other bindings."""
        module, name = getattr(self.statement, 'module', None), getattr(self.alias, 'name', '')
        return module if module and name == '*' else f'{module}.{name}' if module else name


class Reference(collections.namedtuple('Reference', ['node', 'pieces', 'name', 'binding'])):
    """A use of a binding.

    `node` is the whole dotted expression, `pieces` its names as written, `name` the full dotted
    name, with `tensorflow.compat.v1` shortened to `tensorflow`.
    """
    __slots__ = ()

    @property
    def written(self):
        """The dotted name as the script writes it."""
        return '.'.join(self.pieces)


class Bindings:
    """The imports of a script and all uses of what they import.

    Args:
        tree: ast.Module.
        names_of: function of a module's dotted name and the number of leading dots; returns the
            names that an import can take from it, each with the full dotted name that it stands
            for, or None where the module is not known.
        is_gone: function of a full dotted name; whether what is installed no longer has it, None
            where that is not known.

    Attributes:
        imports: list of Binding, one for each imported name, and for each `local = module`.
        references: list of Reference in the order of the text.
        aliased: list of Reference, the uses of names that a function or a class gives to a
            function or module by `local = module` or `self.local = module`; they are not in
            `references`, since they stay as they are where the right side is ported.
        calls: dictionary from a node that is called to its ast.Call.
    """

    def __init__(self, tree, names_of=lambda name, level: None, is_gone=lambda name: None):
        self.imports = []
        self.references = []
        self.aliased = []
        nodes = list(ast.walk(tree))
        self.calls = {node.func: node for node in nodes if isinstance(node, ast.Call)}
        self._names_of = names_of
        self._is_gone = is_gone
        self._sources = {}
        self._followed = set()
        self._module = _Scope(tree, None)
        self._scopes = {tree: self._module}
        self._collect(tree, self._module)
        self._leave_to_fallbacks(nodes)
        for scope in list(self._scopes.values()):
            self._follow_star_imports(scope)
        for scope in list(self._scopes.values()):
            self._follow_assignments(scope)
        self._resolve(tree, self._module)
        self._leave_to_guards(nodes)
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
        return name in self._own_names or name in self._followed or any(
            name == binding.local for binding in self.imports)

    def stands_for(self, reference, pieces):
        """Returns the full dotted name of the first pieces of a Reference."""
        return self._name(reference.binding, pieces)

    def from_scripts(self):
        """Returns the names that come from another script, which imports or assigns them.

        Returns:
            List of (Binding, full dotted name).
        """
        found = []
        for scope in self._scopes.values():
            for statement in scope.from_imports:
                names = self._names_of(statement.module or '', statement.level) or {}
                for alias in statement.names:
                    binding = scope.imports.get(alias.asname or alias.name)
                    if alias.name in names and binding is not None and binding.alias is alias:
                        found.append((binding, names[alias.name]))
        return found

    def exports(self):
        """Returns the names that other scripts can import and what they stand for."""
        return {local: self._name(binding, [local])
                for local, binding in self._module.imports.items()}

    def assigns(self, name):
        """Whether the script gives a name for other scripts by `name = module.function`."""
        binding = self.imported(name)
        return binding is not None and isinstance(binding.statement, ast.Assign)

    def imported(self, name):
        """Returns the Binding by which other scripts find a name, None where there is none."""
        return self._module.imports.get(name)

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
                if isinstance(child, ast.ImportFrom):
                    scope.from_imports.append(child)
                    if child.level:
                        self._bind_relative(scope, child)
            elif isinstance(child, ast.Assign):
                scope.assignments.append(child)
            elif isinstance(child, ast.Global):
                scope.globals.update(child.names)
            elif isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
                (self._module if child.id in scope.globals else scope).stored[child.id] += 1
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

    def _leave_to_fallbacks(self, nodes):
        """Leaves imports of what is gone to the other import that `except ImportError` has."""
        for statement in nodes:
            for local, gone, other in guards.alternatives(statement, self._is_gone):
                self.imports = [binding for binding in self.imports if binding.alias is not gone]
                self._followed.add(local)
                for scope in self._scopes.values():
                    first = scope.imports.get(local)
                    if first is not None and first.alias is gone:
                        del scope.imports[local]
                        scope.imports.update({binding.local: binding for binding in self.imports
                                              if binding.alias is other})

    def _leave_to_guards(self, nodes):
        """Leaves uses alone that `hasattr` or `except AttributeError` takes care of."""
        names = {reference.node: reference.name for reference in self.references}
        safe = guards.handled(nodes, names, self._is_gone)
        self.references = [reference for reference in self.references
                           if reference.node not in safe]

    def _bind_relative(self, scope, statement):
        """Binds the modules of `from . import module`; they are no imports of the rules."""
        for alias in statement.names:
            if alias.name != '*':
                self._follow(scope, Binding(alias.asname or alias.name, '.' * statement.level + (
                    statement.module + '.' if statement.module else '') + alias.name,
                    statement, alias))

    def _follow_star_imports(self, scope):
        for statement in scope.from_imports:
            if statement.names[0].name == '*':
                names = self._names_of(statement.module or '', statement.level) or {}
                for local, target in names.items():
                    if not local.startswith('_') and local not in scope.others:
                        self._follow(scope, Binding(local, target, statement, None))

    def _follow(self, scope, binding):
        """Binds a name that the rules are to know and that no import of theirs brings."""
        scope.imports.setdefault(binding.local, binding)
        self._followed.add(binding.local)

    def _follow_assignments(self, scope):
        """Treats `layers = tf.nn` like an import, where nothing else binds the name.

        That is so for the whole script; inside of functions the name is an alias.
        """
        for statement in scope.assignments:
            target, pieces = statement.targets[0], dotted(_unwrapped(statement.value))
            source = scope.find(pieces[0]) if pieces and len(statement.targets) == 1 else None
            if source is None:
                continue
            if isinstance(target, ast.Name):
                local = target.id
                if scope.stored[local] != 1 or scope.binds_otherwise(local) or (
                        statement.value is not _unwrapped(statement.value)
                        and not scope.is_class):
                    continue
                binding = Binding(local, self._name(source, pieces), statement, None)
                if scope.is_class:
                    scope.attributes.setdefault(local, set()).add(binding.target)
                elif scope is self._module:
                    scope.others.discard(local)
                    self._sources[binding] = source
                    self._bind(scope, binding)
                else:
                    scope.aliases[local] = binding.target
            elif _is_attribute_of_self(target):
                owner = scope.enclosing_class()
                if owner is not None:
                    owner.attributes.setdefault(target.attr, set()).add(
                        self._name(source, pieces))

    def _name(self, binding, pieces):
        """Returns the full dotted name of a use, whose first piece a Binding explains."""
        own = self._name_in_tree(binding, pieces)
        return own or canonical('.'.join([binding.target] + pieces[1:]))

    def _name_in_tree(self, binding, pieces):
        """Returns what a name stands for that another module of the tree got by an import."""
        if binding.alias is None or binding.target.split('.')[0] in _NOT_OF_THE_TREE:
            return None
        level = len(binding.target) - len(binding.target.lstrip('.'))
        names = binding.target[level:].split('.') + pieces[1:]
        for length in range(1, len(names)):
            found = self._names_of('.'.join(names[:length]), level)
            if found is not None and names[length] in found:
                return canonical('.'.join([found[names[length]]] + names[length + 1:]))
        found = self._names_of('', level) if level else None
        if found is not None and names[0] in found:
            return canonical('.'.join([found[names[0]]] + names[1:]))
        return None

    def _resolve(self, node, scope):
        for child in ast.iter_child_nodes(node):
            pieces = dotted(child)
            if pieces:
                binding = scope.find(pieces[0])
                if binding and not _is_target(child):
                    name = self._name(binding, pieces)
                    self.references.append(Reference(child, pieces, name, binding))
                elif scope.alias(pieces[0]) and not _is_target(child):
                    name = '.'.join([scope.alias(pieces[0])] + pieces[1:])
                    self.aliased.append(Reference(child, pieces, canonical(name), None))
                elif pieces[0] == 'self' and len(pieces) > 1:
                    self._resolve_attribute(child, pieces, scope)
            else:
                self._resolve(child, self._scopes.get(child, scope))

    def _resolve_attribute(self, node, pieces, scope):
        owner = scope.enclosing_class()
        names = owner.attributes.get(pieces[1], ()) if owner is not None else ()
        if len(names) == 1:
            name = '.'.join([next(iter(names))] + pieces[2:])
            self.aliased.append(Reference(node, pieces, canonical(name), None))


class _Scope:
    """The names that one function, class or module binds."""

    def __init__(self, node, parent):
        self.parent = parent
        self.is_class = isinstance(node, ast.ClassDef)
        self.imports = {}
        self.others = set()
        self.globals = set()
        self.stored = collections.Counter()
        self.assignments = []
        self.from_imports = []
        self.aliases = {}
        self.attributes = {}
        self._arguments = {argument.arg for argument in ast.walk(node.args)
                           if isinstance(argument, ast.arg)} if isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) else set()

    def binds_otherwise(self, name):
        """Whether an import, an argument or a declaration gives a meaning to a name."""
        return name in self.imports or name in self.globals or name in self._arguments

    def enclosing_class(self):
        """Returns the scope of the class around a method, None outside of one."""
        scope = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def alias(self, name):
        """Returns what a name of this function or one around it was set to, None if nothing."""
        if name in self.aliases:
            return self.aliases[name]
        return None if self.parent is None or name in self.others else self.parent.alias(name)

    def find(self, name, from_inside=True):
        """Returns the Binding of a name, None where it is not one of an import."""
        visible = from_inside or not self.is_class
        if visible and name in self.imports:
            return self.imports[name]
        if self.parent is None or (visible and name in self.others):
            return None
        return self.parent.find(name, from_inside=False)


def canonical(name):
    """Returns a dotted name with `tensorflow.compat.v1` shortened to `tensorflow`.

    And `tensornet.layers.conv.conv`, which is the function, to `tensornet.layers.conv`.
    """
    prefix = 'tensorflow.compat.v1'
    if (name + '.').startswith(prefix + '.'):
        return 'tensorflow' + name[len(prefix):]
    # The package has each of its functions also in a module of the same name.
    return re.sub(r'^(tensornet\.(?:layers|tt)\.(\w+))\.\2$', r'\1', name)


def dotted(node):
    """Returns the names of a dotted expression, None for anything else."""
    pieces = []
    while isinstance(node, ast.Attribute):
        pieces.insert(0, node.attr)
        node = node.value
    return [node.id] + pieces if isinstance(node, ast.Name) else None


def _imported(statement):
    if isinstance(statement, ast.ImportFrom):
        if statement.level or not statement.module:
            return []
        return [Binding(alias.asname or alias.name, statement.module + '.' + alias.name,
                        statement, alias) for alias in statement.names]
    return [Binding(alias.asname or alias.name.split('.')[0],
                    alias.name if alias.asname else alias.name.split('.')[0], statement, alias)
            for alias in statement.names]


def _unwrapped(node):
    """Returns what `staticmethod(...)` makes a method of, other nodes as they are."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and (
            node.func.id == 'staticmethod'):
        return node.args[0]
    return node


def _is_attribute_of_self(node):
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (
        node.value.id == 'self')


def _is_target(node):
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
