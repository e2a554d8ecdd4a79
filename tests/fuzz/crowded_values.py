"""Large matrices whose singular values crowd, decomposed, against the least errors.

    python -m tests.fuzz.crowded_values [--count 100] [--seed 0]

Levels of equal or almost equal values, as of tables of classes or of groups that share weights,
stand above values that fall. Such crowds have more values than a block of the range finder has
columns. Compared are the error at a given rank, and rank and error at a given `eps`, with what the
values allow. Prints each fault with its case; exits with 1 if there are any.
"""

import argparse
import sys
import time

import numpy as np

from tensornet import tt

SIDE = 1100
# What `tt.decompose` promises: a fifth of a percent, and some rounding.
EXCESS = 1.0021
# Where values crowd, the rank for an error may be larger by this much.
FURTHER_RANKS = 3


def draw(random):
    """Returns a case: its values in descending order, a rank and a type."""
    values = np.sort(random.rand(SIDE) * random.choice([0.1, 0.5, 0.9]))[::-1]
    width, start = random.choice([0, 10**random.uniform(-7, -1)]), 0
    for level in np.sort(random.uniform(0.3, 1, size=random.randint(1, 4)))[::-1]:
        count = random.randint(15, 52)
        values[start:start + count] = level * (1 - width * random.rand(count))
        start += count
    return dict(values=np.sort(values)[::-1], rank=random.randint(20, SIDE // 8),
                dtype=random.choice(['float32', 'float64']), seed=random.randint(1000))


def faults(case):
    """Returns a dictionary from what is wrong to how much it is."""
    values, rank = case['values'], case['rank']
    random = np.random.RandomState(case['seed'])
    left, right = (np.linalg.qr(random.normal(size=(SIDE, SIDE)))[0] for _ in range(2))
    matrix = ((left * values) @ right.T).astype(case['dtype'])
    tails = np.sqrt(np.append(np.cumsum(values[::-1]**2)[::-1], 0) / np.sum(values**2))
    found = {}
    error = tt.decompose(matrix, matrix.shape, rank).relative_error
    if error > EXCESS * tails[rank]:
        found['error of the rank'] = error / tails[rank]
    eps = 1.0025 * tails[rank]
    decomposition = tt.decompose(matrix, matrix.shape, eps=eps)
    if decomposition.relative_error > eps:
        found['error above eps'] = decomposition.relative_error / eps
    least = int(np.argmax(tails <= 0.998 * eps))
    if decomposition.ranks[1] > least + FURTHER_RANKS:
        found['rank for eps'] = decomposition.ranks[1] - least
    return found


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=100)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    arguments = parser.parse_args()
    random, end = np.random.RandomState(arguments.seed), time.monotonic() + arguments.seconds
    ran = wrong = 0
    while ran < arguments.count and time.monotonic() < end:
        case = draw(random)
        found = faults(case)
        ran, wrong = ran + 1, wrong + bool(found)
        if found:
            print(found, {name: case[name] for name in ('rank', 'dtype', 'seed')}, flush=True)
    print(f'{ran} cases, seed {arguments.seed}: {wrong} wrong')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
