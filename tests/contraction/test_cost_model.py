"""Operations and bytes of the cost model against counts from the indices of each contraction."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction import chain_plan, cost_model, plan, plan_memory
from tensornet.contraction.steps import LEFT, RIGHT, Step
from tests.contraction.enumeration import contractions, groups_and_orders
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.contraction.workloads import FULL_SIZE, SCALED

PRODUCT = dict(itemsize=4, machine=cost_model.CPU)


def _indices(shape, batch_size, left, right):
    """Returns the sizes of the state's indices when the cores left..right-1 are not contracted."""
    inp_modes, out_modes, ranks = shape
    d = len(inp_modes)
    sizes = {'batch': batch_size, ('r', left): ranks[left], ('r', right): ranks[right]}
    sizes.update({('i', k): inp_modes[k] for k in range(left, right)})
    sizes.update({('o', k): out_modes[k] for k in range(d) if not left <= k < right})
    return sizes


def _core_indices(shape, first, last):
    inp_modes, out_modes, ranks = shape
    sizes = {('r', first): ranks[first], ('r', last): ranks[last]}
    sizes.update({('i', k): inp_modes[k] for k in range(first, last)})
    sizes.update({('o', k): out_modes[k] for k in range(first, last)})
    return sizes


def _numbers(sizes):
    return int(np.prod(list(sizes.values()), dtype=np.int64))


def _counted(plan):
    """Returns the multiply-adds and the numbers read and written, without merging of cores."""
    multiplications = moved = 0
    for left, right, first, last in contractions(plan):
        before = _indices(plan.shape, plan.setting.batch_size, left, right)
        core = _core_indices(plan.shape, first, last)
        if (left, right) == (first, last):
            after = _indices(plan.shape, plan.setting.batch_size, left, left)
            after.update({('r', left): 1})
        elif first == left:
            after = _indices(plan.shape, plan.setting.batch_size, last, right)
        else:
            after = _indices(plan.shape, plan.setting.batch_size, left, first)
        multiplications += _numbers({**before, **core})
        moved += _numbers(before) + _numbers(core) + _numbers(after)
    return multiplications, moved


