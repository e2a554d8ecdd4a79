"""The wide and shallow networks that the authors of "Tensorizing Neural Networks" trained again.

Their code, of TensorFlow, came after the paper (arXiv 1509.06569), whose own network of hidden 8^6
has a test error of 31.47 %.
"""
import collections

Rerun = collections.namedtuple('Rerun', ['name', 'layer', 'hidden_modes', 'rank', 'steps',
                                         'accuracy'])
Rerun.__doc__ = """A training.

Attributes:
    name: what to call it.
    layer, hidden_modes: the flags of train.py.
    rank: all inner ranks; None for dense layers.
    steps: steps of the training; None where they are not known.
    accuracy: on the test images after them, percent; None for a network that only we trained.
"""

_8, _6 = [8] * 6, [6] * 6

RERUNS = (
    *(Rerun(f'TT, 8^6, rank {rank}', 'tt', _8, rank, 40000, accuracy)
      for rank, accuracy in ((2, 69.5), (3, 68.3), (4, 69.8), (6, 70.6), (10, 71.3), (12, 71.3),
                             (16, 70.2), (20, 69.0))),
    Rerun('TT, 6^6, rank 2', 'tt', _6, 2, None, None),
    Rerun('TT, 6^6, rank 10', 'tt', _6, 10, 1000, 52.5),
    Rerun('TT, 6^6, rank 10', 'tt', _6, 10, 30000, 69.7),
    Rerun('dense, 4096 four times', 'dense', None, None, None, 59.3),
)
