"""A warning about TT-ranks that are larger than any matrix or kernel needs."""

import weakref
from typing import MutableMapping, Set

import tensorflow.compat.v1 as tf

from tensornet.tt.arguments import warn
from tensornet.tt.rank_argument import useless_ranks

# Scopes that were warned about, by graph: building a layer again, to reuse it, says nothing new.
_WARNED: MutableMapping[tf.Graph, Set[str]] = weakref.WeakKeyDictionary()


def warn_of_useless_ranks(name, ranks, modes, first_bond=0):
    """Warns once about the current variable scope if a rank exceeds the maximum of its bond.

    A larger rank adds parameters but no tensor that smaller ranks cannot represent. The layer is
    built all the same, because old checkpoints have such ranks.

    Args:
        name: name of the layer's argument that holds the ranks.
        ranks: checked TT-ranks of all bonds, [d + 1].
        modes: modes of the whole tensor train, the window of a convolution among them, [d].
        first_bond: 1 where the argument does not start with the 1 before the first mode.
    """
    scope = tf.get_variable_scope().name
    useless = useless_ranks(scope, name, ranks, modes, first_bond)
    warned = _WARNED.setdefault(tf.get_default_graph(), set())
    if useless and scope not in warned:
        warned.add(scope)
        warn(useless)
