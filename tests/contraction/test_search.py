"""The cheapest contractions against all there are."""

import unittest

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tensornet.contraction import Setting, TTMatrixShape, cpu, plan
from tensornet.contraction.plans import ranked_plans
from tensornet.contraction.search import cheapest_contractions
from tests.contraction.enumeration import all_plans


@st.composite
def _shapes(draw):
    d = draw(st.integers(1, 5))
    modes = st.lists(st.integers(1, 9), min_size=d, max_size=d).map(tuple)
    ranks = tuple(draw(st.lists(st.integers(1, 12), min_size=d - 1, max_size=d - 1)))
    return TTMatrixShape(draw(modes), draw(modes), (1,) + ranks + (1,))


class SearchTest(unittest.TestCase):

    @settings(max_examples=40, derandomize=True, deadline=None)
    @given(_shapes(), st.sampled_from([1, 100]), st.booleans(), st.integers(1, 12))
    def test_the_cheapest_of_all(self, shape, batch_size, training, count):
        setting = Setting(batch_size, training, 'float32', cpu('float32'))
        every = sorted(candidate.cost.seconds for candidate in all_plans(
            *shape, batch_size, training=training))
        found = cheapest_contractions(shape, setting, count)
        self.assertEqual(min(count, len(every)), len(found))
        self.assertEqual(len(found), len(set(found)))
        ranked = [candidate for candidate in ranked_plans(shape, setting, count)
                  if not candidate.is_chain]
        for expected, candidate in zip(every, ranked):
            self.assertAlmostEqual(1.0, candidate.cost.seconds / expected, places=9)

    @settings(max_examples=40, derandomize=True, deadline=None)
    @given(_shapes(), st.sampled_from([1, 100]), st.floats(0.0, 1.0))
    def test_the_cheapest_of_those_whose_merged_cores_fit(self, shape, batch_size, share):
        unmerged = plan(*shape, batch_size, training=False, groups=[1] * len(shape.inp_modes),
                        order=['left'] * (len(shape.inp_modes) - 1)).weight_bytes
        full = 4 * int(np.prod(shape.inp_modes + shape.out_modes))
        bound = max(1, int(share * max(full, unmerged)))
        setting = dict(training=False, constant_bytes=bound)
        every = [candidate for candidate in all_plans(*shape, batch_size, **setting)
                 if candidate.weight_bytes <= max(bound, unmerged)]
        (groups, order), = cheapest_contractions(
            shape, Setting(batch_size, False, 'float32', cpu('float32'), bound))
        found = plan(*shape, batch_size, groups=groups, order=order, **setting)
        self.assertLessEqual(found.weight_bytes, max(bound, unmerged))
        least = min(candidate.cost.seconds for candidate in every)
        self.assertAlmostEqual(1.0, found.cost.seconds / least, places=9)

    def test_the_chain_is_ranked_among_them(self):
        shape = TTMatrixShape((2, 3), (4, 5), (1, 6, 1))
        ranked = ranked_plans(shape, Setting(10, True, 'float32', cpu('float32')), 3)
        seconds = [candidate.cost.seconds for candidate in ranked]
        self.assertEqual(sorted(seconds), seconds)
        self.assertEqual([True], [candidate.is_chain for candidate in ranked
                                  if candidate.is_chain])


if __name__ == '__main__':
    unittest.main()
