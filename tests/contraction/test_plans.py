"""The planner, by the numbers of its own cost model. None of this runs TensorFlow."""

import ast
import os
import subprocess
import sys
import unittest
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from parameterized import parameterized

from tensornet import contraction
from tensornet.contraction import (
    DEFAULT_BATCH_SIZE,
    Plan,
    chain_plan,
    cost_model,
    plan,
    plan_memory,
    with_tensorflow,
)
from tensornet.contraction.machine import CPU
from tests.contraction.enumeration import all_plans
from tests.contraction.machines import FREE, ONLY_BYTES, ONLY_FLOPS, ONLY_OPS
from tests.contraction.workloads import FULL_SIZE, TRIED

FOLDER = os.path.dirname(contraction.__file__)
PRINTED = 'from tensornet.contraction import plan; print([plan(*shape) for shape in {shapes!r}])'
PLANNER = ['tt_matrix_shape', 'steps', 'step_operations', 'processor', 'machine', 'setting',
           'measurement', 'cost_model', 'search', 'plan_memory', 'plan_report',
           'plan_arguments', 'plans', 'plan_record', 'kernel_plan', 'conv_geometry', 'conv_shape',
           'convolution_plans', 'row_joins', 'row_cost', 'row_search', 'row_memory', 'row_plans',
           'inference_plans', 'forward_flops']
MACHINES = {'cpu': CPU, 'flops': ONLY_FLOPS, 'bytes': ONLY_BYTES, 'ops': ONLY_OPS}


@st.composite
def _shapes(draw):
    d = draw(st.integers(1, 5))
    modes = st.lists(st.integers(1, 9), min_size=d, max_size=d)
    ranks = draw(st.lists(st.integers(1, 12), min_size=d - 1, max_size=d - 1))
    return draw(modes), draw(modes), [1] + ranks + [1]


def _printed(program, **variables):
    """Returns what a program prints, in a process of its own with these variables."""
    return subprocess.run(
        [sys.executable, '-c', program], capture_output=True, check=True, text=True,
        cwd=os.path.dirname(os.path.dirname(FOLDER)), env=dict(os.environ, **variables)).stdout


def _fastest(candidates):
    return min(candidate.cost.seconds for candidate in candidates)


