"""The variables of a checkpoint and those that are restored from it."""
import collections

from tensornet.checkpoints.flat_cores import flat_cores
from tensornet.checkpoints.near_names import nearest
from tensornet.checkpoints.renamed import renamed_variables


class Matched(collections.namedtuple('Matched', [
        'prefix', 'sources', 'redundant', 'replaced', 'missing', 'unused', 'flat'])):
    """What is restored from where, and what is not.

    Attributes:
        prefix: of the checkpoint.
        sources: dict from the names of the variables to their names in the checkpoint.
        redundant: dict from names in the checkpoint that nothing is restored from to the variable
            that says the same.
        replaced: dict from names of variables in the checkpoint to the names of their averages,
            from which they are restored.
        missing: dict from the variables that the checkpoint lacks to names of unused variables
            of the same shape that resemble theirs.
        unused: sorted names of the variables of the checkpoint that the graph lacks.
        flat: dict from the names of those cores that are in one flat variable, which `sources`
            names, to `FlatCore`.
    """
    __slots__ = ()

    @property
    def is_complete(self):
        """Whether nothing is missing or unused."""
        return not self.missing and not self.unused

    def __str__(self):
        lines = [f'{len(self.sources)} variables are in both']
        if self.replaced:
            lines.append(f'{len(self.replaced)} variables are replaced by their averages:')
            lines.extend(f'  {name} by {average}'
                         for name, average in sorted(self.replaced.items()))
        if self.missing:
            lines.append(f'the checkpoint lacks {len(self.missing)} variables:')
            lines.extend(f'  {name}' + (f' (it has: {", ".join(near)})' if near else '')
                         for name, near in sorted(self.missing.items()))
        if self.unused:
            lines.append(f'the graph lacks {len(self.unused)}, or the saver was not given them:')
            lines.extend(f'  {name}' for name in self.unused)
        return '\n'.join(lines)


def match(checkpoint, shapes, names):
    """Finds the variables of a graph in a checkpoint of this or the original library.

    Args:
        checkpoint: `Checkpoint`.
        shapes: dict from the names that variables are to be restored by to their shapes.
        names: dict from the same names to those that the variables have in the graph.

    Returns:
        `Matched`.

    Raises:
        CheckpointError: several variables of the checkpoint may be meant.
    """
    sources = {name: name for name in shapes if name in checkpoint.shapes}
    renamed = renamed_variables(checkpoint, set(shapes) - set(sources))
    sources.update((new, old) for old, new in renamed.new_names.items())
    flat = flat_cores(checkpoint.shapes, {name: shape for name, shape in shapes.items()
                                          if name not in sources})
    sources.update((name, core.source) for name, core in flat.items())
    replaced = _replaced(checkpoint, sources, names)
    used = set(sources.values()) | set(renamed.redundant) | set(replaced)
    unused = sorted(name for name in checkpoint.shapes if name not in used)
    missing = {name: nearest(name, [other for other in unused if checkpoint.shapes[other] == shape])
               for name, shape in shapes.items() if name not in sources}
    return Matched(checkpoint.prefix, sources, renamed.redundant, replaced, missing, unused,
                   flat)


def _replaced(checkpoint, sources, names):
    """Finds the variables that are restored from an average, which is named below them."""
    taken = set(sources.values())
    return {names[key]: source for key, source in sources.items()
            if names[key] in checkpoint.shapes and names[key] not in taken
            and source.startswith(names[key] + '/')}
