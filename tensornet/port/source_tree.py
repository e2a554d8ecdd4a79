"""The scripts of a folder together: what each holds, and which of them an import leads to."""

import ast
import os
import re

from tensornet.port import (
    gone,
    library,
    python2_evidence,
    python2_indentation,
    python2_syntax,
    reach,
)
from tensornet.port.bindings import Bindings


class Module:
    """One script.

    Args:
        name: its path relative to the folder that is ported, with `/` between the pieces.
        path: where it lies.
        text: string, its content.

    Attributes:
        pieces: the names of its folders and its own, without `.py`; a package has the name of
            its folder.
        text: the content with the indentation that Python 3 needs.
        indented: lines whose indentation was changed for that.
        tree: ast.Module, or None where it cannot be read as Python 3.
        notes: list of (line, text): lines that only Python 2 or a notebook can read.
        problem: the exception that says why there is no tree, or None.
    """

    def __init__(self, name, path, text):
        self.name = name
        self.path = path
        self.pieces, self.is_package = _pieces(name)
        self.text, self.indented = text, []
        self._nodes = None
        self._parse()
        if isinstance(self.problem, IndentationError):
            self.text, self.indented = python2_indentation.with_spaces(text)
            self._parse()

    def _parse(self):
        readable, self.notes = python2_syntax.as_python3(self.text)
        self.tree, self.problem = None, None
        try:
            self.tree = ast.parse(readable, self.path)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.problem = error

    @property
    def nodes(self):
        """All syntax nodes, none where there is no tree; `ast.walk` is what takes the time."""
        if self._nodes is None:
            self._nodes = [] if self.tree is None else list(ast.walk(self.tree))
        return self._nodes

    @property
    def imports(self):
        """All import statements."""
        return [node for node in self.nodes if isinstance(node, (ast.Import, ast.ImportFrom))]

    @property
    def folder(self):
        """The names of the folders that it lies in; a package lies in its own folder."""
        return self.pieces if self.is_package else self.pieces[:-1]


