"""Operations and bytes of the cost model against counts from the indices of each contraction."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction import Setting, TTMatrixShape, chain_plan, cost_model, plan, plan_memory
from tensornet.contraction.machine import CPU, cpu
from tensornet.contraction.step_operations import (
    BATCHED,
    FLAT,
    SMALL,
    STORED,
    TRANSPOSED,
    StepOperations,
)
from tensornet.contraction.steps import LEFT, RIGHT, Products, Step
from tests.contraction.enumeration import contractions, groups_and_orders
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT, FREE
from tests.contraction.workloads import FULL_SIZE, SCALED

# Of a step on its own only the kinds of its products matter, not the matrix that it belongs to.
SHAPE = TTMatrixShape((3,), (2,), (1, 1))


def _setting(batch_size=1, training=True, dtype='float32', machine=CPU):
    return Setting(batch_size, training, dtype, machine)


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

    @parameterized.expand([(name, dtype) for name in ('vgg100', 'fc41', 'wideA')
                           for dtype in ('bfloat16', 'float64')])
    def test_forward_pass_of_unmerged_cores(self, name, dtype):
        shape = FULL_SIZE[name]
        d = len(shape.inp_modes)
        for groups, order in groups_and_orders(d):
            if len(groups) < d:
                continue
            counted = plan(*shape, groups=groups, order=order, training=False, dtype=dtype)
            multiplications, moved = _counted(counted)
            # Cores that are not used as they are stored are transposed: read and written once.
            transposed = sum(
                step.rows * step.depth
                for step, operations in zip(counted.steps, counted.operations)
                for reason in (step.side != LEFT, operations.product == TRANSPOSED) if reason)
            self.assertEqual(2 * multiplications, counted.cost.flops)
            self.assertEqual(counted.setting.itemsize * (moved + 2 * transposed),
                             counted.cost.bytes)

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
            dense = cost_model.dense_cost(6, 35, _setting(11, training))
            self.assertEqual(times * 2 * 11 * 6 * 35, dense.flops)
            self.assertEqual(times * 4 * (11 * 6 + 6 * 35 + 11 * 35), dense.bytes)

    @parameterized.expand([(training, batch_size) for training in (True, False)
                           for batch_size in (1, 100)])
    def test_dense_is_one_core(self, training, batch_size):
        setting = _setting(batch_size, training)
        one_core = plan([4], [5], [1, 1], groups=[1], order=[], **setting._asdict())
        dense = cost_model.dense_cost(4, 5, setting)
        self.assertEqual(one_core.cost, dense)


class CoreGradientCostTest(unittest.TestCase):

    STEP = Step(0, 1, RIGHT, count=5, rows=2, depth=3, columns=4)

    def test_operations_and_bytes_of_both_forms(self):
        setting = _setting(10, dtype='float64')
        batched, small, flat = [cost_model.core_gradient_cost(self.STEP, form, setting)
                                for form in (BATCHED, SMALL, FLAT)]
        products, summands = 50 * 2 * 3 * 4, 50 * 2 * 3
        self.assertEqual(2 * products + summands, batched.flops)
        self.assertEqual(8 * (50 * 4 * (2 + 3) + 2 * summands), batched.bytes)
        self.assertEqual(batched[1:], small[1:])
        self.assertEqual(2 * products, flat.flops)
        # Both factors are also read and written by a transpose.
        self.assertEqual(8 * (3 * 50 * 4 * (2 + 3) + 2 * 3), flat.bytes)

    def test_there_is_one_form_where_there_is_one_product(self):
        for step, batch_size in ((self.STEP._replace(columns=1), 10),
                                 (self.STEP._replace(count=1), 1)):
            costs = {cost_model.core_gradient_cost(step, form, _setting(batch_size))
                     for form in (BATCHED, SMALL, FLAT)}
            self.assertEqual(1, len(costs))

    @parameterized.expand([('batched', BATCHED_CORE_GRADIENT._replace(batched_op=0.0), BATCHED),
                           ('small', BATCHED_CORE_GRADIENT, SMALL),
                           ('flat', FLAT_CORE_GRADIENT, FLAT)])
    def test_the_fastest_form_is_chosen(self, _, machine, form):
        step, setting = self.STEP._replace(side=LEFT), _setting(10, machine=machine)
        operations = cost_model.choose_operations(step, SHAPE, setting)
        self.assertEqual(form, operations.core_gradient)
        costs = {form: cost_model.core_gradient_cost(step, form, setting).seconds
                 for form in (BATCHED, SMALL, FLAT)}
        self.assertEqual(min(costs.values()), costs[form])

    def test_a_step_in_training_is_two_products_and_the_gradient_of_the_core(self):
        step, setting = self.STEP._replace(side=LEFT), _setting(10)
        for product in (BATCHED, SMALL):
            for form in (BATCHED, SMALL, FLAT):
                products = [cost_model.product_cost(Products(50, rows, depth, 4, 1, 50), setting,
                                                    product)
                            for rows, depth in ((2, 3), (3, 2))]
                expected = products[0] + products[1] + cost_model.core_gradient_cost(step, form,
                                                                                     setting)
                actual = cost_model.step_cost(step, StepOperations(product, form, ()), SHAPE,
                                              setting)
                np.testing.assert_allclose(actual, expected, rtol=1e-12)


class TransposedMatrixTest(unittest.TestCase):

    STEP = Step(0, 1, LEFT, count=4000, rows=64, depth=640, columns=1)

    def test_deep_matrices_that_meet_many_vectors(self):
        for step, batch_size, wanted in (
                (self.STEP, 1, TRANSPOSED), (self.STEP, 1000, TRANSPOSED),
                # Few vectors, and a matrix that is not deep.
                (self.STEP._replace(count=40), 1, STORED),
                (self.STEP._replace(rows=640, depth=640), 1, STORED)):
            chosen = cost_model.choose_operations(step, SHAPE, _setting(batch_size))
            self.assertEqual(StepOperations(wanted, FLAT, ()), chosen)

    def test_training_transposes_the_gradient_as_well(self):
        spent = cost_model.transpose_cost(64 * 640, _setting()).seconds
        arithmetic = 2 * 4000 * 64 * 640 / CPU.flops
        machine = CPU._replace(across=1.5 * spent / arithmetic)
        for training, wanted in ((True, STORED), (False, TRANSPOSED)):
            chosen = cost_model.choose_operations(self.STEP, SHAPE,
                                                  _setting(1, training, machine=machine))
            self.assertEqual(wanted, chosen.product)

    def test_the_transpose_is_part_of_the_cost(self):
        for training, times in ((False, 1), (True, 2)):
            setting = _setting(1, training)
            stored, transposed = [cost_model.step_cost(self.STEP, StepOperations(kind, FLAT, ()),
                                                       SHAPE, setting)
                                  for kind in (STORED, TRANSPOSED)]
            transpose = cost_model.transpose_cost(64 * 640, setting)
            np.testing.assert_allclose(transposed, stored + transpose * times, rtol=1e-12)


class ConvolutionCostTest(unittest.TestCase):
    """Six channels of 12 pixels meet a window of 10."""

    # Seconds for an operation, a byte and the floating-point operations of each kind.
    MACHINE = FREE._replace(op=2.0, bandwidth=1 / 3, convolution_flops=1 / 5,
                            depthwise_flops=1 / 7, depthwise_gradient_flops=1 / 11)

    def _assert_cost(self, seconds, flops, moved, cost):
        np.testing.assert_allclose([seconds, flops, moved], cost, rtol=1e-12)

    @parameterized.expand([(True,), (False,)])
    def test_dense_kernel(self, training):
        cost = cost_model.convolution_cost(12, 10 * 6, 7, 6, _setting(
            training=training, machine=self.MACHINE))
        flops, moved = 2 * 12 * 10 * 6 * 7, 4 * (12 * 6 + 12 * 7 + 10 * 6 * 7)
        self._assert_cost(2 + 3 * moved + 5 * flops, flops, moved, cost)

    def test_depthwise(self):
        forward, training = [cost_model.depthwise_cost(12 * 6, 10, _setting(
            training=training, machine=self.MACHINE)) for training in (False, True)]
        flops, moved = 2 * 12 * 6 * 10, 4 * (12 * 6 + 12 * 6)
        self._assert_cost(5 * 2 + 3 * moved + 7 * flops, flops, moved, forward)
        self._assert_cost(14 * 2 + 3 * moved + 7 * flops + 11 * 2 * flops, 3 * flops, 3 * moved,
                          training)

    def test_constants_that_are_held(self):
        setting = _setting(machine=self.MACHINE)
        moved = 4 * 2 * (3 + 8)
        self._assert_cost((5 + 2) * 2 + 3 * moved, 3 + 8, moved,
                          cost_model.holding_cost([3, 8], setting))
        self._assert_cost(0, 0, 0, cost_model.holding_cost([], setting))


class ProductCostTest(unittest.TestCase):

    def test_a_shared_factor_is_read_once(self):
        own = cost_model.product_cost(Products(10, 2, 3, 4, 10, 10), _setting())
        for lefts, rights, saved in ((1, 10, 9 * 2 * 3), (2, 5, 8 * 2 * 3 + 5 * 3 * 4)):
            shared = cost_model.product_cost(Products(10, 2, 3, 4, lefts, rights), _setting())
            self.assertEqual(own.flops, shared.flops)
            self.assertEqual(4 * saved, own.bytes - shared.bytes)

    def test_time_grows_with_every_size(self):
        base = Products(10, 32, 32, 32, 1, 10)
        seconds = cost_model.product_cost(base, _setting()).seconds
        for name in ('count', 'rows', 'depth', 'columns'):
            larger = base._replace(**{name: 2 * getattr(base, name)})
            self.assertGreater(cost_model.product_cost(larger, _setting()).seconds, seconds)

    def test_doubles_take_longer(self):
        single, double = [cost_model.product_cost(
            Products(1, 500, 500, 500, 1, 1), _setting(dtype=dtype, machine=cpu(dtype)))
            for dtype in ('float32', 'float64')]
        self.assertEqual(single.flops, double.flops)
        self.assertGreater(double.seconds, 1.5 * single.seconds)

    @parameterized.expand([('bfloat16', 2), ('float32', 4), ('float64', 8)])
    def test_traffic_goes_with_the_size_of_the_numbers(self, dtype, itemsize):
        setting = _setting(dtype=dtype, machine=CPU._replace(flops=float('inf'), op=0.0))
        cost = cost_model.product_cost(Products(1, 500, 600, 700, 1, 1), setting)
        self.assertEqual(itemsize * (500 * 600 + 600 * 700 + 500 * 700), cost.bytes)
        self.assertAlmostEqual(cost.bytes / CPU.bandwidth, cost.seconds)

    def test_a_small_product_is_shared_out_from_some_size(self):
        seconds = [cost_model.product_cost(
            Products(10, 8, 8, columns, 1, 10), _setting(machine=FREE._replace(shared_op=1.0)),
            SMALL).seconds for columns in (8, 8000)]
        self.assertEqual([0, 1], [round(value) for value in seconds])

    def test_a_batched_product_takes_the_faster_of_two_ways(self):
        step = Step(0, 1, LEFT, count=100, rows=8, depth=8, columns=8)
        for machine, kind in ((CPU._replace(batched_op=1.0), SMALL),
                              (CPU._replace(small_flops=1.0), BATCHED)):
            setting = _setting(machine=machine)
            self.assertEqual(kind, cost_model.choose_operations(step, SHAPE, setting).product)
            self.assertLess(cost_model.product_cost(step.forward(1), setting, kind).seconds, 1.0)

    @parameterized.expand([('tiny', (4, 16, 4, 16), SMALL), ('large', (4, 512, 512, 512), BATCHED),
                           ('many', (10**6, 4, 4, 4), BATCHED)])
    def test_a_few_tiny_matrices_are_small_and_many_large_ones_are_not(self, _, sizes, kind):
        step = Step(0, 1, LEFT, *sizes)
        self.assertEqual(kind, cost_model.choose_operations(step, SHAPE, _setting()).product)

    def test_costs_add_up_and_scale(self):
        one, two = cost_model.Cost(1.0, 20, 300), cost_model.Cost(0.5, 7, 11)
        self.assertEqual(cost_model.Cost(1.5, 27, 311), one + two)
        self.assertEqual(cost_model.Cost(3.0, 60, 900), one * 3)
        self.assertEqual(one, cost_model.NOTHING + one)


if __name__ == '__main__':
    unittest.main()
