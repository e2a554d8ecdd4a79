"""Every way to multiply by a TT-matrix against NumPy: the output, all gradients, all settings."""

import collections
import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from parameterized import parameterized

from tensornet.contraction import (
    chain_plan,
    plan,
    prepare_tt_matmul,
    prepared_tt_matmul,
    tt_matmul,
)
from tests.contraction.enumeration import all_plans, covering_plans
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.contraction.workloads import SCALED, TRIED, Workload
from tests.references.tt_matrix import tt_matrix
from tests.sessions import assert_close

TOLERANCES = {'float32': 1e-5, 'float64': 1e-12}

# How a plan is run; `known` is whether the batch size is.
Mode = collections.namedtuple('Mode', ['dtype', 'known', 'recompute'])
MODES = [Mode(*mode) for mode in itertools.product(TOLERANCES, (True, False), (False, True))]
# Half of them, in which every two settings still meet.
HALF = [MODES[index] for index in (0, 3, 5, 6)]


def _check(workload, runs, batch_size=None, seed=0):
    """Compares output and gradients with NumPy.

    Args:
        workload: `Workload`.
        runs: list of pairs of a plan and a `Mode`.
        batch_size: of the data, if not that of the workload.
        seed: of the data.
    """
    inp_modes, out_modes, ranks, _ = workload
    batch_size = workload.batch_size if batch_size is None else batch_size
    random = np.random.RandomState(seed)
    data = [random.normal(size=[batch_size, int(np.prod(inp_modes))])]
    data += random_cores(inp_modes, out_modes, ranks, random)
    out_gradient = random.normal(size=[batch_size, int(np.prod(out_modes))])
    expected = product_and_gradients(data[0], data[1:], out_gradient, inp_modes, out_modes, ranks)

    with tf.Graph().as_default():
        feed, fetches = {}, []
        placeholders = {}
        for mode in sorted({mode for _, mode in runs}):
            leading = batch_size if mode.known else None
            tensors = [tf.placeholder(mode.dtype, (leading,) + data[0].shape[1:])]
            tensors += [tf.placeholder(mode.dtype, array.shape) for array in data[1:]]
            feed.update(zip(tensors, data))
            placeholders[mode] = tensors
        for run, mode in runs:
            inp, *cores = placeholders[mode]
            out = tt_matmul(inp, cores, run, recompute=mode.recompute)
            gradients = tf.gradients(out, [inp] + cores, tf.constant(out_gradient, mode.dtype))
            leading = batch_size if mode.known else None
            _assert_shapes([out] + gradients, expected, leading)
            fetches.append([out] + gradients)
        with tf.Session() as session:
            results = session.run(fetches, feed)
    for (run, mode), result in zip(runs, results):
        for name, actual, wanted in zip(_names(len(data) - 1), result, expected):
            assert_close(actual, wanted, TOLERANCES[mode.dtype],
                         f'{name} with groups {run.groups}, order {run.order}, {mode}')


def _assert_shapes(tensors, arrays, batch_size):
    """Asserts that nothing of the static shapes is lost; the batch may be unknown, None."""
    for number, (tensor, array) in enumerate(zip(tensors, arrays)):
        shape = list(array.shape)
        # What is fed for the output's gradient has a known batch, which may be made use of.
        if number == 0 or (number == 1 and tensor.shape.as_list()[0] is None):
            shape[0] = batch_size
        np.testing.assert_equal(tensor.shape.as_list(), shape, tensor.name)


def _names(d):
    return ['output', 'input gradient'] + [f'gradient of core {k + 1}' for k in range(d)]


def _rotated(plans):
    """Pairs each plan with one of the modes, which take turns."""
    return [(run, MODES[3 * index % len(MODES)]) for index, run in enumerate(plans)]


class ReferenceTest(unittest.TestCase):
    """What the others compare with."""

    def test_product(self):
        inp_modes, out_modes, ranks, batch_size = SCALED['mnist100']
        random = np.random.RandomState(0)
        inp = random.normal(size=[batch_size, int(np.prod(inp_modes))])
        cores = random_cores(inp_modes, out_modes, ranks, random)
        out_gradient = random.normal(size=[batch_size, int(np.prod(out_modes))])
        results = product_and_gradients(inp, cores, out_gradient, inp_modes, out_modes, ranks)
        matrix = tt_matrix(cores, inp_modes, out_modes, ranks)[0]
        assert_close(results[0], inp.dot(matrix), 1e-12)
        assert_close(results[1], out_gradient.dot(matrix.T), 1e-12)
        # The product is linear in each core.
        for core, gradient in zip(cores, results[2:]):
            self.assertAlmostEqual(np.sum(results[0] * out_gradient), np.sum(core * gradient))


class WorkloadsTest(unittest.TestCase):

    @parameterized.expand([(name, mode) for name in SCALED
                           for mode in (MODES if name == 'fc41' else HALF)])
    def test_chosen_plans_in_every_mode(self, name, mode):
        workload = SCALED[name]
        d = len(workload.inp_modes)
        plans = [plan(*workload), plan(*workload, training=False), chain_plan(*workload),
                 plan(*workload, groups=[d], order=[])]
        plans += [plan(*workload, groups=groups, order=order)
                  for tried, groups, order in TRIED if tried == name]
        _check(workload, [(run, mode) for run in sorted(set(plans), key=repr)])

    @parameterized.expand(['mnist100', 'fc41'])
    def test_every_plan_of_four_cores(self, name):
        _check(SCALED[name], _rotated(all_plans(*SCALED[name])))

    @parameterized.expand([('vgg100', 0), ('wideA', 1), ('wideB', 2)])
    def test_every_contraction_of_six_cores(self, name, begin):
        # The 243 plans consist of the contractions in these 50, which the three share.
        _check(SCALED[name], _rotated(covering_plans(*SCALED[name])[begin::3]))

    @parameterized.expand([('flat', FLAT_CORE_GRADIENT), ('batched', BATCHED_CORE_GRADIENT)])
    def test_either_form_of_core_gradients(self, _, machine):
        workload = SCALED['mnist100']
        _check(workload, _rotated(covering_plans(*workload, machine=machine)))


class MessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('twice_as_many', [10, 12], None, r'\[batch, 6\], but it is \[10, 12\]'),
        ('half_as_many', [10, 3], None, r'\[batch, 6\], but it is \[10, 3\]'),
        ('one_axis', [6], None, r'\[batch, 6\], but it is \[6\]'),
        ('three_axes', [None, 1, 6], None, r'\[batch, 6\], but it is \[None, 1, 6\]'),
        ('padded', [2, 6], 5, r'\[batch, 5\], but it is \[2, 6\]'),
    ])
    def test_input_of_another_shape(self, _, shape, inp_size, message):
        chosen = plan([2, 3], [3, 2], 2, 4)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, shape)
            cores = [tf.zeros(core) for core in chosen.shape.core_shapes]
            with self.assertRaisesRegex(
                    ValueError, '^tt_matmul: `inp` must be of shape ' + message):
                tt_matmul(inp, cores, chosen, inp_size=inp_size)
            prepared = prepare_tt_matmul(cores, chosen, tf.float32, inp_size)
            with self.assertRaisesRegex(
                    ValueError, '^prepared_tt_matmul: `inp` must be of shape ' + message):
                prepared_tt_matmul(inp, prepared, chosen, inp_size=inp_size)

    def test_held_cores_cannot_be_prepared(self):
        chosen = plan([8, 8], [8, 8], 2, 1000, training=False, held=True, groups=[2], order=[])
        self.assertTrue(chosen.held_cores)
        with tf.Graph().as_default():
            cores = [tf.zeros(core) for core in chosen.shape.core_shapes]
            with self.assertRaisesRegex(
                    ValueError, '^prepare_tt_matmul: `plan` must hold no cores, but it is <Plan of '
                    '.*; call `tt_matmul`'):
                prepare_tt_matmul(cores, chosen, tf.float32)


class ShapesTest(unittest.TestCase):

    @settings(max_examples=12, derandomize=True, deadline=None)
    @given(st.data())
    def test_random_shapes(self, data):
        d = data.draw(st.integers(1, 5))
        modes = st.lists(st.integers(1, 5), min_size=d, max_size=d)
        ranks = data.draw(st.lists(st.integers(1, 6), min_size=d - 1, max_size=d - 1))
        workload = Workload(data.draw(modes), data.draw(modes), [1] + ranks + [1],
                            data.draw(st.integers(1, 9)))
        plans = all_plans(*workload)
        runs = [(data.draw(st.sampled_from(plans)), data.draw(st.sampled_from(MODES)))
                for _ in range(2)]
        runs.append((plan(*workload), data.draw(st.sampled_from(MODES))))
        _check(workload, runs, seed=data.draw(st.integers(0, 100)))

    @parameterized.expand([
        ('one_core', [6], [5], [1, 1]),
        ('one_number', [1], [1], [1, 1]),
        ('modes_of_one', [1, 4, 1], [1, 1, 3], [1, 2, 3, 1]),
        ('only_ones', [1, 1, 1], [1, 1, 1], [1, 2, 2, 1]),
        ('ranks_of_one', [2, 3, 2], [3, 2, 2], [1, 1, 1, 1]),
        ('ranks_beyond_the_unfoldings', [2, 2], [2, 1], [1, 9, 1]),
    ])
    def test_special_shapes(self, _, *shape):
        workload = Workload(*shape, batch_size=3)
        plans = all_plans(*workload) + [chain_plan(*workload)]
        _check(workload, _rotated(plans))

    @parameterized.expand([(known,) for known in (True, False)])
    def test_batch_of_one(self, known):
        workload = Workload([2, 3, 2], [3, 2, 2], [1, 2, 3, 1], batch_size=1)
        modes = [mode for mode in MODES if mode.known == known and mode.dtype == 'float64']
        plans = all_plans(*workload) + [chain_plan(*workload)]
        _check(workload, [(run, modes[index % 2]) for index, run in enumerate(plans)])

    @parameterized.expand([(known,) for known in (True, False)])
    def test_empty_batch(self, known):
        workload = Workload([2, 3, 2], [3, 2, 2], [1, 2, 3, 1], batch_size=4)
        modes = [mode for mode in MODES if mode.known == known]
        plans = all_plans(*workload) + [chain_plan(*workload)]
        _check(workload, [(run, modes[index % 4]) for index, run in enumerate(plans)],
               batch_size=0)

    def test_a_batch_that_was_not_planned_for(self):
        workload = Workload([2, 3, 2], [3, 2, 2], [1, 2, 3, 1], batch_size=1)
        plans = all_plans(*workload) + [chain_plan(*workload)]
        _check(workload, _rotated(plans), batch_size=11)


if __name__ == '__main__':
    unittest.main()
