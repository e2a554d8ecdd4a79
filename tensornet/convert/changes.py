"""What a conversion changes among the variables of a checkpoint."""
import collections

from tensornet.checkpoints.slots import owner_of


class Changes(collections.namedtuple('Changes', ['values', 'replaced', 'renamed'])):
    """What differs from the source.

    Attributes:
        values: ordered dict from names to new values.
        replaced: set of the names of the variables that they replace.
        renamed: dict from the names of variables that are copied to their new ones.
    """
    __slots__ = ()

    def slots_without_owner(self, shapes):
        """Returns the sorted names of variables that belong to replaced ones, and so fit nothing.

        Args:
            shapes: dict from the names of all variables to their shapes.
        """
        return sorted(name for name in shapes if name not in self.replaced
                      and owner_of(name, shapes) in self.replaced)

    def rename_biases(self, found):
        """Gives the biases of a layer the name that a TT layer expects.

        Args:
            found: `DenseWeights` or `TTVariables`.
        """
        name = f'{found.scope}/biases'
        if found.biases not in (None, name):
            self.renamed[found.biases] = name

    def new_name(self, name, shapes):
        """Returns the name of a copied variable: another one if it, or what it belongs to, has."""
        if name in self.renamed:
            return self.renamed[name]
        owner = owner_of(name, shapes)
        if owner in self.renamed:
            before, _, after = name.rpartition(owner + '/')
            return f'{before}{self.renamed[owner]}/{after}'
        return name


def no_changes():
    """Returns `Changes` to fill."""
    return Changes(collections.OrderedDict(), set(), {})
