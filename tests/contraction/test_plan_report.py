"""What a plan prints."""

import re
import unittest

from parameterized import parameterized

from tensornet.contraction import chain_plan, cost_model, cpu, plan
from tensornet.contraction.measurement import Measurement
from tensornet.tt.arguments import product
from tests.contraction.workloads import FULL_SIZE


def _row(text, name):
    """Returns the numbers behind `name` at the beginning of a line."""
    line, = [line for line in text.splitlines() if re.match(re.escape(name) + r'\s', line)]
    return [float(number) for number in re.findall(r'[0-9.]+', line[len(name):])]


class PlanReportTest(unittest.TestCase):

    def test_contractions(self):
        printed = plan([2, 3, 4], [5, 6, 7], [1, 8, 9, 1], 1000, dtype='float64', training=False,
                       groups=[2, 1], order=['right'])
        text = str(printed)
        self.assertIn('24 -> 210', text)
        self.assertIn('modes [2, 3, 4] -> [5, 6, 7]', text)
        self.assertIn('TT-ranks [1, 8, 9, 1]', text)
        self.assertRegex(text, 'batch 1000, float64, forward pass only')
        self.assertIn('groups of cores [2, 1], contracted from the right', text)
        # From the right `[(r_2, o_3), i_3]` meets `[batch * i_1 * i_2, i_3]`; then
        # `[(o_1, o_2), (i_1, i_2, r_2)]` meets what is left.
        self.assertRegex(text, r'(?m)^3 +right +\[63, 4\] x \[6000, 4, 1\] ')
        self.assertRegex(text, r'(?m)^1-2 +last +\[30, 54\] x \[1000, 54, 7\] ')

    def test_numbers_of_a_contraction(self):
        printed = plan(*FULL_SIZE['vgg100'], groups=[3, 1, 2], order=['right', 'right'])
        lines = [line for line in str(printed).splitlines() if ' x [' in line]
        self.assertEqual(3, len(lines))
        for line, cost, operations in zip(lines, printed.step_costs, printed.operations):
            self.assertTrue(line.endswith('  ' + str(operations)))
            numbers = line[:-len(str(operations))].split()[-3:]
            flops, moved, milliseconds = [float(word) for word in numbers]
            self.assertAlmostEqual(cost.flops / 1e6, flops, delta=0.051)
            self.assertAlmostEqual(cost.bytes / 1e6, moved, delta=0.051)
            self.assertAlmostEqual(cost.seconds * 1e3, milliseconds, delta=0.00051)

    @parameterized.expand([(name, training) for name in FULL_SIZE for training in (True, False)])
    def test_totals_against_chain_and_dense(self, name, training):
        shape = FULL_SIZE[name]
        printed, chain = plan(*shape, training=training), chain_plan(*shape, training=training)
        dense = cost_model.dense_cost(*map(product, shape[:2]), printed.setting)
        text = str(printed)
        self.assertIn('forward and backward pass' if training else 'forward pass only', text)
        for row, cost in (('this plan', printed.cost), ('chain', chain.cost), ('dense', dense)):
            flops, moved, milliseconds, speed_up = _row(text, row)
            self.assertAlmostEqual(cost.flops / 1e6, flops, delta=0.051)
            self.assertAlmostEqual(cost.bytes / 1e6, moved, delta=0.051)
            self.assertAlmostEqual(cost.seconds * 1e3, milliseconds, delta=0.00051)
            self.assertAlmostEqual(chain.cost.seconds / cost.seconds, speed_up, delta=0.0051)
        expected = f'largest intermediate: {printed.largest_intermediate_bytes / 1e6:.1f} MB'
        if training:
            expected += (f'; kept for the backward pass: {printed.kept_bytes / 1e6:.1f} MB '
                         f'(chain {chain.kept_bytes / 1e6:.1f} MB)')
        self.assertIn(expected + '\n', text + '\n')

    def test_largest_intermediate(self):
        printed = plan([10, 10], [10, 10], [1, 50, 1], 1000, groups=[1, 1], order=['left'])
        # The state after core 1 has batch * o_1 * r_1 * i_2 elements.
        self.assertIn(f'largest intermediate: {4 * 1000 * 10 * 50 * 10 / 1e6:.1f} MB', str(printed))

    def test_dense_is_faster(self):
        text = str(plan([4] * 3, [4] * 3, [1, 8, 8, 1], 1, training=False))
        self.assertRegex(text, r'A dense matrix would be faster here \([0-9.]+ times\), with 4096 '
                         r'parameters instead of 1280\.')

    def test_how_much_faster_a_dense_matrix_is(self):
        printed = plan([8, 8, 8, 16], [4, 6, 8, 8], 40, machine=cpu('float32', threads=2))
        times = printed.cost.seconds / cost_model.dense_cost(8192, 1536, printed.setting).seconds
        self.assertIn(f'A dense matrix would be faster here ({times:.1f} times)', str(printed))
        self.assertLess(times, 2)

    @parameterized.expand([(chain_plan,), (plan,)])
    def test_what_was_measured(self, made):
        measurement = Measurement(0.002, (('groups [2]', 0.002), ('chain', 0.003)))
        estimated = made([4, 4], [4, 4], [1, 16, 1])
        text = str(estimated._replace(measurement=measurement))
        self.assertEqual(f'{estimated}\n\nmeasured: 2.0000 ms, chosen of 2\n      2.0000 ms  '
                         'groups [2]\n      3.0000 ms  chain', text)

    def test_a_dense_matrix_that_is_as_fast_is_not_mentioned(self):
        arguments = [4, 4], [4, 4], [1, 16, 1]
        # Merging takes equally long for every batch, and beside a large one it is nothing.
        for batch_size, mentioned in ((10, True), (10**6, False)):
            merged = plan(*arguments, batch_size, groups=[2], order=[])
            dense = cost_model.dense_cost(16, 16, merged.setting)
            self.assertGreater(merged.cost.seconds, dense.seconds)
            self.assertEqual(mentioned, 'A dense matrix' in str(merged))

    @parameterized.expand(['vgg1', 'vgg100', 'mnist100', 'wideA', 'wideB'])
    def test_dense_is_not_faster(self, name):
        machine = cpu('float32', threads=2)
        self.assertNotIn('faster', str(plan(*FULL_SIZE[name], machine=machine)))

    def test_the_chain(self):
        text = str(chain_plan(*FULL_SIZE['mnist100']))
        self.assertRegex(text, 'core by core')
        self.assertNotIn(' x [', text)
        self.assertEqual(_row(text, 'chain'), _row(text, 'this plan'))

    @parameterized.expand([(training,) for training in (True, False)])
    def test_one_core(self, training):
        text = str(plan([4], [5], [1, 1], training=training))
        self.assertIn('\none core, which is the dense matrix\n', text)
        self.assertNotIn('merged', text)
        self.assertNotIn('A dense matrix', text)
        self.assertEqual(_row(text, 'dense'), _row(text, 'this plan'))

    def test_the_full_matrix(self):
        text = str(plan(*FULL_SIZE['mnist100'], groups=[4], order=[]))
        self.assertIn('all cores merged into the dense matrix', text)
        self.assertRegex(text, r'(?m)^1-4 +left +\[1024, 1024\] x \[100, 1024, 1\] ')


if __name__ == '__main__':
    unittest.main()
