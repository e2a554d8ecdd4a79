"""Choosing how to make rows of an embedding's table."""

import itertools
import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction import cpu, gpu, inference_row_plan, row_plan
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.row_cost import expected_distinct
from tensornet.contraction.row_joins import group_ranges, row_joins
from tensornet.contraction.row_plans import ranked_row_plans
from tensornet.contraction.tt_matrix_shape import TTMatrixShape

WIDE = [1000, 1000], [16, 16], 16
LONG = [32] * 4, [4] * 4, 16
TWO_THREADS = cpu('float32', threads=2)


def _all_plans(voc_modes, emb_modes, ranks, batch_size, **options):
    """Yields every plan but those that build the table."""
    d = len(voc_modes)
    for cuts in itertools.product((False, True), repeat=d - 1):
        groups = [1]
        for cut in cuts:
            groups = groups + [1] if cut else groups[:-1] + [groups[-1] + 1]
        if len(groups) > 1 or d == 1:
            for order in itertools.permutations(range(1, len(groups))):
                for unique in (False, True):
                    yield row_plan(voc_modes, emb_modes, ranks, batch_size, groups=groups,
                                   order=order, unique=unique, **options)


class RowPlanTest(unittest.TestCase):

    @parameterized.expand([
        ('few_ids', 20), ('many_ids', 4096), ('more_ids_than_rows', 10**5)])
    def test_the_fastest_of_all(self, _, batch_size):
        for shape in (([4, 5, 3, 6], [3, 2, 4, 2], [1, 5, 9, 4, 1]), LONG, WIDE,
                      ([100] * 3, [4, 8, 8], 16), ([9], [5], [1, 1])):
            for options in (dict(training=True), dict(training=False), dict(machine=gpu('float32')),
                            dict(dtype='float64')):
                chosen = row_plan(*shape, batch_size, **options)
                fastest = min(plan.cost.seconds for plan in _all_plans(*shape, batch_size,
                                                                       **options))
                self.assertAlmostEqual(1, chosen.cost.seconds / fastest)

    def test_prefixes_are_merged_where_there_are_fewer_than_ids(self):
        for shape, batch_size, groups in ((LONG, 4096, (2, 2)), (LONG, 4, (1, 1, 1, 1)),
                                          (WIDE, 4096, (1, 1))):
            chosen = row_plan(*shape, batch_size, machine=TWO_THREADS)
            self.assertEqual(groups, chosen.groups)

    def test_equal_ids_are_looked_up_once_where_there_are_few_rows(self):
        small = [8, 8], [16, 16], 16
        self.assertTrue(row_plan(*small, 10**4).unique)
        self.assertEqual(64, row_plan(*small, 10**4).count)
        self.assertFalse(row_plan(*small, 10).unique)
        self.assertFalse(row_plan(*WIDE, 4096).unique)

    def test_never_the_table(self):
        for shape in (([2, 2], [2, 2], 1), ([3, 1], [1, 4], 1), ([2] * 5, [2] * 5, 3)):
            for batch_size in (1, 10**6):
                self.assertGreater(len(row_plan(*shape, batch_size).groups), 1)
                chosen = row_plan(*shape, batch_size)
                self.assertGreater(min(len(plan.groups) for plan in ranked_row_plans(
                    chosen.shape, chosen.setting)), 1)

    @parameterized.expand([(1, 1), (2, 1), (3, 3), (5, 15), (6, None)])
    def test_ranked_are_all_ways_to_merge(self, d, ways):
        """All 2^(d-1) but the table itself, and of many cores the fastest alone."""
        fastest = row_plan([3] * d, [2] * d, 2, 20)
        ranked = ranked_row_plans(fastest.shape, fastest.setting)
        self.assertEqual(fastest, ranked[0])
        seconds = [planned.cost.seconds for planned in ranked]
        self.assertEqual(sorted(seconds), seconds)
        found = {(planned.groups, planned.unique) for planned in ranked}
        self.assertEqual(2 if ways is None else 2 * ways, len(found))
        self.assertEqual(len(found), len(ranked))

    def test_constants_take_no_more_bytes_than_asked(self):
        for bound in (None, 10**6, 10**7, 10**9):
            plan = inference_row_plan(*LONG, 4096, constant_bytes=bound)
            held = 4 * sum(sizes.count * sizes.entries for sizes in plan.slices)
            self.assertLessEqual(held, max(bound or 0, plan.core_bytes))
        self.assertEqual((2, 2), inference_row_plan(*LONG, 4096, constant_bytes=10**9).groups)

    def test_memory_between_cores_and_rows_is_bounded(self):
        """In parts it is about that of the rows, where these are large."""
        odd = [50] * 4, [4] * 4, [1, 4, 16, 4, 1]
        for shape in (WIDE, LONG, ([100] * 3, [4, 8, 8], 16), odd):
            plan = row_plan(*shape, 2**15, unique=False)
            forward = plan._replace(setting=plan.setting._replace(training=False))
            self.assertGreaterEqual(2 * forward.parts, plan.parts)
            between = sum(sizes.entries for sizes in plan.slices) + sum(
                join.entries for join in plan.joins[:-1])
            self.assertLessEqual(between, 256 * plan.parts)
            # More parts would add to the gradients of all merged cores more often than pays.
            added = plan.count * between // sum(
                sizes.count * sizes.entries for sizes in plan.slices)
            self.assertGreaterEqual(256 * plan.gradient_parts, min(2 * between, 256 * added))
            self.assertLessEqual(plan.gradient_parts, added)

    @parameterized.expand([
        (2**15, True, 11, 22), (2**15, False, 6, 22), (1000, True, 2, 10), (100, True, 1, 1)])
    def test_parts(self, count, training, parts, gradient_parts):
        """Of an id are 64 + 2048 + 128 elements of slices, 512 of a product, and 256 of the row.

        In training 2752 / 256 parts, or with fewer ids one for each 4 MiB; backward twice as many,
        or one for each MiB.
        """
        plan = row_plan([100] * 3, [4, 8, 8], 16, count, groups=[1, 1, 1], order=[1, 2],
                        unique=False, training=training)
        self.assertEqual((parts, gradient_parts), (plan.parts, plan.gradient_parts))

    def test_a_part_adds_no_more_than_it_makes(self):
        """Of 2 * 10000 * 256 elements of cores; of an id are 512 elements, and 256 of its row."""
        for count, parts in ((2**16, 4), (2**15, 3), (2**14, 1)):
            plan = row_plan([10000] * 2, [16, 16], 16, count, groups=[1, 1], order=[1],
                            unique=False)
            self.assertEqual(parts, plan.gradient_parts)

    def test_few_ids_are_looked_up_at_once(self):
        plan = row_plan(*WIDE, 100)
        self.assertEqual((1, 1), (plan.parts, plan.gradient_parts))

    def test_report(self):
        text = str(row_plan(*LONG, 4096, machine=TWO_THREADS))
        self.assertRegex(text, r'^table \[1048576, 256\], modes \[32, 32, 32, 32\] by '
                               r'\[4, 4, 4, 4\], TT-ranks \[1, 16, 16, 16, 1\]\n'
                               r'4096 ids, float32, forward and backward pass\n')
        self.assertIn('cores 1-2 merged: 1024 slices [1, 16, 16]', text)
        self.assertIn('bond 1: [16, 16] x [16, 16] for each id', text)
        self.assertRegex(text, r'estimated: [\d.]+ ms, [\d.]+ MFLOP, [\d.]+ MB moved$')
        self.assertEqual('<RowPlan of a table [9] x [5] with ranks [1, 1]: groups [1], order []>',
                         repr(row_plan([9], [5], [1, 1])))

    def test_report_of_single_cores_in_parts(self):
        text = str(row_plan(*WIDE, 2**15, unique=False))
        self.assertIn('\ncore 1: 1000 slices [1, 16, 16]\ncore 2: 1000 slices [16, 16, 1]\n', text)
        planned = row_plan(*WIDE, 2**15, unique=False)
        self.assertIn(f'\nin {planned.parts} parts, backward in {planned.gradient_parts}\n', text)
        self.assertNotIn('looked up once', text)
        self.assertNotIn(' parts', str(row_plan(*WIDE, 100)))
        self.assertIn('\nequal ids looked up once: 64 expected\n',
                      str(row_plan([8, 8], [16, 16], 16, 10**4)))

    def test_report_of_a_measured_plan(self):
        estimated = row_plan(*WIDE, 100, training=False)
        measured = estimated._replace(measurement=Measurement(0.002, (('groups [1, 1]', 0.002),)))
        self.assertEqual(f'{estimated}\n\nmeasured: 2.0000 ms, chosen of 1\n      2.0000 ms  '
                         'groups [1, 1]', str(measured))

    def test_fits(self):
        one = row_plan([3, 4], [2, 2], [1, 5, 1])
        self.assertTrue(one.fits([3, 4], [2, 2], 5))
        self.assertFalse(one.fits([3, 4], [2, 2], 4))
        self.assertFalse(one.fits([4, 3], [2, 2], 5))
        self.assertFalse(one.fits([3, 4], [4, 1], [1, 5, 1]))

    def test_more_threads_are_not_slower(self):
        times = [row_plan(*WIDE, 4096, machine=cpu('float32', threads=threads)).cost.seconds
                 for threads in (2, 4, 16)]
        self.assertEqual(sorted(times, reverse=True), times)

    @parameterized.expand([
        ('lengths', ([2, 3], [2], 1), {}, '`emb_modes` and `voc_modes` must have the same length'),
        ('modes', ([2, 0], [2, 2], 1), {}, r'`voc_modes\[1\]` must be at least 1, but'),
        ('ranks', ([2, 3], [2, 2], [1, 2, 2]), {}, '`ranks` must be a list that ends with 1'),
        ('groups', ([2, 3], [2, 2], 1), dict(groups=[3], order=[]), '`groups` must add up to'),
        ('order', ([2, 3], [2, 2], 1), dict(groups=[1, 1], order=[2]),
         r'`order` must be the numbers 1 to 1 of the bonds between the groups, each once, but it '
         r'is \[2\]'),
        ('half', ([2, 3], [2, 2], 1), dict(groups=[1, 1]), '`groups` and `order` go together'),
        ('size', ([2**40, 2**40], [2, 2], 1), {}, '`batch_size` times the product of `voc_modes`'),
    ])
    def test_mistakes(self, _, shape, options, message):
        with self.assertRaisesRegex(ValueError, '^row_plan: ' + message):
            row_plan(*shape, **options)

    def test_unique_is_a_switch(self):
        with self.assertRaisesRegex(TypeError, "^row_plan: `unique` must be True or False, but it "
                                               "is 'no'; pass"):
            row_plan([2, 3], [2, 2], 1, unique='no')