class ChoiceTest(unittest.TestCase):

    @settings(max_examples=60, derandomize=True, deadline=None)
    @given(_shapes(), st.sampled_from([1, 2, 7, 100, 1000]), st.booleans(),
           st.sampled_from(['bfloat16', 'float64']), st.sampled_from(sorted(MACHINES)))
    def test_the_choice_is_the_fastest_of_all(self, shape, batch_size, training, dtype, machine):
        setting = dict(training=training, dtype=dtype, machine=MACHINES[machine])
        best = plan(*shape, batch_size, **setting)
        candidates = all_plans(*shape, batch_size, **setting)
        candidates.append(chain_plan(*shape, batch_size, **setting))
        np.testing.assert_allclose(best.cost.seconds, _fastest(candidates), rtol=1e-9)

    @parameterized.expand([(name, training) for name in FULL_SIZE for training in (True, False)])
    def test_workloads(self, name, training):
        best = plan(*FULL_SIZE[name], training=training)
        candidates = all_plans(*FULL_SIZE[name], training=training)
        np.testing.assert_allclose(best.cost.seconds, _fastest(candidates), rtol=1e-9)
        self.assertFalse(best.is_chain)
        chain = chain_plan(*FULL_SIZE[name], training=training)
        self.assertLess(best.cost.seconds, chain.cost.seconds)
        self.assertLess(best.cost.bytes, chain.cost.bytes)

    @parameterized.expand([(' '.join(map(str, case)), case, training) for case in TRIED
                           for training in (True, False)])
    def test_no_plan_of_the_trial_is_better(self, _, case, training):
        name, groups, order = case
        best = plan(*FULL_SIZE[name], training=training)
        tried = plan(*FULL_SIZE[name], training=training, groups=groups, order=order)
        self.assertLessEqual(best.cost.seconds, tried.cost.seconds * (1 + 1e-9))

    def test_the_full_matrix_is_chosen_where_it_is_small(self):
        best = plan([4, 4], [4, 4], [1, 16, 1], 1000)
        self.assertEqual(((2,), ()), (best.groups, best.order))

    def test_the_end_where_the_state_shrinks_most_comes_first(self):
        left = plan([64, 8, 8], [1, 8, 64], [1, 4, 4, 1], 100)
        self.assertEqual('left', left.order[0])
        right = plan([8, 8, 64], [64, 8, 1], [1, 4, 4, 1], 100)
        self.assertEqual('right', right.order[0])

    def test_the_chain_is_chosen_where_it_is_the_fastest(self):
        # A broadcast product is many small ones, which cost a second each on this machine.
        machine = CPU._replace(matrix=1.0, small_matrix=1.0)
        best = plan([2, 2], [512, 512], [1, 500, 1], 2, training=False, machine=machine)
        full = plan([2, 2], [512, 512], [1, 500, 1], 2, training=False, machine=machine,
                    groups=[2], order=[])
        self.assertTrue(best.is_chain)
        self.assertLess(best.cost.seconds, full.cost.seconds)

    def test_deterministic(self):
        shapes = [tuple(shape) for shape in FULL_SIZE.values()]
        printed = [_printed(PRINTED.format(shapes=shapes), PYTHONHASHSEED=seed)
                   for seed in ('1', '2')]
        self.assertEqual([f'{[plan(*shape) for shape in shapes]!r}\n'] * 2, printed)

    def test_representation(self):
        shape = [2, 3], [4, 5], [1, 6, 1]
        self.assertEqual(
            "<Plan of modes [2, 3] -> [4, 5] with ranks [1, 6, 1]: groups [1, 1], order ['left']>",
            repr(plan(*shape, groups=[1, 1], order=['left'])))
        self.assertEqual('<Plan of modes [2, 3] -> [4, 5] with ranks [1, 6, 1]: chain>',
                         repr(chain_plan(*shape)))

    def test_ties_are_broken_by_the_plan_and_not_by_chance(self):
        self.assertEqual(1, len({plan([2] * 5, [2] * 5, [1, 2, 2, 2, 2, 1], machine=FREE)
                                 for _ in range(5)}))

    @parameterized.expand([(d,) for d in (1, 2, 5, 10, 20)])
    def test_the_effort_grows_with_the_third_power_of_the_cores(self, d):
        with mock.patch.object(cost_model, 'step_cost', wraps=cost_model.step_cost) as step_cost:
            plan([4] * d, [4] * d, [1] + [3] * (d - 1) + [1])
        # One for every range of cores and every group at either end of it; then the choice's own.
        self.assertLessEqual(step_cost.call_count, d * (d + 1) * (2 * d + 1) // 6 + d)

    @parameterized.expand([(seed,) for seed in range(4)])
    def test_what_is_passed_over_is_no_faster(self, seed):
        random = np.random.RandomState(seed)
        modes = random.randint(1, 6, size=(2, 7)).tolist()
        ranks = [1] + random.randint(1, 20, size=6).tolist() + [1]
        best = plan(*modes, ranks, 50, training=bool(seed % 2))
        candidates = all_plans(*modes, ranks, 50, training=bool(seed % 2))
        candidates.append(chain_plan(*modes, ranks, 50, training=bool(seed % 2)))
        np.testing.assert_allclose(best.cost.seconds, _fastest(candidates), rtol=1e-12)

    def test_many_cores(self):
        d = 40
        with mock.patch.object(cost_model, 'step_cost', wraps=cost_model.step_cost) as step_cost, \
                mock.patch.object(cost_model, 'join_cost', wraps=cost_model.join_cost) as join_cost:
            best = plan([2] * d, [2] * d, [1] + [4] * (d - 1) + [1], machine=CPU)
        self.assertLess(max(best.groups), 8)
        # Of 22140 groups at the ends of all ranges; each range of cores is joined once.
        self.assertLess(step_cost.call_count, 7000)
        self.assertLessEqual(join_cost.call_count, d * (d - 1) // 2 + d)

    def test_arrays_tuples_and_whole_floats(self):
        expected = plan([4, 8], [8, 4], [1, 3, 1], 7)
        for convert in (tuple, np.array, lambda values: [float(value) for value in values]):
            actual = plan(convert([4, 8]), convert([8, 4]), convert([1, 3, 1]), np.int64(7))
            self.assertEqual(expected, actual)
            self.assertEqual({int}, {type(value) for part in actual.shape for value in part})

    def test_default_batch_size(self):
        self.assertEqual(100, DEFAULT_BATCH_SIZE)
        self.assertEqual(100, plan([4, 8], [8, 4], [1, 3, 1]).setting.batch_size)


class PlanTest(unittest.TestCase):

    def test_a_requested_plan(self):
        requested = plan([2, 3, 4], [4, 3, 2], [1, 5, 6, 1], groups=[2, 1], order=['right'])
        self.assertEqual(((2, 1), ('right',)), (requested.groups, requested.order))
        self.assertEqual([(2, 3), (0, 2)], [(step.first, step.last) for step in requested.steps])

    def test_fits(self):
        one = plan([2, 3], [4, 3], [1, 5, 1])
        self.assertTrue(one.fits([2, 3], [4, 3], [1, 5, 1]))
        self.assertFalse(one.fits([3, 2], [4, 3], [1, 5, 1]))
        self.assertFalse(one.fits([2, 3], [3, 4], [1, 5, 1]))
        self.assertFalse(one.fits([2, 3], [4, 3], [1, 4, 1]))
        self.assertTrue(one.fits((2, 3), np.array([4, 3]), 5))
        self.assertFalse(one.fits([2, 3], [4, 3], 4))
        with self.assertRaisesRegex(ValueError, r'^Plan\.fits: `ranks` must be a list of 3'):
            one.fits([2, 3], [4, 3], [1, 5])

    def test_states(self):
        shape = ([2, 3, 5], [7, 11, 13], [1, 17, 19, 1])
        left = plan(*shape, 10, dtype='float64', groups=[1, 1, 1], order=['left', 'left'])
        first, second, out = 10 * 7 * 17 * 3 * 5, 10 * 7 * 11 * 19 * 5, 10 * 7 * 11 * 13
        self.assertEqual([first, second, out], plan_memory.states(left))
        chain = chain_plan(*shape, 10, dtype='float64')
        self.assertEqual([first, second, out], plan_memory.states(chain))
        right = plan(*shape, 10, groups=[2, 1], order=['right'])
        self.assertEqual([10 * 2 * 3 * 19 * 13, out], plan_memory.states(right))
        full = plan(*shape, 10, groups=[3], order=[])
        self.assertEqual([out], plan_memory.states(full))

    def test_the_cost_is_that_of_the_steps(self):
        for training in (True, False):
            requested = plan(*FULL_SIZE['wideB'], groups=[3, 1, 2], order=['right', 'left'],
                             training=training)
            costs = [cost_model.step_cost(step, operations, requested.shape, requested.setting)
                     for step, operations in zip(requested.steps, requested.operations)]
            self.assertEqual(costs, list(requested.step_costs))
            self.assertEqual(sum(cost.flops for cost in costs), requested.cost.flops)
            self.assertEqual(sum(cost.bytes for cost in costs), requested.cost.bytes)
            self.assertAlmostEqual(sum(cost.seconds for cost in costs), requested.cost.seconds)

    def test_merging_constants_takes_no_time(self):
        shape = FULL_SIZE['vgg1']
        merged = dict(training=False, groups=[3, 3], order=['right'])
        variable, constant = plan(*shape, **merged), plan(*shape, constant_bytes=10**6, **merged)
        self.assertEqual(variable.steps, constant.steps)
        self.assertLess(constant.cost.seconds, variable.cost.seconds)
        products = sum(2 * step.forward(shape.batch_size).multiplications
                       for step in constant.steps)
        self.assertEqual(products, constant.cost.flops)

    def test_bytes_of_a_frozen_graph(self):
        shape = FULL_SIZE['vgg1']
        merged = plan(*shape, training=False, constant_bytes=10**6)
        self.assertEqual(4 * sum(step.rows * step.depth for step in merged.steps),
                         merged.weight_bytes)
        cores = 4 * sum(i * o * left * right for i, o, left, right in zip(
            shape.inp_modes, shape.out_modes, shape.ranks[:-1], shape.ranks[1:]))
        self.assertEqual(cores, chain_plan(*shape).weight_bytes)
        self.assertIn(f'constant cores: merged they take {merged.weight_bytes} of the 1000000 '
                      f'bytes allowed, unmerged {cores}\n', str(merged))

    def test_the_chain_has_no_steps(self):
        chain = chain_plan([2, 3], [4, 3], [1, 5, 1])
        self.assertTrue(chain.is_chain)
        self.assertEqual((), chain.steps)
        self.assertIsInstance(chain, Plan)


SETTINGS = [
    ('batch', dict(batch_size=0), ValueError,
     '`batch_size` must be at least 1, but it is 0; pass '),
    ('batches', dict(batch_size=[1]), ValueError,
     r'`batch_size` must be one integer, .* shape \[1\]'),
    ('text', dict(batch_size='1'), TypeError, "`batch_size` must be an integer, but it is '1' of "),
    ('number', dict(dtype=4), ValueError,
     r"`dtype` must be one of 'float16', .*, but it is 4; pass "),
    ('integers', dict(dtype='int32'), ValueError, "`dtype` must be one of 'float16', .* it is "
     "'int32'; pass "),
    ('constants', dict(training=False, constant_bytes=0), ValueError, '`constant_bytes` must be at '
     'least 1, but it is 0; pass '),
    ('trained', dict(constant_bytes=100), ValueError,
     r'`constant_bytes` is for cores that are not trained, '
     r'but `training` is True; pass training=False'),
    ('batch_of_many', dict(batch_size=10**30), ValueError, '`batch_size` must be at most '
     '9223372036854775807, but it is 10{30}; pass a smaller number'),
    ('batch_of_infinity', dict(batch_size=float('inf')), ValueError, '`batch_size` must be an '
     'integer, but it is inf; pass a whole number'),
    ('numbers_of_a_tensor', dict(batch_size=2**60), ValueError,
     '`batch_size` times the product of `inp_modes` '
     r'must be at most .* modes \[4, 8\] make .*; lower them'),
    ('training', dict(training='yes'), TypeError, "`training` must be True or False, but it is "
     "'yes'; pass "),
    ('machine', dict(machine='GPU'), TypeError, r"`machine` must be a .*Machine` or None, but it "
     r"is 'GPU'; change "),
]


class MessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('lengths', dict(out_modes=[8, 2, 2]), ValueError,
         r'`inp_modes` and `out_modes` must have the same '
         r'length, but they are \[4, 8\] and \[8, 2, 2\]; pad the shorter one with ones'),
        ('few_ranks', dict(ranks=[1, 1]), ValueError,
         r'`ranks` must be a list of 3 TT-ranks, one more than '
         r'there are cores, but it is \[1, 1\]; pass exactly 3 numbers'),
        ('first_rank', dict(ranks=[2, 3, 1]), ValueError,
         r'`ranks` must be a list that begins with 1, '
         r'but it is \[2, 3, 1\]; set ranks\[0\] to 1'),
        ('last_rank', dict(ranks=[1, 3, 2]), ValueError,
         r'`ranks` must be a list that ends with 1, '
         r'but it is \[1, 3, 2\]; set ranks\[-1\] to 1'),
        ('no_modes', dict(inp_modes=[]), ValueError, '`inp_modes` must be a list of at least one '
         'positive integer, but it is empty; pass a list'),
        ('zero', dict(inp_modes=[0, 8]), ValueError, r'`inp_modes\[0\]` must be at least 1, .* 0;'),
        ('fraction', dict(out_modes=[8, 4.5]), ValueError, r'`out_modes\[1\]` must be an integer'),
        ('negative', dict(ranks=[1, -3, 1]), ValueError,
         r'`ranks\[1\]` must be at least 1, .* -3;'),
        ('huge', dict(inp_modes=[10**30, 8]), ValueError, r'`inp_modes\[0\]` must be at most .* '
         'is 10{30}; pass'),
        ('none', dict(inp_modes=None), TypeError, '`inp_modes` must be a list of .* it is None;'),
        ('set', dict(inp_modes={4, 8}), TypeError, '`inp_modes` must be a list of positive'),
        ('text', dict(inp_modes='48'), TypeError, "`inp_modes` must be a list of .* it is '48';"),
        ('nan', dict(ranks=[1, float('nan'), 1]), ValueError, r'`ranks\[1\]` must be an .* is nan'),
        ('no_order', dict(groups=[1, 1]), ValueError, '`groups` and `order` go .* only one'),
        ('no_groups', dict(order=['left']), ValueError, '`groups` and `order` go .* only one'),
        ('sum', dict(groups=[1], order=[]), ValueError,
         r'`groups` must add up to the number of cores, 2, but '
         r'they are \[1\]'),
        ('empty_group', dict(groups=[0, 2], order=['left']), ValueError,
         r'`groups\[0\]` must be at '
         'least 1'),
        ('side', dict(groups=[1, 1], order=['up']), ValueError,
         r"`order` must be 1 of 'left' and 'right'.*"
         r"but it is \['up'\]"),
        ('short_order', dict(groups=[1, 1], order=[]), ValueError,
         r'`order` must be 1 of .* is \[\]'),
        ('long_order', dict(groups=[2], order=['left']), ValueError,
         r"`order` must be 0 .*\['left'\]"),
        ('word', dict(groups=[1, 1], order='left'), TypeError,
         "`order` must be a list of 'left' and "
         "'right', but it is 'left'; pass a list such as"),
        ('nested_order', dict(groups=[1, 1], order=[['left'], ['a', 'b']]), ValueError,
         r"`order` must be 1 of "
         r"'left' and 'right'.*it is \[\['left'\], \['a', 'b'\]\]"),
        ('nested_groups', dict(groups=[[1], [1, 2]], order=['left']), ValueError,
         r'`groups\[0\]` must '
         r'be one integer, but it has shape \[1\]'),
    ] + SETTINGS)
    def test_message(self, _, changed, error, message):
        arguments = dict(inp_modes=[4, 8], out_modes=[8, 4], ranks=[1, 3, 1])
        arguments.update(changed)
        with self.assertRaisesRegex(error, '^plan: ' + message):
            plan(**arguments)

    @parameterized.expand(SETTINGS)
    def test_message_of_the_chain(self, _, changed, error, message):
        with self.assertRaisesRegex(error, '^chain_plan: ' + message):
            chain_plan([4, 8], [8, 4], [1, 3, 1], **changed)