class SourceTree:
    """All scripts that are ported together.

    Args:
        modules: list of Module.

    Attributes:
        modules: the same list.
        treatments: list of copies.Treatment, one for each copy of the original library in it.
    """

    def __init__(self, modules):
        self.modules = list(modules)
        self.treatments = []
        self._by_pieces = {}
        self._by_last = {}
        for module in self.modules:
            # `a.py` and `a/__init__.py` have one name; Python takes the package.
            if module.is_package or module.pieces not in self._by_pieces:
                self._by_pieces[module.pieces] = module
            if module.pieces:
                self._by_last.setdefault(module.pieces[-1], []).append(module)
        self._bindings = {}
        self._exports = {}
        self._is_python2 = None
        self._reach = None
        self._uses_library = None
        self._parameters = None

    @property
    def is_python2(self):
        """Whether one of the scripts shows that they were written for Python 2."""
        if self._is_python2 is None:
            self._is_python2 = python2_evidence.of_tree(self)
        return self._is_python2

    @property
    def uses_library(self):
        """Whether a script imports this library."""
        if self._uses_library is None:
            self._uses_library = any(re.search(r'\btensornet\b', module.text)
                                     for module in self.modules)
        return self._uses_library

    @property
    def parameters(self):
        """The names of all functions with the names of their parameters, `**` for `**kwargs`."""
        if self._parameters is None:
            self._parameters = {}
            for module in self.modules:
                for node in module.nodes:
                    if isinstance(node, ast.FunctionDef):
                        names = self._parameters.setdefault(node.name, set())
                        names.update(argument.arg for argument in node.args.args)
                        names.update(argument.arg for argument in node.args.kwonlyargs)
                        names.update({'**'} if node.args.kwarg else ())
        return self._parameters

    def forwards(self, name):
        """Whether a function takes any keyword (`**kwargs`), or the call has no name."""
        return '**' in self.parameters.get(name, ()) or name is None

    @property
    def reach(self):
        """The reach.Reach: by which names the scripts import each other."""
        if self._reach is None:
            self._reach = reach.of_tree(self)
        return self._reach

    def called(self, name):
        """Returns the modules of a name in all folders."""
        return self._by_last.get(name, [])

    def at(self, pieces):
        """Returns the Module whose path has these names, None where there is none."""
        return self._by_pieces.get(tuple(pieces))

    def is_package(self, pieces):
        """Whether a folder has an `__init__.py`."""
        module = self.at(pieces)
        return module is not None and module.is_package

    def base(self, module, name, level=0):
        """Returns the folder in which an import finds the first piece of a name.

        Args:
            module: the Module that imports.
            name: dotted name, '' in `from . import name`.
            level: number of leading dots.

        Returns:
            Tuple of folder names; None where nothing of the tree has the name.
        """
        if level:
            return module.folder[:len(module.folder) - level + 1]
        first = name.split('.')[0]
        for length in range(len(module.folder), -1, -1):
            folder = module.folder[:length]
            if self.at(folder + (first,)) or self._is_folder(folder + (first,), name):
                return folder
        others = [other for other in self._by_last.get(first, [])
                  if not self.is_package(other.pieces[:-1])]
        return others[0].pieces[:-1] if len(others) == 1 else None

    def find(self, module, name, level=0):
        """Returns the Module that an import leads to, None where it is none of the tree."""
        base = self.base(module, name, level)
        return None if base is None else self.at(base + _split(name))

    def is_own(self, module, name):
        """Whether a dotted name begins with a module that lies where Python looks first.

        It then hides one of the standard library, of Python 2 or 3.
        """
        first = name.split('.')[0]
        return os.path.exists(os.path.join(os.path.dirname(module.path), first + '.py')) or any(
            self.at(module.folder[:length] + (first,)) is not None
            for length in range(len(module.folder) + 1))

    def imported(self, module, statement):
        """Returns the Modules that an import statement runs, without those of packages above."""
        if isinstance(statement, ast.Import):
            found = [self.find(module, alias.name) for alias in statement.names]
        else:
            base = self.base(module, statement.module or '', statement.level)
            if base is None:
                return []
            pieces = base + _split(statement.module or '')
            found = [self.at(pieces)] + [self.at(pieces + (alias.name,))
                                         for alias in statement.names]
        return [other for other in found if other is not None]

    def bindings(self, module):
        """Returns the Bindings of a script, made once; None while they are being made."""
        if module not in self._bindings:
            self._bindings[module] = None
            try:
                self._bindings[module] = Bindings(
                    module.tree, lambda name, level: self._names_of(module, name, level),
                    gone.is_gone)
            except RecursionError as error:
                # The script is nested too deeply; it is reported as one that cannot be read.
                module.tree, module.problem, module._nodes = None, error, None
                self._bindings[module] = Bindings(ast.Module(body=[], type_ignores=[]))
        return self._bindings[module]

    def _names_of(self, module, name, level):
        if not level and name.split('.')[0] == 'tensornet':
            return library.public(name)
        base = self.base(module, name, level)
        other = None if base is None else self.at(base + _split(name))
        if other is None or other is module or other.tree is None:
            return None
        if other not in self._exports:
            bindings = self.bindings(other)
            if bindings is None:
                return None
            self._exports[other] = bindings.exports()
        return self._exports[other]

    def _is_folder(self, pieces, name):
        """Whether a folder without `__init__.py` holds what a longer name asks for."""
        rest = _split(name)[1:]
        return bool(rest) and self.at(pieces + rest[:1]) is not None


def of_text(text, path):
    """Returns the SourceTree of one script, and its Module."""
    module = Module(os.path.basename(path), path, text)
    return SourceTree([module]), module


def _split(name):
    return tuple(name.split('.')) if name else ()


def _pieces(name):
    pieces = name.split('/')
    if pieces[-1] == '__init__.py':
        return tuple(pieces[:-1]), True
    last = pieces[-1]
    return tuple(pieces[:-1]) + (last[:-len('.py')] if last.endswith('.py') else last,), False
