"""Rows of a table by every plan, alone and in loops, branches, clusters and imported graphs."""

import itertools
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import row_plan, tt_bags, tt_rows
from tensornet.contraction.processor import processor_flags
from tests.layers.control_flow import VERSIONS, control_flow
from tests.references import central_differences
from tests.references.tt_table import tt_table, tt_table_gradients
from tests.sessions import assert_close, random_values, session
from tests.xla import require_xla

SHAPE = [3, 4, 2, 5], [2, 3, 2, 2], [1, 2, 3, 2, 1]
COUNT = 37
TOLERANCE = 1e-12


def _cores(shape, seed=0):
    random = np.random.RandomState(seed)
    voc_modes, emb_modes, ranks = shape
    return [random.normal(size=[voc * right, left * emb]) for voc, emb, left, right
            in zip(voc_modes, emb_modes, ranks[:-1], ranks[1:])]


def _plans(shape, count, **options):
    """All plans of a table, as triples of groups, order and whether equal ids are taken once."""
    d = len(shape[0])
    for cuts in itertools.product((False, True), repeat=d - 1):
        groups = [1]
        for cut in cuts:
            groups = groups + [1] if cut else groups[:-1] + [groups[-1] + 1]
        for number, order in enumerate(itertools.permutations(range(1, len(groups)))):
            yield row_plan(*shape, count, groups=groups, order=order, unique=number % 2 == 1,
                           **options)


class EveryPlanTest(unittest.TestCase):

    @parameterized.expand([('at_once', 2**20, True), ('in_parts', 300, True),
                           ('in_parts_of_unknown_size', 300, False)])
    def test_rows_and_gradients(self, _, smallest_part, known):
        cores = _cores(SHAPE)
        ids = np.random.RandomState(1).randint(0, 120, COUNT)
        weights = np.random.RandomState(2).normal(size=[COUNT, 24])
        table = tt_table(cores, *SHAPE)
        of_table = np.zeros_like(table)
        np.add.at(of_table, ids, weights)
        expected = [table[ids]] + tt_table_gradients(cores, *SHAPE, of_table)
        with mock.patch('tensornet.contraction.row_memory.SMALLEST_PART', smallest_part), \
                tf.Graph().as_default(), tf.Session() as opened:
            fed = tf.placeholder(tf.int64, [COUNT if known else None])
            tensors = [tf.constant(core) for core in cores]
            plans = list(_plans(SHAPE, COUNT))
            self.assertEqual(smallest_part == 300,
                             max(plan.parts for plan in plans) > 1
                             and max(plan.gradient_parts for plan in plans) > 3)
            runs = []
            for plan in plans:
                out = tt_rows(fed, tensors, plan)
                runs.append([out] + tf.gradients(out, tensors, weights))
            results = opened.run(runs, {fed: ids})
        for plan, result in zip(plans, results):
            for actual, wanted in zip(result, expected):
                assert_close(actual, wanted, TOLERANCE, str(plan))

    def test_fewer_ids_than_planned_for(self):
        cores = _cores(SHAPE)
        with mock.patch('tensornet.contraction.row_memory.SMALLEST_PART', 100), \
                tf.Graph().as_default(), tf.Session() as opened:
            plan = row_plan(*SHAPE, 1000, unique=False)
            self.assertGreater(plan.gradient_parts, 2)
            fed = tf.placeholder(tf.int32, [None])
            tensors = [tf.constant(core) for core in cores]
            out = tt_rows(fed, tensors, plan)
            run = [out] + tf.gradients(out, tensors)
            for count in (0, 1, 2, 5):
                ids = np.arange(count)
                actual, *gradients = opened.run(run, {fed: ids})
                table = tt_table(cores, *SHAPE)
                assert_close(actual, table[ids], TOLERANCE)
                of_table = np.zeros_like(table)
                of_table[ids] = 1
                for one, other in zip(gradients, tt_table_gradients(cores, *SHAPE, of_table)):
                    assert_close(one, other, TOLERANCE)

    def test_known_number_of_no_ids(self):
        with tf.Graph().as_default(), tf.Session() as opened:
            tensors = [tf.constant(core) for core in _cores(SHAPE)]
            out = tt_rows(tf.zeros([0], tf.int32), tensors, row_plan(*SHAPE, 5))
            actual, *gradients = opened.run([out] + tf.gradients(out, tensors))
        self.assertEqual((0, 24), actual.shape)
        self.assertEqual(0, max(np.abs(gradient).max() for gradient in gradients))

    def test_second_derivatives(self):
        """The derivative of `sum((d/dz sum(rows^2 * w)) * v)` by all cores z."""
        shape = [2, 3, 2], [2, 1, 2], [1, 2, 2, 1]
        point = _cores(shape)
        random = np.random.RandomState(1)
        weights = random.normal(size=[5, 4])
        directions = [random.normal(size=core.shape) for core in point]
        with tf.Graph().as_default():
            tensors = [tf.placeholder(tf.float64, core.shape) for core in point]
            ids = tf.constant([3, 11, 3, 0, 7])
            values = []
            for plan in _plans(shape, 5):
                first = tf.gradients(tt_rows(ids, tensors, plan)**2 * weights, tensors)
                values.append(tf.add_n([tf.reduce_sum(gradient * direction)
                                        for gradient, direction in zip(first, directions)]))
            derivatives = [tf.gradients(value, tensors) for value in values]
            with tf.Session() as opened:
                evaluate = opened.make_callable(values[0], tensors)
                expected = central_differences.gradients(lambda arrays: evaluate(*arrays), point)
                results = opened.run(derivatives, dict(zip(tensors, point)))
        for result in results:
            for actual, wanted in zip(result, expected):
                assert_close(actual, wanted, 1e-7)