class PlanCostTest(unittest.TestCase):

    @parameterized.expand([(name, itemsize) for name in ('vgg100', 'fc41', 'wideA')
                           for itemsize in (2, 8)])
    def test_forward_pass_of_unmerged_cores(self, name, itemsize):
        shape = FULL_SIZE[name]
        d = len(shape.inp_modes)
        for groups, order in groups_and_orders(d):
            if len(groups) < d:
                continue
            counted = plan(*shape, groups=groups, order=order, training=False, itemsize=itemsize)
            multiplications, moved = _counted(counted)
            # Cores that are not used as they are stored are transposed: read and written once.
            transposed = sum(
                step.rows * step.depth for step in counted.steps for reason in (
                    step.side != LEFT,
                    step.columns == 1 and cost_model.is_transposed(step, *counted.setting))
                if reason)
            self.assertEqual(2 * multiplications, counted.cost.flops)
            self.assertEqual(itemsize * (moved + 2 * transposed), counted.cost.bytes)

    @parameterized.expand(list(SCALED))
    def test_backward_pass_has_two_products_for_each(self, name):
        shape = SCALED[name]
        d = len(shape.inp_modes)
        for order in (['left'] * (d - 1), ['right'] * (d - 1)):
            arguments = dict(groups=[1] * d, order=order, machine=FLAT_CORE_GRADIENT)
            forward = plan(*shape, training=False, **arguments).cost
            training = plan(*shape, training=True, **arguments).cost
            self.assertEqual(3 * forward.flops, training.flops)

    def test_merging_two_cores(self):
        shape = ([2, 3], [5, 7], [1, 11, 1])
        merged = plan(*shape, 13, training=False, groups=[2], order=[])
        multiplications, moved = _counted(merged)
        self.assertEqual(2 * multiplications + 2 * 2 * 5 * 11 * 3 * 7, merged.cost.flops)
        # Two cores and what is made of them.
        moved += 2 * 5 * 11 + 11 * 3 * 7 + 2 * 5 * 3 * 7
        self.assertEqual(4 * moved, merged.cost.bytes)

    def test_training_counts_two_products_and_two_sums_for_a_merge(self):
        shape = ([2, 3], [5, 7], [1, 11, 1])
        forward, training = [plan(*shape, 13, training=training, groups=[2], order=[]).cost.flops
                             for training in (False, True)]
        sums = (5 * 7) * 11 * 2 + (5 * 7) * 11 * 3
        self.assertEqual(3 * forward + sums, training)

    @parameterized.expand(list(FULL_SIZE))
    def test_chain(self, name):
        shape = FULL_SIZE[name]
        d = len(shape.inp_modes)
        same_order = plan(*shape, groups=[1] * d, order=['left'] * (d - 1), training=False)
        multiplications, moved = _counted(same_order)
        inp = shape.batch_size * int(np.prod(shape.inp_modes))
        chain = chain_plan(*shape, training=False)
        # The input and the state after each core are transposed.
        transposed = inp + sum(plan_memory.states(chain))
        self.assertEqual(2 * multiplications, chain.cost.flops)
        self.assertEqual(4 * (moved + 2 * transposed), chain.cost.bytes)
        training = chain_plan(*shape).cost
        self.assertEqual(3 * chain.cost.flops, training.flops)
        self.assertEqual(4 * (3 * moved + 2 * 2 * transposed), training.bytes)

    def test_dense(self):
        for training, times in ((False, 1), (True, 3)):
            dense = cost_model.dense_cost((2, 3), (5, 7), 11, 4, training, cost_model.CPU)
            self.assertEqual(times * 2 * 11 * 6 * 35, dense.flops)
            self.assertEqual(times * 4 * (11 * 6 + 6 * 35 + 11 * 35), dense.bytes)

    @parameterized.expand([(training, batch_size) for training in (True, False)
                           for batch_size in (1, 100)])
    def test_dense_is_one_core(self, training, batch_size):
        one_core = plan([4], [5], [1, 1], batch_size, training=training, groups=[1], order=[])
        dense = cost_model.dense_cost((2, 2), (1, 5), batch_size, 4, training, cost_model.CPU)
        self.assertEqual(one_core.cost, dense)


class CoreGradientCostTest(unittest.TestCase):

    STEP = Step(0, 1, RIGHT, count=5, rows=2, depth=3, columns=4)

    def test_operations_and_bytes_of_both_forms(self):
        batched, flat = cost_model.core_gradient_costs(self.STEP, 10, 8, cost_model.CPU)
        products, summands = 50 * 2 * 3 * 4, 50 * 2 * 3
        self.assertEqual(2 * products + summands, batched.flops)
        self.assertEqual(8 * (50 * 4 * (2 + 3) + 2 * summands), batched.bytes)
        self.assertEqual(2 * products, flat.flops)
        # Both factors are also read and written by a transpose.
        self.assertEqual(8 * (3 * 50 * 4 * (2 + 3) + 2 * 3), flat.bytes)

    def test_there_is_one_form_where_there_is_one_product(self):
        for step, batch_size in ((self.STEP._replace(columns=1), 10),
                                 (self.STEP._replace(count=1), 1)):
            batched, flat = cost_model.core_gradient_costs(step, batch_size, 4, cost_model.CPU)
            self.assertEqual(batched, flat)

    def test_a_step_counts_the_cheaper_form(self):
        arguments = ((3,), (2,), (1, 1), 10, 4, True)
        for machine, form in ((BATCHED_CORE_GRADIENT, 0), (FLAT_CORE_GRADIENT, 1)):
            step = self.STEP._replace(side=LEFT)
            costs = cost_model.core_gradient_costs(step, 10, 4, machine)
            self.assertEqual(min(cost.seconds for cost in costs), costs[form].seconds)
            products = [cost_model.product_cost(50, rows, depth, 4, 4, machine)
                        for rows, depth in ((2, 3), (3, 2))]
            expected = products[0] + products[1] + costs[form]
            actual = cost_model.step_cost(step, *arguments, machine)
            np.testing.assert_allclose(actual, expected, rtol=1e-12)