class UniqueTest(unittest.TestCase):

    @parameterized.expand([(dict(),), (dict(groups=[1, 1], order=[1]),)])
    def test_an_estimate_decides_about_equal_ids(self, options):
        # Of a million ids for four rows nearly all are equal.
        self.assertTrue(row_plan([2, 2], [4, 4], 4, 10**6, **options).unique)
        self.assertFalse(row_plan([2, 2], [4, 4], 4, 1, **options).unique)
        for unique in (False, True, np.bool_(True)):
            plan = row_plan([2, 2], [4, 4], 4, 10**6, unique=unique, **options)
            self.assertIs(bool(unique), plan.unique)


class SizesTest(unittest.TestCase):

    def test_joins_contract_every_bond(self):
        random = np.random.RandomState(0)
        for _ in range(50):
            d = random.randint(1, 7)
            modes = [list(map(int, random.randint(1, 5, d))) for _ in range(2)]
            ranks = [1] + list(map(int, random.randint(1, 6, d - 1))) + [1]
            shape = TTMatrixShape(modes[0], modes[1], ranks)
            order = list(map(int, 1 + random.permutation(d - 1)))
            joins = row_joins(shape, [1] * d, order)
            self.assertEqual([ranks[bond] for bond in order], [join.bond for join in joins])
            # Each piece but the last is a factor of one product.
            factors = [factor for join in joins for factor in (join.left, join.right)]
            self.assertEqual(list(range(2 * d - 2)), sorted(factors))
            if joins:
                self.assertEqual(int(np.prod(modes[0])), joins[-1].entries)
            self.assertEqual([(k, k + 1) for k in range(d)], group_ranges([1] * d))

    def test_expected_distinct(self):
        random = np.random.RandomState(0)
        for count, size in ((40, 30), (1000, 3000), (7, 7), (5, 1), (1, 9)):
            drawn = np.mean([len(set(random.randint(0, size, count))) for _ in range(200)])
            self.assertAlmostEqual(1, expected_distinct(count, size) / drawn, delta=0.1)


if __name__ == '__main__':
    unittest.main()
