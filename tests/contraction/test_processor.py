"""What `processor` finds out, and what constants the planner takes for it."""

import io
import os
import unittest
from unittest import mock

from parameterized import parameterized

from tensornet.contraction import cpu, plan, processor
from tensornet.contraction.machine import ARITHMETIC
from tensornet.contraction.plans import ranked_plans
from tensornet.contraction.processor import (
    MATRIX_UNIT,
    NO_UNIT,
    UNITS,
    VECTOR_UNIT,
    half_precision_unit,
)

AMX = frozenset(['avx512f', 'avx512_bf16', 'avx512_fp16', 'amx_bf16'])
AVX512 = frozenset(['avx512f', 'avx512_bf16'])
# Layers whose fastest plans in bfloat16 were measured on a Xeon with AMX; forward and training.
MEASURED_WITH_AMX = [
    ([4] * 6, [4] * 6, [1] + [4] * 5 + [1], 64, ['left']),
    ([2, 7, 8, 8, 7, 4], [4] * 6, [1] + [4] * 5 + [1], 100, ['right']),
    ([4] * 5, [5] * 5, [1] + [8] * 4 + [1], 200, ['left']),
    ([7, 8, 8, 14], [8, 8, 8, 4], [1, 24, 24, 24, 1], 50, ['right']),
]


class ProcessorTest(unittest.TestCase):

    @parameterized.expand([
        ('bfloat16', AMX, '', MATRIX_UNIT), ('bfloat16', AVX512, '', VECTOR_UNIT),
        ('bfloat16', frozenset(['avx2']), '', NO_UNIT), ('bfloat16', frozenset(), '', NO_UNIT),
        ('bfloat16', AMX, 'default', MATRIX_UNIT), ('bfloat16', AMX, 'ALL', MATRIX_UNIT),
        ('bfloat16', AMX, 'AVX512_CORE_BF16', VECTOR_UNIT),
        ('bfloat16', AMX, 'AVX512_CORE', NO_UNIT), ('bfloat16', AMX, 'AVX2', NO_UNIT),
        ('bfloat16', AVX512, 'AVX512_CORE_AMX', VECTOR_UNIT),
        ('float16', AMX, '', VECTOR_UNIT), ('float16', AMX | {'amx_fp16'}, '', MATRIX_UNIT),
        ('float16', AVX512, '', NO_UNIT), ('float16', AMX, 'AVX512_CORE_BF16', NO_UNIT),
        ('bfloat16', AMX, 'AVX512_CORE_AMX', MATRIX_UNIT),
        ('bfloat16', AMX, 'AVX10_1_512_AMX', MATRIX_UNIT),
        ('bfloat16', AMX, 'AVX512_CORE_FP16', VECTOR_UNIT),
        ('bfloat16', AMX, 'AVX512_CORE_VNNI', NO_UNIT),
        ('float16', AMX | {'amx_fp16'}, 'AVX512_CORE_AMX_FP16', MATRIX_UNIT),
        ('float16', AMX | {'amx_fp16'}, 'AVX512_CORE_AMX', VECTOR_UNIT),
        ('float16', AMX, 'AVX512_CORE_FP16', VECTOR_UNIT),
        ('bfloat16', AMX, 'sse41', NO_UNIT), ('bfloat16', AMX, 'AVX2_VNNI_2', NO_UNIT),
        # oneDNN goes as far as it can where it does not know the name.
        ('bfloat16', AMX, 'nonsense', MATRIX_UNIT), ('bfloat16', AVX512, ' AVX2', VECTOR_UNIT),
    ])
    def test_unit(self, dtype, flags, limit, expected):
        for limits in (dict(ONEDNN_MAX_CPU_ISA=limit, DNNL_MAX_CPU_ISA=''),
                       dict(ONEDNN_MAX_CPU_ISA='', DNNL_MAX_CPU_ISA=limit),
                       dict(ONEDNN_MAX_CPU_ISA=limit or 'ALL', DNNL_MAX_CPU_ISA='AVX2')):
            with mock.patch.dict(os.environ, limits, TF_ENABLE_ONEDNN_OPTS=''):
                self.assertEqual(expected, half_precision_unit(dtype, flags), limits)

    @parameterized.expand(['0', 'false', 'False'])
    def test_without_onednn_there_is_no_unit(self, switch):
        with mock.patch.dict(os.environ, ONEDNN_MAX_CPU_ISA='', TF_ENABLE_ONEDNN_OPTS=switch):
            self.assertEqual(NO_UNIT, half_precision_unit('bfloat16', AMX))

    @parameterized.expand([('', False), ('AVX512_CORE', False), ('nonsense', False),
                           ('avx2', True), ('SSE41', True), ('AVX2_VNNI_2', True)])
    def test_who_is_kept_from_avx512(self, limit, expected):
        for name in processor.INSTRUCTION_LIMITS:
            limits = dict(dict.fromkeys(processor.INSTRUCTION_LIMITS, ''), **{name: limit})
            with mock.patch.dict(os.environ, limits, TF_ENABLE_ONEDNN_OPTS=''):
                self.assertEqual(expected, processor.is_kept_from_avx512())
            with mock.patch.dict(os.environ, limits, TF_ENABLE_ONEDNN_OPTS='0'):
                self.assertFalse(processor.is_kept_from_avx512())

    def test_this_processor(self):
        for dtype in ('float16', 'bfloat16'):
            self.assertIn(half_precision_unit(dtype), UNITS)
        with mock.patch.object(processor, 'open', side_effect=OSError, create=True):
            self.assertEqual(frozenset(), processor.processor_flags())

    def test_flags(self):
        with self._cpuinfo(b'processor\t: 0\nmodel name\t: x\nflags\t\t: fpu avx2\nbugs\t\t: y\n'):
            self.assertEqual({'fpu', 'avx2'}, processor.processor_flags())

    def test_the_name_of_a_processor_may_be_anything(self):
        with self._cpuinfo(b'model name\t: \xae\xff CPU\nflags\t\t: fpu avx2\n'):
            self.assertEqual({'fpu', 'avx2'}, processor.processor_flags())

    def test_flags_of_other_processors_are_not_known(self):
        for content in (b'', b'processor\t: 0\nFeatures\t: fp asimd bf16\nCPU part\t: 0xd40\n'):
            with self._cpuinfo(content):
                self.assertEqual(frozenset(), processor.processor_flags())

    def _cpuinfo(self, content):
        return mock.patch.object(processor, 'open', create=True, side_effect=lambda _, **how:
                                 io.TextIOWrapper(io.BytesIO(content), **how))

    def test_cores(self):
        with mock.patch.object(os, 'sched_getaffinity', return_value={0, 3, 5}, create=True) as ask:
            self.assertEqual(3, processor.available_cores())
        ask.assert_called_with(0)
        self.assertGreaterEqual(os.cpu_count(), processor.available_cores())
        with mock.patch.object(os, 'sched_getaffinity', side_effect=AttributeError, create=True):
            self.assertEqual(os.cpu_count(), processor.available_cores())
            with mock.patch.object(os, 'cpu_count', return_value=None):
                self.assertEqual(1, processor.available_cores())


