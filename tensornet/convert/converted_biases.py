"""The biases of a converted layer."""
import numpy as np

from tensornet.convert.slots import averages_of


def replace_biases(checkpoint, found, out_size, average_names, changes):
    """Gives the biases, and their averages, the name and the size that the TT layer expects.

    Args:
        checkpoint: `Checkpoint`.
        found: `DenseWeights` or `TTVariables`.
        out_size: number of outputs of the TT layer, with padding.
        average_names: names of averages beside the usual one.
        changes: `Changes` to add to.
    """
    if found.biases is None:
        return
    name = f'{found.scope}/biases'
    missing = out_size - checkpoint.shapes[found.biases][0]
    if not missing:
        if found.biases != name:
            changes.renamed[found.biases] = name
        return
    averages = averages_of(found.biases, checkpoint.shapes, average_names)
    for old, new in [(found.biases, name)] + [(average.name, average.of(name))
                                              for average in averages]:
        changes.replaced.add(old)
        changes.values[new] = np.pad(checkpoint.read(old), (0, missing), 'constant')
