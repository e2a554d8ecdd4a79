"""Random tensors and trains of all dtypes, layouts and magnitudes against an extended reference.

    python -m tests.tt.extremes --cases 5000 --seed 1

Each case decomposes, selects ranks, rounds or multiplies out, and compares ranks and errors with
those of the same data at scale one and with a contraction in `numpy.longdouble`, whose exponents
go far beyond those of float64. A case that disagrees is printed with its seed, which repeats it
alone: `--cases 1 --seed SEED`.
"""

import argparse
import sys
from unittest import mock

import numpy as np

from tensornet import tt
from tensornet.tt import truncated_svd

DTYPES = ['f8', '>f8', 'f4', '>f4', 'f2', '>f2', 'i8', '>i4', 'u1']
EPS = [0, 1e-12, 1e-9, 1e-7, 1e-6, 1e-4, 1e-2, 0.1, 0.3, 0.6, 0.9, 0.97]
LAYOUTS = ['C', 'F', 'strided', 'reversed', 'flat']
# Largest decimal exponents of the data, up to the ends of the range and into the subnormals.
EXPONENTS = {'f8': (-306, 307), 'f4': (-36, 37), 'f2': (-4, 4)}
WIDE = np.longdouble
LOWERED = {'_SMALL_SIZE': 1 << 10, '_SMALL_WORK': 1 << 14, '_RANDOMIZED_ROWS': 64}


class DisagreementError(AssertionError):
    """A result that is not what the reference says."""


