"""Tables 1 and 2 of "Ultimate tensorization" (arXiv 1611.03214).

The paper gives compressions. Where it gives no ranks, those of `ROWS` have the compression of a
row; for the networks of `WITHOUT_RANKS` there are none.
"""
import collections

Row = collections.namedtuple('Row', ['network', 'options', 'parameters', 'compression', 'accuracy'])
Row.__doc__ = """A row of a table.

Attributes:
    network: name of the file in nets/.
    options: dict, what takes the place of the file's `opts`.
    parameters: trainable parameters of the network; None where its ranks are not known.
    compression: those of the dense network over them, two digits behind the point.
    accuracy: the paper's, percent; None for a network that is not in the paper.
"""

ROWS = (
    Row('conv', {}, 557258, 1.0, 90.7),
    Row('TT-conv', {}, 172528, 3.23, 89.3),
    Row('TT-conv-naive', {}, 192012, 2.90, 87.6),
    Row('conv-fc', {}, 13934538, 1.0, 90.5),
    Row('conv-TT-fc', {'fc_ranks': [[1, 25, 25, 25, 1], [1, 20, 20, 20, 1]]}, 663194, 21.01, 89.8),
    Row('TT-conv-TT-fc', {}, 334554, 41.65, 89.7),
    Row('TT-conv-TT-fc', {'fc_ranks': [[1, 20, 20, 20, 1], [1, 20, 20, 20, 1]]}, 168154, 82.87,
        89.4),
)

WITHOUT_RANKS = (
    Row('TT-conv', None, None, 2.02, 89.9),
    Row('TT-conv', None, None, 2.53, 89.2),
    Row('TT-conv', None, None, 4.02, 88.7),
    Row('TT-conv-naive', None, None, 2.02, 88.3),
    Row('conv-TT-fc', None, None, 10.72, 90.3),
    Row('conv-TT-fc', None, None, 19.38, 89.8),
    Row('TT-conv-TT-fc', None, None, 9.69, 90.1),
)

# The dense network, and its compressions, of each table.
TABLES = {'conv': ['conv', 'TT-conv', 'TT-conv-naive'],
          'conv-fc': ['conv-fc', 'conv-TT-fc', 'TT-conv-TT-fc']}


def table(dense):
    """The rows of a table, by network and compression.

    Args:
        dense: name of the network that the others are compressions of.
    """
    networks = TABLES[dense]
    return sorted((row for row in ROWS + WITHOUT_RANKS if row.network in networks),
                  key=lambda row: (networks.index(row.network), row.compression))


def accuracy_of(network, parameters):
    """The paper's accuracy of a network with so many parameters, or None where it has no row."""
    return next((row.accuracy for row in ROWS
                 if (row.network, row.parameters) == (network, parameters)), None)
