"""A warning about TT-ranks that are larger than any matrix or kernel needs."""

import warnings
import weakref

import tensorflow.compat.v1 as tf

from tensornet.tt import max_ranks

# Scopes that were warned about, by graph: building a layer again, to reuse it, says nothing new.
_WARNED = weakref.WeakKeyDictionary()


def warn_of_useless_ranks(name, ranks, modes, first_bond=0, stacklevel=3):
    """Warns once about the current variable scope if a rank exceeds the maximum of its bond.

    Above it the parameters are more than those of a train that stands for every tensor with these
    modes. Such a layer is built nevertheless: old checkpoints have them.

    Args:
        name: name of the layer's argument that holds the ranks.
        ranks: checked TT-ranks of the bonds from `first_bond` on, the last 1.
        modes: modes of the whole train, the window of a convolution among them.
        first_bond: 1 where the ranks do not start with the 1 before the first mode.
        stacklevel: frames from here up to the caller of the layer.
    """
    maxima = max_ranks(modes).tolist()[first_bond:]
    useless = [(k, rank, most) for k, (rank, most) in enumerate(zip(ranks, maxima)) if rank > most]
    scope = tf.get_variable_scope().name
    warned = _WARNED.setdefault(tf.get_default_graph(), set())
    if not useless or scope in warned:
        return
    warned.add(scope)
    bonds = ', '.join('%s[%d] is %d, but the maximum of that bond is %d' % ((name,) + entry)
                      for entry in useless)
    lowered = [min(rank, most) for rank, most in zip(ranks, maxima)]
    warnings.warn('%s: some TT-ranks are larger than useful: %s; %s=%s can do the same with fewer '
                  'parameters' % (scope, bonds, name, lowered), UserWarning, stacklevel=stacklevel)