class ConstantsTest(unittest.TestCase):

    def test_units_differ_in_speed(self):
        flops = [cpu('bfloat16', unit, 2).flops for unit in (MATRIX_UNIT, VECTOR_UNIT, NO_UNIT)]
        self.assertEqual(sorted(flops, reverse=True), flops)
        self.assertEqual(flops[2], cpu('float32', threads=2).flops)

    def test_arithmetic_grows_with_threads_and_bandwidth_to_a_limit(self):
        machines = [cpu('float32', threads=threads) for threads in (1, 2, 16, 64)]
        for name in ARITHMETIC:
            rates = [getattr(machine, name) for machine in machines]
            self.assertAlmostEqual(32, rates[3] / rates[1])
            self.assertEqual(sorted(rates), rates)
        self.assertAlmostEqual(8, machines[2].bandwidth / machines[1].bandwidth)
        self.assertEqual(machines[2].bandwidth, machines[3].bandwidth)

    def test_one_thread_begins_at_once(self):
        alone, shared = cpu('float32', threads=1), cpu('float32', threads=2)
        self.assertLess(alone.batched_op, shared.batched_op)
        self.assertLess(alone.transpose_op, shared.transpose_op)
        self.assertEqual(0, alone.shared_op)

    @parameterized.expand([(case, training) for case in MEASURED_WITH_AMX
                           for training in (False, True)])
    def test_what_was_fastest_with_amx_is_near_the_first(self, case, training):
        *layer, order = case
        machine = cpu('bfloat16', MATRIX_UNIT, 2)
        best = plan(*layer, training=training, dtype='bfloat16', machine=machine)
        groups = [len(layer[0]) // 2, -(-len(layer[0]) // 2)]
        fastest = plan(*layer, training=training, dtype='bfloat16', machine=machine,
                       groups=groups, order=order)
        self.assertLess(fastest.cost.seconds, 1.1 * best.cost.seconds)
        first = ranked_plans(best.shape, best.setting, 3)
        self.assertIn(fastest.way, [candidate.way for candidate in first])


if __name__ == '__main__':
    unittest.main()