def main():
    """Runs the cases that the command line asks for; the exit status says whether all agree."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cases', type=int, default=1000)
    parser.add_argument('--seed', type=int, default=0)
    arguments = parser.parse_args()
    failed = list(run(arguments.seed, arguments.cases))
    for message in failed:
        print(message)
    print(f'{arguments.cases} cases, {len(failed)} disagree')
    return 1 if failed else 0


def run(seed, cases):
    """Yields a message for each of the cases from `seed` on that disagrees."""
    for k in range(seed, seed + cases):
        check = [check_train, check_tensor, check_methods][k % 3]
        try:
            check(np.random.RandomState(k))
        except Exception as error:
            yield f'{check.__name__}, seed {k}: {type(error).__name__}: {error}'


def check_tensor(random):
    """`decompose`, `select_ranks` and what is built on them, for a random tensor."""
    modes = _modes(random)
    tensor = _tensor(random, modes)
    given = _laid_out(random, tensor)
    if random.rand() < 0.04:
        given = tensor = np.zeros_like(tensor)
    ordinary = _at_scale_one(tensor)
    dtype = np.float32 if tensor.dtype.kind == 'f' and tensor.dtype.itemsize < 8 else np.float64
    floor = _floor(dtype, modes)
    eps = EPS[random.randint(len(EPS))]
    largest = tt.max_ranks(modes)
    ranks = _ranks(random, modes)
    for target in ({'eps': eps}, {'ranks': ranks}, {'max_rank': int(random.randint(1, 6))},
                   {'eps': eps, 'ranks': ranks}):
        result = tt.decompose(given, modes, **target)
        _require(all(core.dtype == dtype for core in result.cores), 'dtype of the cores')
        _require(all(np.isfinite(core).all() for core in result.cores), 'finite cores')
        expected = tt.decompose(ordinary.astype(dtype), modes, **target)
        _require(result.ranks.tolist() == expected.ranks.tolist(),
                 f'ranks {result.ranks} at scale one {expected.ranks}, {target}')
        true = error(result.cores, tensor)
        _require(abs(true - result.relative_error) <= floor,
                 f'error {true}, reported {result.relative_error}, {target}')
        if 'ranks' not in target and 'eps' in target:
            _require(true <= max(eps, floor), f'error {true} for eps {eps}')
        if 'eps' not in target:
            best = np.linalg.norm(_tails(ordinary, modes, result.ranks))
            _require(true <= best * (1 + 1e-6) + floor, f'error {true}, bound {best}, {target}')
    selection = tt.select_ranks(given, modes, eps=eps)
    true = error(tt.decompose(given, modes, selection.ranks).cores, tensor)
    _require(true <= max(eps, floor), f'error {true} with the ranks of eps {eps}')
    _require(true <= selection.error_bound + floor, f'error {true}, {selection}')
    _require((selection.ranks <= largest).all(), f'{selection} of {largest}')
    _check_flat(tensor, given, modes, eps, floor)


def _check_flat(tensor, given, modes, eps, floor):
    flattened = None
    try:
        flattened = tt.svd(given, modes, eps=eps)
    except ValueError as refused:
        # Not every float64 tensor is a product of float32 cores.
        size = np.log2(float(np.abs(tensor.astype(np.float64)).max()))
        _require(abs(size) > 80 * len(modes), f'refused: {refused}')
        _require('scale it first' in str(refused) or 'float32' in str(refused), str(refused))
    if flattened is not None:
        ranks = tt.decompose(given, modes, eps=eps).ranks
        true = error(tt.unflatten(flattened, modes, ranks), tensor)
        _require(true <= max(eps, floor) + 2e-7 * len(modes), f'error {true} of svd, eps {eps}')


def check_methods(random):
    """Ranks and errors where all methods of a cut are used, against LAPACK in float64.

    The sizes from which on a method is used are lowered, so that a case takes milliseconds.
    """
    rows = int(random.randint(64, 200))
    columns = int(rows + random.randint(0, 60))
    kind = ['f8', 'f4'][random.randint(2)]
    low, high = EXPONENTS[kind]
    matrix = _with_spectrum(random, rows, columns)
    matrix = (matrix / np.abs(matrix).max() * 10.0**random.uniform(low, high)).astype(kind)
    values = np.linalg.svd(_at_scale_one(matrix), compute_uv=False)
    # The energy that each rank leaves out.
    energies = np.cumsum((values**2)[::-1])[::-1]
    tails = np.sqrt(np.append(energies[1:], 0.0) / energies[0])
    floor = 60 * float(np.finfo(matrix.dtype).eps)
    modes = [rows, columns]
    rank = int(random.randint(1, rows // 6))
    eps = EPS[random.randint(len(EPS))]
    with mock.patch.multiple(truncated_svd, **LOWERED):
        by_rank = tt.decompose(matrix, modes, max_rank=rank)
        by_eps = tt.decompose(matrix, modes, eps=eps)
        selection = tt.select_ranks(matrix, modes, eps=eps)
        selected = tt.decompose(matrix, modes, selection.ranks)
    for result in (by_rank, by_eps, selected):
        true = error(result.cores, matrix)
        _require(abs(true - result.relative_error) <= floor + 1e-5 * true,
                 f'error {true}, reported {result.relative_error}')
    true, best = error(by_rank.cores, matrix), tails[rank - 1]
    _require(true <= 1.002 * best + floor, f'error {true} of rank {rank}, least {best}')
    for result in (by_eps, selected):
        true = error(result.cores, matrix)
        _require(true <= max(eps, floor), f'error {true} for eps {eps}, ranks {result.ranks}')
        least = 1 + int(np.argmax(tails <= 0.997 * eps))
        _require(result.ranks[1] <= least or eps < 2 * floor,
                 f'rank {result.ranks[1]} for eps {eps}, least {least}')


def _with_spectrum(random, rows, columns):
    index = np.arange(1, rows + 1)
    values = [1.0 / index, index**-0.5, 0.7**index, np.where(index < 9, 1.0, 1e-3),
              np.where(index < 9, 1.0, 1e-9), np.where(index < 9, 1.0, 0.0),
              np.where(index < 5, 100.0, random.rand(rows))][random.randint(7)]
    if random.rand() < 0.3:
        matrix = random.standard_normal((rows, columns))
    else:
        left = np.linalg.qr(random.standard_normal((rows, rows)))[0]
        right = np.linalg.qr(random.standard_normal((columns, rows)))[0]
        matrix = (left * values) @ right.T
    if random.rand() < 0.2:
        matrix[random.rand(rows) < 0.5] = 0
        matrix[0, 0] = 1
    return matrix


def check_train(random):
    """`norm`, `round` and `full` for a random train with cores of very different magnitudes."""
    modes = _modes(random)
    ranks = _ranks(random, modes)
    dtype = [np.float64, np.float32][random.randint(2)]
    cores = [random.standard_normal((left, mode, right))
             * np.exp(-random.rand() * 8 * np.arange(right))
             for left, mode, right in zip(ranks, modes, ranks[1:])]
    if random.rand() < 0.5:
        cores = _doubled(cores)
    cores = [core.astype(dtype) for core in cores]
    scaled = _rescaled(random, cores)
    exact, ordinary = contract(scaled), contract(cores)
    norm = float(np.sqrt((exact**2).sum()))
    found = tt.norm(scaled)
    agrees = found == norm if np.isinf(norm) else abs(found - norm) <= 1e-11 * norm + 1e-320
    _require(agrees, f'norm {found}, not {norm}')
    floor = _floor(dtype, modes)
    eps = EPS[random.randint(len(EPS))]
    rounded = tt.round(scaled, eps=eps)
    true = error(rounded, exact)
    _require(true <= max(eps, floor), f'error {true} of rounding for eps {eps}')
    expected = tt.ranks(tt.round(cores, eps=eps)).tolist()
    _require(tt.ranks(rounded).tolist() == expected or _is_tie(ordinary, modes, expected, eps),
             f'ranks {tt.ranks(rounded)} at scale one {expected}, eps {eps}')
    largest = np.abs(exact).max()
    limits = np.finfo(dtype)
    if largest > limits.max * WIDE(1.01):
        _require_refusal(scaled)
    elif float(limits.tiny) * 1e8 < largest < limits.max * WIDE(0.99):
        multiplied = tt.full(scaled)
        _require(multiplied.dtype == dtype, 'dtype of the full tensor')
        bound = contract([np.abs(core.astype(WIDE)) for core in scaled])
        excess = np.abs(multiplied.astype(WIDE) - exact) - 100 * limits.eps * bound
        _require(not (excess > limits.tiny)
                 .any(), f'full, off by {excess.max()}')


def _require_refusal(cores):
    try:
        tt.full(cores)
    except ValueError as refused:
        _require('entries must fit' in str(refused), str(refused))
    else:
        raise DisagreementError('full of a tensor beyond the range was not refused')


def contract(cores):
    """Full tensor of cores `[r, n, r']` in `numpy.longdouble`."""
    tensor = cores[-1].astype(WIDE)
    for core in cores[-2::-1]:
        tensor = np.tensordot(core.astype(WIDE), tensor, axes=([-1], [0]))
    return tensor[0, ..., 0]


def error(cores, tensor):
    """Relative Frobenius error as float; 0 for a tensor of zeros that is met exactly."""
    exact = np.asarray(tensor).astype(WIDE)
    difference = contract(cores).reshape(exact.shape) - exact
    norm = np.sqrt((exact**2).sum())
    distance = np.sqrt((difference**2).sum())
    return float(distance / norm) if norm > 0 else float(distance)


def _require(condition, message):
    if not condition:
        raise DisagreementError(message)


def _modes(random):
    return [int(mode) for mode in random.choice([1, 2, 3, 4, 5, 6], size=random.randint(1, 6),
                                                p=[.15, .2, .2, .2, .15, .1])]


def _ranks(random, modes):
    """Random ranks that the modes admit."""
    ranks = [1]
    for mode, largest in zip(modes[:-1], tt.max_ranks(modes)[1:-1]):
        ranks.append(int(random.randint(1, min(ranks[-1] * mode, int(largest)) + 1)))
    return ranks + [1]


def _tensor(random, modes):
    dtype = np.dtype(DTYPES[random.randint(len(DTYPES))])
    tensor = random.standard_normal(modes)
    for axis, mode in enumerate(modes):
        shape = [mode if other == axis else 1 for other in range(len(modes))]
        tensor = tensor * np.exp(-random.choice([0, 1, 6]) * np.arange(mode)).reshape(shape)
    tensor = tensor / np.abs(tensor).max()
    if dtype.kind in 'iu':
        return (np.abs(tensor) * 200).astype(dtype)
    low, high = EXPONENTS[dtype.str[1:]]
    exponent = low + (high - low) * (random.rand() if random.rand() < 0.7 else random.randint(2))
    return (tensor * 10.0**exponent).astype(dtype)


def _laid_out(random, tensor):
    layout = LAYOUTS[random.randint(len(LAYOUTS))]
    if layout == 'F':
        return np.asfortranarray(tensor)
    if layout == 'strided':
        return np.repeat(tensor, 2, axis=0)[::2]
    if layout == 'reversed':
        return np.ascontiguousarray(tensor[::-1])[::-1]
    return tensor.ravel() if layout == 'flat' else tensor


def _at_scale_one(tensor):
    """The same tensor with entries below 1, exactly, in float64."""
    wide = tensor.astype(WIDE)
    return np.ldexp(wide, -np.frexp(np.abs(wide).max())[1]).astype(np.float64)


def _floor(dtype, modes):
    """What rounding may add to an error."""
    unit = float(np.finfo(dtype).eps)
    return (8 * len(modes) + 8) * unit if dtype == np.float64 else (len(modes) + 4) * unit


def _tails(tensor, modes, ranks):
    """What the best unfoldings of these ranks leave, relative."""
    result = [0.0]
    for k in range(1, len(modes)):
        values = np.linalg.svd(tensor.reshape(int(np.prod(modes[:k])), -1), compute_uv=False)
        norm = np.linalg.norm(values)
        result.append(np.linalg.norm(values[ranks[k]:]) / norm if norm > 0 else 0.0)
    return result


def _is_tie(tensor, modes, ranks, eps):
    """Whether rounding decides on the ranks: what is cut is about rounding or about `eps`."""
    tensor = (tensor / np.abs(tensor).max()).astype(np.float64)
    for k in range(1, len(modes)):
        values = np.linalg.svd(tensor.reshape(int(np.prod(modes[:k])), -1), compute_uv=False)
        parts = values[max(ranks[k] - 2, 0):ranks[k] + 2] / np.linalg.norm(values)
        if eps <= 1e-7 or (parts < 1e-6).any():
            return True
    return False


def _doubled(cores):
    """A train of twice the ranks for twice the tensor."""
    result = []
    for k, core in enumerate(cores):
        left, mode, right = core.shape
        lefts, rights = 1 + (k > 0), 1 + (k < len(cores) - 1)
        block = np.zeros((left * lefts, mode, right * rights))
        for copy in range(2):
            rows = slice(left * copy, left * (copy + 1)) if k > 0 else slice(None)
            columns = slice(right * copy, right * (copy + 1)) if rights > 1 else slice(None)
            block[rows, :, columns] = core
        result.append(block)
    return result


def _rescaled(random, cores):
    """The train with cores, and rank indices, multiplied by powers of two."""
    reach = (900 if cores[0].dtype == np.float64 else 100) // 2
    cores = list(cores)
    for k in range(len(cores)):
        cores[k] = np.ldexp(cores[k], random.randint(-reach, reach + 1))
    for k in range(len(cores) - 1):
        gauge = random.randint(-reach // 8, reach // 8 + 1, size=cores[k].shape[-1])
        cores[k] = np.ldexp(cores[k], gauge)
        cores[k + 1] = np.ldexp(cores[k + 1], -gauge[:, np.newaxis, np.newaxis])
    return cores


if __name__ == '__main__':
    sys.exit(main())