class ImportsTest(unittest.TestCase):

    def test_plans_are_made_without_tensorflow(self):
        program = ("import sys; sys.modules['tensorflow'] = None; "
                   + PRINTED.format(shapes=[([2, 3], [4, 5], [1, 6, 1])]))
        self.assertEqual(f'[{plan([2, 3], [4, 5], [1, 6, 1])!r}]\n', _printed(program))

    def test_products_are_imported_when_they_are_first_used(self):
        program = ("import sys; from tensornet import contraction; "
                   "print('tensorflow' in sys.modules, contraction.tt_matmul.__name__, "
                   "'tensorflow' in sys.modules); "
                   "print([name for name in dir(contraction) + ['nothing'] "
                   "if not hasattr(contraction, name)])")
        self.assertEqual("False tt_matmul True\n['nothing']\n", _printed(program))

    def test_what_needs_tensorflow_is_public(self):
        self.assertLess(set(with_tensorflow.__all__), set(contraction.__all__))

    def test_the_planner_knows_nothing_of_tensorflow(self):
        allowed = {'__future__', 'collections', 'functools', 'heapq', 'math', 'numbers',
                   'numpy', 'os', 'tensornet.annotations', 'tensornet.tt.arguments',
                   'tensornet.contraction', 'tensornet.tt.rank_argument',
                   'typing'}
        allowed.update('tensornet.contraction.' + module for module in PLANNER)
        for module in PLANNER:
            with open(os.path.join(FOLDER, module + '.py'), encoding='utf-8') as file:
                tree = ast.parse(file.read())
            for node in ast.walk(tree):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module]
                    if node.module == 'tensornet.contraction':
                        names += ['tensornet.contraction.' + alias.name for alias in node.names]
                self.assertLessEqual(set(names), allowed, msg=module)


if __name__ == '__main__':
    unittest.main()
