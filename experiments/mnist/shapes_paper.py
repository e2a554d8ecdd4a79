"""Figure 1 of "Tensorizing Neural Networks" (arXiv 1509.06569): the networks and their errors."""
import collections

Point = collections.namedtuple('Point', ['shape', 'rank', 'parameters', 'test_error'])
Point.__doc__ = """One network of the figure.

Attributes:
    shape: modes of input and output of the TT-layer as the figure names them, `MATRIX_RANK` or
        `UNCOMPRESSED`.
    rank: the TT-rank between all cores or the rank of the matrix; None for `UNCOMPRESSED`.
    parameters: weights of the first layer.
    test_error: the paper's, in percent, read off the figure.
"""

MATRIX_RANK = 'matrix rank'
UNCOMPRESSED = 'uncompressed'

# The modes of each shape, the same for input and output.
MODES = {
    '32x32': [32, 32],
    '4x8x8x4': [4, 8, 8, 4],
    '4^5': [4] * 5,
    '2x2x8x8x2x2': [2, 2, 8, 8, 2, 2],
    '2^10': [2] * 10,
}

FIGURE_1 = [
    Point('32x32', 1, 2048, 2.2),
    Point('32x32', 2, 4096, 3.4),
    Point('32x32', 3, 6144, 3.4),
    Point('32x32', 4, 8192, 3.3),
    Point('4x8x8x4', 1, 160, 2.8),
    Point('4x8x8x4', 2, 576, 1.64),
    Point('4x8x8x4', 3, 1248, 1.64),
    Point('4x8x8x4', 4, 2176, 1.60),
    Point('4^5', 1, 80, 2.7),
    Point('4^5', 2, 256, 2.4),
    Point('4^5', 3, 528, 1.76),
    Point('4^5', 4, 896, 1.71),
    Point('2x2x8x8x2x2', 1, 144, 3.0),
    Point('2x2x8x8x2x2', 2, 560, 2.03),
    Point('2x2x8x8x2x2', 3, 1248, 2.1),
    Point('2x2x8x8x2x2', 4, 2208, 1.75),
    Point('2^10', 1, 40, 3.35),
    Point('2^10', 2, 144, 2.9),
    Point('2^10', 3, 312, 2.3),
    Point('2^10', 4, 544, 2.15),
    Point(MATRIX_RANK, 1, 2048, 66.0),
    Point(MATRIX_RANK, 10, 20480, 3.6),
    Point(MATRIX_RANK, 50, 102400, 2.3),
    Point(UNCOMPRESSED, None, 1024 * 1024, 1.90),
]

SHAPES = list(MODES) + [MATRIX_RANK, UNCOMPRESSED]


def name(point):
    """What a network is called in output, such as `4^5 rank 2`, `matrix rank 10`."""
    if point.shape == UNCOMPRESSED:
        return UNCOMPRESSED
    if point.shape == MATRIX_RANK:
        return f'{MATRIX_RANK} {point.rank}'
    return f'{point.shape} rank {point.rank}'