class TransposedMatrixTest(unittest.TestCase):

    STEP = Step(0, 1, LEFT, count=4000, rows=64, depth=640, columns=1)

    def test_deep_matrices_that_meet_many_vectors(self):
        for step, batch_size, wanted in (
                (self.STEP, 1, True), (self.STEP, 1000, True),
                # Few vectors, and a matrix that is not deep.
                (self.STEP._replace(count=40), 1, False),
                (self.STEP._replace(rows=640, depth=640), 1, False)):
            self.assertEqual(wanted, cost_model.is_transposed(step, batch_size, True, 4,
                                                              cost_model.CPU))

    def test_training_transposes_the_gradient_as_well(self):
        spent = cost_model.transpose_cost(64 * 640, 4, cost_model.CPU).seconds
        arithmetic = 2 * 4000 * 64 * 640 / cost_model.CPU.flops
        machine = cost_model.CPU._replace(across=1.5 * spent / arithmetic)
        for training in (True, False):
            self.assertEqual(not training,
                             cost_model.is_transposed(self.STEP, 1, training, 4, machine))


class ProductCostTest(unittest.TestCase):

    def test_a_shared_factor_is_read_once(self):
        own = cost_model.product_cost(10, 2, 3, 4, lefts=10, **PRODUCT)
        for lefts, rights, saved in ((1, None, 9 * 2 * 3), (1, 10, 9 * 2 * 3),
                                     (2, 5, 8 * 2 * 3 + 5 * 3 * 4)):
            shared = cost_model.product_cost(10, 2, 3, 4, lefts=lefts, rights=rights, **PRODUCT)
            self.assertEqual(own.flops, shared.flops)
            self.assertEqual(4 * saved, own.bytes - shared.bytes)

    def test_single_columns_make_one_product(self):
        self.assertEqual(cost_model.product_cost(1, 1000, 3, 64, **PRODUCT),
                         cost_model.product_cost(1000, 64, 3, 1, **PRODUCT))

    def test_time_grows_with_every_size(self):
        base = dict(count=10, rows=32, depth=32, columns=32)
        seconds = cost_model.product_cost(**base, **PRODUCT).seconds
        for name in base:
            larger = dict(base, **{name: 2 * base[name]})
            self.assertGreater(cost_model.product_cost(**larger, **PRODUCT).seconds, seconds)

    def test_doubles_take_longer(self):
        single, double = [cost_model.product_cost(1, 500, 500, 500, itemsize, cost_model.CPU)
                          for itemsize in (4, 8)]
        self.assertEqual(single.flops, double.flops)
        self.assertGreater(double.seconds, 1.5 * single.seconds)

    def test_half_precision_saves_traffic_alone(self):
        arithmetic = cost_model.CPU._replace(bandwidth=float('inf'))
        traffic = cost_model.CPU._replace(flops=float('inf'), op=0.0)
        for machine, times in ((arithmetic, 1), (traffic, 2)):
            half, single = [cost_model.product_cost(1, 500, 500, 500, itemsize, machine).seconds
                            for itemsize in (2, 4)]
            self.assertAlmostEqual(times * half, single)

    def test_a_batched_product_takes_the_faster_of_two_ways(self):
        sizes = dict(count=100, rows=8, depth=8, columns=8)
        own = cost_model.CPU._replace(batched_op=1.0)
        onednn = cost_model.CPU._replace(small_flops=1.0)
        for machine, small in ((own, True), (onednn, False)):
            self.assertEqual(small, cost_model.is_small(**sizes, machine=machine))
            self.assertLess(
                cost_model.product_cost(**sizes, itemsize=4, machine=machine).seconds, 1.0)

    def test_a_few_tiny_matrices_are_small_and_many_large_ones_are_not(self):
        self.assertTrue(cost_model.is_small(4, 16, 4, 16))
        self.assertFalse(cost_model.is_small(4, 512, 512, 512))
        self.assertFalse(cost_model.is_small(10**6, 4, 4, 4))

    def test_costs_add_up_and_scale(self):
        one, two = cost_model.Cost(1.0, 20, 300), cost_model.Cost(0.5, 7, 11)
        self.assertEqual(cost_model.Cost(1.5, 27, 311), one + two)
        self.assertEqual(cost_model.Cost(3.0, 60, 900), one * 3)
        self.assertEqual(one, cost_model.NOTHING + one)


if __name__ == '__main__':
    unittest.main()
