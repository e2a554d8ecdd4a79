"""What the processor has, as far as the system tells.

On systems other than Linux and processors other than x86 nothing is known of bfloat16; the answer
is then that there is no unit for it.
"""

import os

# What computes in bfloat16: a unit of matrices (AMX) or of vectors (AVX-512).
MATRIX_UNIT, VECTOR_UNIT, NO_UNIT = 'matrix', 'vector', 'none'
UNITS = MATRIX_UNIT, VECTOR_UNIT, NO_UNIT

# For each unit Linux's flag, and the values of ONEDNN_MAX_CPU_ISA that let oneDNN use it.
_MATRIX_SETS = ('AVX512_CORE_AMX', 'AVX512_CORE_AMX_FP16', 'AVX10_1_512_AMX',
                'AVX10_1_512_AMX_FP16', '', 'ALL', 'DEFAULT')
_VECTOR_SETS = ('AVX512_CORE_BF16', 'AVX512_CORE_FP16', 'AVX10_1_512') + _MATRIX_SETS
_BFLOAT16_UNITS = ((MATRIX_UNIT, 'amx_bf16', _MATRIX_SETS),
                   (VECTOR_UNIT, 'avx512_bf16', _VECTOR_SETS))


def bfloat16_unit(flags=None):
    """Returns the fastest unit of the processor that TensorFlow uses for bfloat16.

    Args:
        flags: set of the processor's flags, as Linux names them; None means those of this
            processor.

    Returns:
        One of `UNITS`. A unit that oneDNN has been told not to use (`ONEDNN_MAX_CPU_ISA`) does
        not count, and none does where oneDNN is switched off (`TF_ENABLE_ONEDNN_OPTS=0`).
    """
    if os.environ.get('TF_ENABLE_ONEDNN_OPTS', '').lower() in ('0', 'false'):
        return NO_UNIT
    flags = processor_flags() if flags is None else flags
    limit = os.environ.get('ONEDNN_MAX_CPU_ISA', '').upper()
    return next((unit for unit, flag, sets in _BFLOAT16_UNITS if flag in flags and limit in sets),
                NO_UNIT)


def processor_flags():
    """Returns the set of the processor's flags; empty where the system does not tell."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            for line in file:
                name, _, value = line.partition(':')
                if name.strip() == 'flags':
                    return frozenset(value.split())
    except OSError:
        pass
    return frozenset()


def available_cores():
    """Returns the number of cores that this process may use, counting each hardware thread."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
