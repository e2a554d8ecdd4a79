"""Which units for half precision the processor has, as far as the system tells.

On systems other than Linux and processors other than x86 nothing is known of half precision; the
answer is then that there is no unit for it.
"""

import functools
import os

# Units that compute in half precision: of matrices (AMX) or of vectors (AVX-512).
MATRIX_UNIT, VECTOR_UNIT, NO_UNIT = 'matrix', 'vector', 'none'
UNITS = MATRIX_UNIT, VECTOR_UNIT, NO_UNIT

# Variables that limit the instructions of oneDNN: the first that is set and not empty counts.
INSTRUCTION_LIMITS = 'ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'
# For each type the units, the fastest first: Linux's flag, and how far up in `_INSTRUCTION_SETS`
# oneDNN must be allowed to go to use it.
_UNITS = {
    'bfloat16': ((MATRIX_UNIT, 'amx_bf16', 4), (VECTOR_UNIT, 'avx512_bf16', 2)),
    'float16': ((MATRIX_UNIT, 'amx_fp16', 5), (VECTOR_UNIT, 'avx512_fp16', 3)),
}
# Values of these variables, each including those before it. Any other is no limit to oneDNN.
_INSTRUCTION_SETS = (
    ('SSE41', 'AVX', 'AVX2', 'AVX2_VNNI', 'AVX2_VNNI_2'), ('AVX512_CORE', 'AVX512_CORE_VNNI'),
    ('AVX512_CORE_BF16',), ('AVX512_CORE_FP16', 'AVX10_1_512'),
    ('AVX512_CORE_AMX', 'AVX10_1_512_AMX'), ('AVX512_CORE_AMX_FP16', 'AVX10_1_512_AMX_FP16'))


def half_precision_unit(dtype, flags=None):
    """Returns the fastest unit of the processor that TensorFlow uses for a type.

    Args:
        dtype: 'float16' or 'bfloat16'.
        flags: set of the processor's flags, as Linux names them; None means those of this
            processor.

    Returns:
        One of `UNITS`. A unit that oneDNN has been told not to use (`INSTRUCTION_LIMITS`) does
        not count, and none does where oneDNN is switched off (`TF_ENABLE_ONEDNN_OPTS=0`).
    """
    flags = _own_flags() if flags is None else flags
    allowed = _allowed_instruction_set()
    for unit, flag, needed in _UNITS[dtype]:
        if flag in flags and allowed >= needed:
            return unit
    return NO_UNIT


def is_kept_from_avx512():
    """Whether oneDNN is on, but told to do without AVX-512.

    On a processor that has it, TensorFlow then still gives it bfloat16, and the process ends.
    """
    return _allowed_instruction_set() == 0


def processor_flags():
    """Returns the set of the processor's flags; empty where the system does not tell."""
    try:
        # The name of a processor is whatever its firmware or the virtual machine says.
        with open('/proc/cpuinfo', encoding='utf-8', errors='replace') as file:
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


@functools.lru_cache(maxsize=None)
def _own_flags():
    # Layers in half precision ask for each product.
    return processor_flags()


def _allowed_instruction_set():
    """Returns the position in `_INSTRUCTION_SETS` up to which oneDNN goes; -1 if it is off."""
    if os.environ.get('TF_ENABLE_ONEDNN_OPTS', '').lower() in ('0', 'false'):
        return -1
    limit = next(filter(None, map(os.environ.get, INSTRUCTION_LIMITS)), '').upper()
    return next((k for k, names in enumerate(_INSTRUCTION_SETS) if limit in names),
                len(_INSTRUCTION_SETS))
