"""Ranks for a size against the simple ways to choose them: one common rank, and a bisected `eps`.

    python -m tests.tt.targets
    python -m tests.tt.targets --size 1024 --weights hidden.npy

Every case is a matrix, modes and a compression. `select_matrix_ranks` must not lose to either way,
must use the size, and must tell the error that the decomposition has. With `--weights` the matrix
in a file is tried too. The last columns are seconds, of the choice and of a decomposition.
"""

import argparse
import collections
import functools
import sys
import time

import numpy as np

from tensornet import tt

COMPRESSIONS = (5, 10, 50)
MODE_SETS = {
    64: ([2, 4, 4, 2], [4, 4, 4], [2, 16, 2]),
    256: ([4, 4, 4, 4], [4, 16, 4], [2, 4, 2, 4, 2, 2]),
    1024: ([4, 8, 8, 4], [4, 4, 4, 4, 4], [8, 16, 8]),
}
# Part of an error by which it may exceed another and still be no worse.
SLACK = 0.002
# Part of a size that is used, unless the next step exceeds it.
USED = 0.98
_ROUNDING = {'float32': 1e-6, 'float64': 1e-14}
_BISECTIONS = 18

Result = collections.namedtuple('Result', [
    'name', 'modes', 'compression', 'ranks', 'used', 'error', 'common', 'bisected', 'seconds',
    'faults'])


def main():
    """Prints a line for each case; the exit status says whether all are right."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--size', type=int, default=1024, choices=sorted(MODE_SETS),
                        help='rows and columns')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--weights', help='file of numpy.save with a matrix of that size')
    arguments = parser.parse_args()
    matrices = random_matrices(arguments.seed, arguments.size)
    if arguments.weights:
        matrices['weights'] = np.load(arguments.weights)
    faults = 0
    for name, matrix in matrices.items():
        for modes in MODE_SETS[arguments.size]:
            reachable = matrix.size / sum(mode**2 for mode in modes)
            for compression in [each for each in COMPRESSIONS if each <= reachable]:
                result = compare(name, matrix, modes, compression)
                faults += bool(result.faults)
                print(_line(result), flush=True)
    print(f'{faults} cases are wrong')
    return 1 if faults else 0


def random_matrices(seed, size):
    """Dict from names to matrices of a size whose singular values differ in kind."""
    random = np.random.RandomState(seed)
    noise = random.standard_normal((size, size))
    low_rank = random.standard_normal((size, 10)) @ random.standard_normal((10, size))
    index = np.arange(size)
    left, right = [np.linalg.qr(random.standard_normal((size, size)))[0] for _ in range(2)]
    train = _skewed_train(random, MODE_SETS[size][0])
    return collections.OrderedDict([
        ('gaussian', noise.astype(np.float32)),
        ('low rank', (low_rank / 3 + noise).astype(np.float32)),
        ('hilbert', 1 / (1.0 + index[:, np.newaxis] + index)),
        ('graded', ((left * np.exp(-20 * index / size)) @ right).astype(np.float32)),
        ('harmonic', ((left / (1.0 + index)) @ right).astype(np.float32)),
        ('train', (train + 0.01 * noise).astype(np.float32)),
        ('noisy train', (train + 0.1 * noise).astype(np.float32)),
    ])


def _skewed_train(random, modes):
    """A matrix of high TT-ranks on the left and a low one on the right, of elements about 1."""
    ranks = [1, min(modes[0]**2, 10), 20] + [2] * (len(modes) - 3) + [1]
    matrix = tt.full_matrix([random.standard_normal((left, mode, mode, right))
                             for left, mode, right in zip(ranks, modes, ranks[1:])])
    return matrix / matrix.std()


def compare(name, matrix, modes, compression):
    """Returns the `Result` of a case."""
    size = int(matrix.size / compression)
    start = time.time()
    selection = tt.select_matrix_ranks(matrix, modes, modes, compression=compression)
    middle = time.time()
    chosen = tt.decompose_matrix(matrix, modes, modes, selection.ranks)
    seconds = middle - start, time.time() - middle
    common = common_rank(matrix, modes, size).relative_error
    bisected = bisected_eps(functools.partial(tt.decompose_matrix, matrix, modes, modes),
                            size).relative_error
    rounding = _ROUNDING[matrix.dtype.name]
    faults = []
    if chosen.relative_error > min(common, bisected) * (1 + SLACK) + rounding:
        faults.append('worse')
    if abs(selection.error_bound - chosen.relative_error) > SLACK * chosen.relative_error \
            + rounding or tt.storage(chosen.cores) != selection.parameters:
        faults.append('told wrongly')
    used = selection.parameters / size
    if used > 1 or (used < USED and chosen.relative_error > rounding
                    and _could_use(modes, selection.ranks.tolist(), size)):
        faults.append('size')
    return Result(name, modes, compression, selection.ranks.tolist(), used, chosen.relative_error,
                  common, bisected, seconds, faults)


def common_rank(matrix, modes, size):
    """The decomposition with the largest common rank that fits a size."""
    squares = [mode**2 for mode in modes]
    limits = tt.max_ranks(squares).tolist()
    rank = max(rank for rank in range(1, max(limits) + 1)
               if tt_size(squares, [min(rank, limit) for limit in limits]) <= size)
    return tt.decompose_matrix(matrix, modes, modes, max_rank=rank)


def bisected_eps(decompose, size):
    """The decomposition with the least `eps`, to a few digits, that fits a size.

    Args:
        decompose: function of `eps` or `max_rank` that returns a decomposition.
        size: largest number of parameters.
    """
    low, high, best = 0.0, 1 - 1e-9, decompose(max_rank=1)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        trial = decompose(eps=middle)
        if tt.storage(trial.cores) <= size:
            high, best = middle, trial
        else:
            low = middle
    return best


def tt_size(modes, ranks):
    """Number of parameters of a train."""
    return sum(left * mode * right for left, mode, right in zip(ranks, modes, ranks[1:]))


def _could_use(modes, ranks, size):
    """Whether a single rank can be raised."""
    squares = [mode**2 for mode in modes]
    limits = tt.max_ranks(squares).tolist()
    for bond in range(1, len(modes)):
        trial = list(ranks)
        trial[bond] += 1
        carried = all(b <= a * n and a <= b * n for a, n, b in zip(trial, squares, trial[1:]))
        if trial[bond] <= limits[bond] and carried and tt_size(squares, trial) <= size:
            return True
    return False


def _line(result):
    choice, decomposition = result.seconds
    return (f'{result.name:9s} {str(result.modes):20s} {result.compression:3d}  '
            f'error {result.error:.4g}, common {result.common:.4g}, eps {result.bisected:.4g}  '
            f'{result.ranks}, {100 * result.used:.1f} % used, {choice:.3f} s, '
            f'{decomposition:.3f} s {" and ".join(result.faults).upper()}')


if __name__ == '__main__':
    sys.exit(main())
