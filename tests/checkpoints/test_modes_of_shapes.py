"""The modes that shapes of cores tell, beside all choices written out."""

import itertools
import unittest

import numpy as np
from parameterized import parameterized

from tensornet.checkpoints.modes_of_shapes import modes_of_shapes


def _shapes(inp_modes, out_modes, ranks):
    return [[o * right, left * i] for i, o, left, right
            in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]


def _all_modes(shapes, first_rank):
    """Yields what any ranks make of the shapes."""
    bonds = [[rank for rank in range(1, rows + 1) if rows % rank == 0] for rows, _ in shapes[:-1]]
    for inner in itertools.product(*bonds):
        ranks = [first_rank, *inner, 1]
        if all(columns % left == 0 for (_, columns), left in zip(shapes, ranks)):
            yield ([columns // left for (_, columns), left in zip(shapes, ranks)],
                   [rows // right for (rows, _), right in zip(shapes, ranks[1:])])


class ModesOfShapesTest(unittest.TestCase):

    @parameterized.expand([(seed,) for seed in range(8)])
    def test_all_choices(self, seed):
        random = np.random.RandomState(seed)
        for _ in range(25):
            d = random.randint(1, 5)
            inp_modes, out_modes = random.randint(1, 7, [2, d]).tolist()
            ranks = random.randint(1, 7, d + 1).tolist()[:-1] + [1]
            shapes = _shapes(inp_modes, out_modes, ranks)
            out_size = max(1, int(np.prod(out_modes)) - random.choice([0, 0, 1, 3]))
            for most in (out_size, 2 * out_size - 1):
                expected = [modes for modes in _all_modes(shapes, ranks[0])
                            if out_size <= np.prod(modes[1]) <= most]
                found = modes_of_shapes(shapes, ranks[0], None, out_size,
                                        may_be_padded=most > out_size)
                self.assertEqual(min(len(expected), 2), len(found))
                for modes in found:
                    self.assertIn(tuple(modes), expected)

    def test_many_cores_take_no_time(self):
        # Ranks of which each has many divisors, and sizes that fit in the end or not at all.
        shapes = _shapes([4] * 20, [6] * 19 + [7], [1] + [12] * 19 + [1])
        self.assertEqual(2, len(modes_of_shapes(shapes, 1, None, 6**19 * 7)))
        self.assertEqual([], modes_of_shapes(shapes, 1, None, 6**19 * 7 * 11, may_be_padded=False))
        self.assertEqual([], modes_of_shapes(shapes, 1, None, 5**20, may_be_padded=False))


if __name__ == '__main__':
    unittest.main()
