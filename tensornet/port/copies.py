"""Copies of the original library among the scripts: it had no `setup.py`, so users copied it."""

import ast
import collections

from tensornet.port import library

# `pieces` is the path of the copy, `functions` a dictionary from the names of the functions in it
# that look like layers or lie beside them to their Module, `own` those that the library lacks.
Copy = collections.namedtuple('Copy', ['pieces', 'modules', 'functions', 'own', 'is_this_library'])

# What becomes of a copy: `place` is its path, `to` the one that it is written to or None, `said`
# a line for the report, `needs_a_look` whether there is something to do for the user.
Treatment = collections.namedtuple('Treatment', [
    'copy', 'place', 'how', 'to', 'said', 'needs_a_look'])
AS_IT_IS, IN_PLACE, LEFT_OUT, ASIDE = 'as it is', 'in place', 'left out', 'aside'

_NAME = 'tensornet'
_LAYERS = {'batch_normalization', 'conv', 'linear', 'tt', 'tt_conv', 'tt_conv_direct',
           'tt_conv_full', 'tt_conv1d', 'tt_conv1d_full'}
# What the layers of the original and of its forks call their arguments.
_ARGUMENTS = {'biases_initializer', 'cores_initializer', 'cpu_variables', 'ema_decay',
              'filters_initializer', 'init_params', 'inp_ch_modes', 'inp_modes', 'inp_size',
              'mat_ranks', 'out_ch_modes', 'out_modes', 'ranks', 'train_phase', 'use_biases',
              'weights_initializer', 'window', 'window_size'}


def find(tree):
    """Finds the copies, whatever they are called and wherever they lie.

    A copy is a folder, or a single module, that defines at least two of the layers with the
    arguments of the original; one is enough if it has the name of the library.

    Args:
        tree: source_tree.SourceTree.

    Returns:
        List of Copy.
    """
    found = collections.OrderedDict()
    for module in tree.modules:
        layers = {name for name, node in _functions(module) if name in _LAYERS and _is_layer(node)}
        if layers:
            root = _root(tree, module, layers)
            found.setdefault(root, set()).update(layers)
    return [_copy(tree, pieces) for pieces, layers in found.items()
            if _NAME in pieces[-1:] or len(layers) > 1 and any(
                name.startswith('tt') for name in layers)]


def treat(tree, taken):
    """Decides what becomes of each copy.

    Args:
        tree: source_tree.SourceTree.
        taken: collection of the paths that other files have, with `/` between their pieces.

    Returns:
        List of Treatment.
    """
    return [_treatment(tree, copy, taken) for copy in find(tree)]


def _treatment(tree, copy, taken):
    place = '/'.join(copy.pieces) + ('' if tree.is_package(copy.pieces) else '.py')
    layers = ', '.join(f'`{name}`' for name in copy.functions if name in _LAYERS)
    if copy.is_this_library:
        return Treatment(copy, place, AS_IT_IS, place,
                         'a copy of this library, which is not ported; a copy beside the script '
                         'comes before the installed one', False)
    said = f'a copy of the original library ({layers})'
    below = len(copy.pieces)
    own = ', '.join(f"`{name}` ({'/'.join(module.name.split('/')[below:]) or module.name})"
                    for name, module in copy.own.items())
    if not _shadows(tree, copy):
        said += ' under a name of its own, ported like the other scripts'
        importers = _importers(tree, copy)
        if importers:
            keep = 'keeps' if len(importers) == 1 else 'keep'
            said += (f"; {', '.join(importers)} {keep} using it, write `tensornet` in its place to "
                     'use this library')
        if own:
            said += '; the library lacks ' + own
        return Treatment(copy, place, IN_PLACE, place, said, True)
    if not copy.own:
        return Treatment(copy, place, LEFT_OUT, None, said + ', left out: it would hide the '
                         'installed library, which the scripts use', False)
    aside = _free(copy, place, taken)
    said += (f', set aside as `{aside}` and ported there: it would hide the installed library, '
             f'which the scripts use; the library lacks {own}')
    return Treatment(copy, place, ASIDE, aside, said, True)


def _free(copy, place, taken):
    end = place[len('/'.join(copy.pieces)):]
    name = '/'.join(copy.pieces) + '_copy'
    while name + end in taken:
        name += '_'
    return name + end


def import_of_own(treatments, name):
    """Returns the import of a function that only a copy has.

    Args:
        treatments: list of Treatment.
        name: the function's name.

    Returns:
        The import and the file of the copy; None where no copy that is written has it.
    """
    for treatment in treatments:
        module = treatment.copy.own.get(name)
        if module is not None and treatment.to:
            root = treatment.copy.pieces[:-1]
            pieces = treatment.to[:-len('.py')] if treatment.to.endswith('.py') else treatment.to
            pieces = pieces.split('/') + list(module.pieces[len(treatment.copy.pieces):])
            return f"from {'.'.join(pieces[len(root):])} import {name}", module.name
    return None


def _shadows(tree, copy):
    """Whether scripts reach a copy by the name of the library, so that it hides the library."""
    if copy.pieces[-1:] != (_NAME,):
        return False
    reached = any(_is_bare(statement) and tree.base(module, _NAME) == copy.pieces[:-1]
                  for module in tree.modules if module not in copy.modules
                  for statement in module.imports)
    return reached or not _importers(tree, copy, longer=True)


def _importers(tree, copy, longer=False):
    """Returns the names of the scripts that import a copy, maybe only by a longer name."""
    return sorted({module.name for module in tree.modules if module not in copy.modules
                   for statement in module.imports
                   if not (longer and _is_bare(statement))
                   and any(other in copy.modules for other in tree.imported(module, statement))})


def _copy(tree, pieces):
    modules = [module for module in tree.modules if module.pieces[:len(pieces)] == pieces]
    functions = collections.OrderedDict()
    for module in modules:
        beside = any(_is_layer(node) for _, node in _functions(module))
        for name, _ in _functions(module):
            if beside and not name.startswith('_'):
                functions.setdefault(name, module)
    known = set(library.public('tensornet.layers')) | set(
        library.public('tensornet.tt'))
    own = collections.OrderedDict(
        (name, module) for name, module in functions.items() if name not in known)
    mine = any(module.pieces == pieces + ('port', '__main__') for module in modules)
    return Copy(pieces, modules, functions, own, mine)


def _root(tree, module, layers):
    """Returns the path of the copy that a module with layers belongs to."""
    if len(layers) > 1 and module.pieces[-1:] == (_NAME,):
        return module.pieces
    folder = module.folder
    if not folder or not tree.is_package(folder):
        return module.pieces
    above = folder[:-1]
    return above if above and folder[-1] == 'layers' and tree.is_package(above) else folder


def _functions(module):
    if module.tree is None:
        return []
    return [(node.name, node) for node in module.tree.body if isinstance(node, ast.FunctionDef)]


def _is_layer(node):
    arguments = {argument.arg for argument in node.args.args}
    return 'inp' in arguments and len(arguments & _ARGUMENTS) > 1


def _is_bare(statement):
    """Whether an import names the library as scripts do that have it installed."""
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or '').split('.')[0] == _NAME
    return any(alias.name.split('.')[0] == _NAME for alias in statement.names)
