"""The plans that a regret is taken over."""
import unittest
from types import SimpleNamespace

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks import regret
from benchmarks.regret_cases import all_plans, estimated_plan, regret_cases
from tensornet.contraction import methods_for
from tensornet.contraction.machine import CPU
from tests.contraction.enumeration import groups_and_orders

CASES = {case.name: case for case in regret_cases(3, seed=0)}


def _ways(plans):
    return sorted((plan.is_chain, list(plan.groups or ()), list(plan.order or ()))
                  for plan in plans)


class AllPlansTest(unittest.TestCase):

    @parameterized.expand(['mnist100 float32 forward', 'vgg100 bfloat16 training'])
    def test_every_grouping_in_every_order(self, name):
        cores = len(CASES[name].shape.inp_modes)
        expected = sorted([(False, groups, order) for groups, order in groups_and_orders(cores)]
                          + [(True, [], [])])
        self.assertEqual(expected, _ways(all_plans(CASES[name], CPU)))

    @parameterized.expand([('conv3x3_64_64 float32 training',), ('vgg1 bfloat16 forward',)])
    def test_the_chosen_one_comes_first(self, name):
        self.assertEqual(estimated_plan(CASES[name], CPU), all_plans(CASES[name], CPU)[0])

    def test_methods_of_a_convolution(self):
        plans = all_plans(CASES['conv3x3_64_64 float32 forward'], CPU)
        self.assertEqual(set(methods_for((1, 1))), {plan.method for plan in plans})
        expected = sorted([(False, groups, order) for groups, order in groups_and_orders(3)]
                          + [(True, [], [])])
        for method in ('matrix_first', 'filters_first'):
            self.assertEqual(expected, _ways(
                [plan.matrix for plan in plans if plan.method == method]))

    def test_of_many_cores_the_best_by_the_model(self):
        case = CASES['mnist100 float32 forward']
        shape = case.shape._replace(inp_modes=(2,) * 8, out_modes=(2,) * 8,
                                    ranks=(1,) + (3,) * 7 + (1,))
        plans = all_plans(case._replace(shape=shape), CPU)
        self.assertEqual(61, len(plans))
        seconds = [plan.cost.seconds for plan in plans]
        self.assertEqual(sorted(seconds), seconds)


class RegretCasesTest(unittest.TestCase):

    def test_types_and_phases(self):
        for layer in ('vgg1', 'conv5x5_192_250', 'random03'):
            self.assertEqual(
                [f'{layer} {dtype} {phase}' for dtype in ('float32', 'bfloat16')
                 for phase in ('forward', 'training')],
                [name for name in CASES if name.split()[0] == layer])

    def test_more_random_layers_leave_the_first_as_they_are(self):
        more = {case.name: case for case in regret_cases(5, seed=0)}
        self.assertEqual(8, len(set(more) - set(CASES)))
        self.assertEqual(CASES, {name: more[name] for name in CASES})


if __name__ == '__main__':
    unittest.main()


class RunAloneTest(unittest.TestCase):

    def test_only_a_lack_of_memory_leaves_a_plan_out(self):
        # A plan whose products fail.
        plan = SimpleNamespace(cost=SimpleNamespace(seconds=1.0, flops=0.0), kept_bytes=0,
                               largest_intermediate_bytes=0)
        kind = SimpleNamespace(prepare=lambda plan: (), operations=lambda plan: [
            tf.debugging.check_numerics(tf.constant(np.nan), 'a wrong product').op])
        case = SimpleNamespace(kind=kind, dtype='float32')
        with self.assertRaisesRegex(tf.errors.InvalidArgumentError, 'a wrong product'):
            regret._run_alone(case, {'plan': plan}, deadline=float('inf'))