MODES = [3, 4, 2], [2, 3, 1], [1, 2, 2, 1]
IDS = np.array([5, 23, 5, 0])


def _layer(ids, plan='auto'):
    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
        return layers.tt_embedding(ids, *MODES, scope='layer', plan=plan, dtype=tf.float64)


def _looked_up_again(ids, plan):
    """Ids that depend on rows: three lookups, one after another."""
    def following(ids):
        return tf.cast(tf.reduce_sum(_layer(ids, plan), axis=1) > 0, tf.int64) + ids // 2

    return following


def _loop(ids, plan):
    def body(step, ids, total):
        return step + 1, _looked_up_again(ids, plan)(ids), total + _layer(ids, plan)

    zeros = tf.zeros([4, 6], tf.float64)
    return tf.while_loop(lambda step, *_: step < 3, body, [0, ids, zeros])[2]


def _unrolled(ids, plan):
    total = 0
    for _ in range(3):
        ids, total = _looked_up_again(ids, plan)(ids), total + _layer(ids, plan)
    return total


def _branch(ids, plan):
    return tf.cond(tf.placeholder_with_default(True, []), lambda: _layer(ids, plan),
                   lambda: _layer(ids // 2, plan))


def _compiled(ids, plan):
    with tf.xla.experimental.jit_scope(separate_compiled_gradients=True):
        return _layer(ids, plan)


def _gathered(ids, plan):
    return tf.gather(_layer(ids, plan), [2, 0, 2])


def _towers(ids, plan):
    outs = []
    for number, part in enumerate(tf.split(ids, 2)):
        with tf.device('/cpu:0'), tf.name_scope(f'tower_{number}'):
            outs.append(_layer(part, plan))
    return tf.concat(outs, axis=0)


def _run(build, plan):
    with tf.Graph().as_default():
        ids = tf.placeholder(tf.int64, [4])
        _layer(ids)  # Variables are better not created inside of a loop.
        out = build(ids, plan)
        return _derived(ids, out)


def _derived(ids, out):
    gradients = tf.gradients(tf.reduce_sum(out**3), tf.trainable_variables())
    with session(random_values()) as opened:
        return opened.run([out] + gradients, {ids: IDS})


class SurroundingsTest(unittest.TestCase):

    def assert_same(self, actual, expected):
        self.assertEqual(len(expected), len(actual))
        for one, other in zip(actual, expected):
            assert_close(one, other, TOLERANCE)

    @parameterized.expand([(plan, version) for plan in ('auto', 'unique') for version in VERSIONS])
    def test_loop_and_branch(self, plan, version):
        for build, straight in ((_loop, _unrolled), (_branch, _layer)):
            with control_flow(version):
                actual = _run(build, plan)
            self.assert_same(actual, _run(straight, 'full'))

    def test_towers_and_sparse_gradients(self):
        self.assert_same(_run(_towers, 'auto'), _run(_layer, 'full'))
        for plan in ('auto', 'unique'):
            self.assert_same(_run(_gathered, plan), _run(_gathered, 'full'))

    def test_xla(self):
        require_xla()
        # Seen on Xeons of this kind; it spins in SelectionDAG::Combine. Products compile.
        if tf.__version__.startswith('1.') and 'avx512_fp16' in processor_flags():
            self.skipTest('the LLVM of TensorFlow 1.15 compiles a lookup for ever on this CPU')
        with layers.default_plan('auto', xla=True):
            self.assert_same(_run(_compiled, None), _run(_layer, 'full'))

    @parameterized.expand([('auto',), ('unique',), ('chain',)])
    def test_gradients_of_an_imported_graph(self, plan):
        with tf.Graph().as_default():
            ids = tf.placeholder(tf.int64, [None], name='ids')
            out = _layer(ids, plan)
            exported = tf.train.export_meta_graph()
        with tf.Graph().as_default() as graph:
            tf.train.import_meta_graph(exported)
            ids, out = map(graph.get_tensor_by_name, (ids.name, out.name))
            self.assert_same(_derived(ids, out), _run(_layer, 'full'))

    def test_half_precision_adds_up_in_single(self):
        """The gradient of a row that a thousand ids share is no sum of halves."""
        for dtype in (tf.float16, tf.bfloat16):
            with tf.Graph().as_default():
                out = layers.tt_embedding(tf.zeros([4099], tf.int32), [2, 2], [1, 1], [1, 1, 1],
                                          tf.ones_initializer(), dtype=dtype)
                gradients = tf.gradients(out, tf.trainable_variables())
                with session() as opened:
                    found = opened.run([tf.cast(gradient, tf.float32) for gradient in gradients])
            for gradient in found:
                self.assertAlmostEqual(1, gradient.max() / 4099, delta=2.**-8)

    @parameterized.expand([('float16',), ('bfloat16',)])
    def test_constant_cores_are_looked_up_before_they_are_cast(self, dtype):
        for groups, order in (([1] * 4, [2, 1, 3]), ([1, 2, 1], [2, 1]), ([4], [])):
            chosen = row_plan(*SHAPE, COUNT, dtype=dtype, groups=groups, order=order,
                              training=False, constant_bytes=2**20)
            table = tt_table([core.astype(np.float32) for core in _cores(SHAPE)], *SHAPE)
            with tf.Graph().as_default(), mock.patch(
                    'tensornet.contraction.row_lookup.working_type', return_value=tf.float32):
                cores = [tf.cast(core, dtype) for core in _cores(SHAPE)]
                rows = tf.cast(tt_rows(tf.range(len(table)), cores, chosen), tf.float64)
                with session() as opened:
                    found = opened.run(rows)
            assert_close(table, found, 2.**-6)

    def test_no_such_combiner(self):
        chosen = row_plan(*SHAPE, COUNT)
        with tf.Graph().as_default():
            ids = tf.zeros([3], tf.int64)
            cores = [tf.zeros(core) for core in chosen.shape.core_shapes]
            with self.assertRaisesRegex(ValueError, "^tt_bags: `combiner` must be one of 'sum', "
                                                    "'mean', 'sqrtn', but it is 'average'; pass"):
                tt_bags(ids, ids, 1, None, 'average', cores, chosen)


if __name__ == '__main__':
    unittest.main()
