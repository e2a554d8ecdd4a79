"""What the cost model knows of a machine."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tensornet.contraction.processor import (
    MATRIX_UNIT,
    NO_UNIT,
    UNITS,
    VECTOR_UNIT,
    available_cores,
    half_precision_unit,
)
from tensornet.contraction.setting import HALF, checked_dtype
from tensornet.tt.arguments import check_integer, shown

ARITHMETIC = ('flops', 'batched_flops', 'small_flops', 'convolution_flops', 'depthwise_flops',
              'depthwise_gradient_flops')


class Machine(NamedTuple):
    """Constants of the cost model, for elements of one type.

    Attributes:
        flops: operations per second of a large matrix product.
        batched_flops: the same of a batched product of large matrices.
        bandwidth: bytes per second read and written by a product or an addition.
        transpose_bandwidth: bytes per second read and written by a transpose.
        op: seconds that any operation takes.
        batched_op: seconds that a batched product takes in addition.
        transpose_op: seconds that a transpose takes in addition.
        matrix: seconds that each product of a batched product takes.
        lanes: a product works on blocks of this many columns, of which the last is padded.
        small_flops, small_matrix: `batched_flops` and `matrix` of TensorFlow's own batched product,
            which has no `batched_op`; see `step_operations.SMALL`.
        shared_op: seconds that the latter takes in addition where there is enough arithmetic to
            split it among threads.
        across: by what part of its arithmetic a product of vectors takes longer for a deep matrix
            that is stored by rows, see `step_operations.TRANSPOSED`.
        convolution_flops: operations per second of a convolution.
        depthwise_flops: the same of a depthwise convolution.
        depthwise_gradient_flops: the same of its gradients.
        half_itemsize: bytes of a half-precision element while a layer is computed: 4 where that is
            done in float32, see `precision.working_type`.
    """

    flops: float
    batched_flops: float
    bandwidth: float
    transpose_bandwidth: float
    op: float
    batched_op: float
    transpose_op: float
    matrix: float
    lanes: int
    small_flops: float
    small_matrix: float
    shared_op: float
    across: float
    convolution_flops: float
    depthwise_flops: float
    depthwise_gradient_flops: float
    half_itemsize: int = 2

    def with_arithmetic(self, factor):
        """Returns the machine with the operations per second multiplied by a factor."""
        return self._replace(**{name: getattr(self, name) * factor for name in ARITHMETIC})


# A CPU with two threads, TensorFlow 2.21 with oneDNN, in float32. `benchmarks/calibrate.py` fitted
# the first ten to the times of plans on AMD EPYC processors of two generations (families 25 and 26,
# AVX-512), and these lie between the two fits. `lanes` is the width of a vector, `shared_op` the
# value that chose best among 186 layers in float32 and bfloat16, `across` is from 37 products of
# 0.2 to 6 GFLOP, the last three are from single runs on both.
CPU = Machine(flops=3.6e11, batched_flops=3.1e11, bandwidth=5.2e10, transpose_bandwidth=1.5e10,
              op=1.3e-6, batched_op=2.6e-5, transpose_op=1.2e-5, matrix=3.5e-8,
              small_flops=3.7e10, small_matrix=8.1e-8, shared_op=2e-5, lanes=16, across=0.08,
              convolution_flops=3.3e11, depthwise_flops=7e10, depthwise_gradient_flops=2.5e10)

# Fitted on family 26, whose vector unit computes in bfloat16.
_BFLOAT16 = CPU._replace(flops=7.3e11, batched_flops=5.5e11, bandwidth=3e10,
                         transpose_bandwidth=1.2e10, op=2.2e-6, batched_op=3.6e-5,
                         transpose_op=1.4e-5, matrix=5e-8, small_flops=4.5e10,
                         small_matrix=4.3e-8, convolution_flops=5.6e11)
# Large products were 2.5 times as fast as in float32 on a Xeon with AMX.
_BFLOAT16_BY_MATRICES = _BFLOAT16._replace(flops=2.5 * CPU.flops,
                                           batched_flops=2.5 * CPU.batched_flops,
                                           convolution_flops=2.5 * CPU.convolution_flops)
# Without a unit for half precision all is computed in float32.
_CONVERTED = CPU._replace(half_itemsize=4)
# Large products of float16 were as fast as those of float32 on a Xeon with a unit for it.
_HALF_PRECISION = {
    ('bfloat16', MATRIX_UNIT): _BFLOAT16_BY_MATRICES,
    ('bfloat16', VECTOR_UNIT): _BFLOAT16,
    ('bfloat16', NO_UNIT): _CONVERTED,
    ('float16', MATRIX_UNIT): CPU,
    ('float16', VECTOR_UNIT): CPU,
    ('float16', NO_UNIT): _CONVERTED,
}
# Fitted on family 26.
_FLOAT64 = CPU._replace(flops=1.7e11, batched_flops=1e11, bandwidth=2.8e10,
                        transpose_bandwidth=7.7e9, op=1.6e-6, batched_op=5.3e-6, transpose_op=8e-6,
                        matrix=9.8e-9, small_flops=5.5e10, small_matrix=1.2e-7, lanes=8,
                        convolution_flops=1.6e11, depthwise_flops=3.5e10,
                        depthwise_gradient_flops=1.2e10)

# The threads that the constants are for, and how many threads a socket's memory can serve.
THREADS, MEMORY_THREADS = 2, 16


# XLA's depthwise convolutions on a CPU do this many times fewer operations per second: 0.43 GFLOP/s
# in six layers, forward, with two threads.
XLA_DEPTHWISE = 160


def _published(flops, plain_flops, bandwidth):
    """Constants of a GPU from published figures.

    Args:
        flops: of matrix products, with matrix units where they serve the type.
        plain_flops: operations per second of the other units.
        bandwidth: bytes per second of the memory.
    """
    return Machine(
        flops=flops, batched_flops=flops, bandwidth=bandwidth, transpose_bandwidth=bandwidth,
        op=KERNEL_LAUNCH, batched_op=0.0, transpose_op=0.0, matrix=0.0, lanes=8,
        small_flops=flops, small_matrix=0.0, shared_op=0.0, across=0.0,
        convolution_flops=flops, depthwise_flops=plain_flops, depthwise_gradient_flops=plain_flops)


# Published, not measured: seconds to launch a kernel, and dense peaks and bandwidths of NVIDIA's
# data sheets for H100 SXM and GeForce RTX 4090. float32 products run as TF32, as TensorFlow 2 does
# by default.
KERNEL_LAUNCH = 5e-6
_DATA_CENTRE_GPUS = {
    'float16': _published(9.89e14, 1.34e14, 3.35e12),
    'bfloat16': _published(9.89e14, 1.34e14, 3.35e12),
    'float32': _published(4.94e14, 6.7e13, 3.35e12),
    'float64': _published(6.7e13, 3.4e13, 3.35e12),
}
_CONSUMER_GPUS = {
    'float16': _published(1.65e14, 8.26e13, 1.01e12),
    'bfloat16': _published(1.65e14, 8.26e13, 1.01e12),
    'float32': _published(8.26e13, 8.26e13, 1.01e12),
    'float64': _published(1.29e12, 1.29e12, 1.01e12),
}
# What the names of consumer GPUs have in common.
CONSUMER_NAMES = ('geforce', 'gtx', 'titan')


def cpu(dtype: str, unit: Optional[str] = None, threads: Optional[int] = None) -> Machine:
    """Returns the constants of a CPU for elements of a type.

    Args:
        dtype: 'float16', 'bfloat16', 'float32' or 'float64', as a name or as NumPy or TensorFlow
            call it.
        unit: what computes in half precision: 'matrix' (AMX), 'vector' (AVX-512) or 'none'; None
            means the best unit of this processor for the type.
        threads: how many threads carry out an operation; None means as many as this process has
            cores.

    Returns:
        `Machine`. Measured for one and two threads; for more, arithmetic is taken to grow with
        them, and bandwidth with up to `MEMORY_THREADS`.

    Raises:
        ValueError, TypeError: there is no such type, unit or number of threads.
    """
    dtype = checked_dtype('cpu', 'dtype', dtype)
    if unit is not None and unit not in UNITS:
        raise ValueError(f"cpu: `unit` must be one of {', '.join(map(repr, UNITS))} or None, but "
                         f'it is {unit!r:.100}; pass None for the unit of this processor')
    if threads is not None:
        threads = check_integer('cpu', 'threads', threads)
    if dtype in HALF:
        machine = _HALF_PRECISION[dtype, half_precision_unit(dtype) if unit is None else unit]
    else:
        machine = {'float32': CPU, 'float64': _FLOAT64}[dtype]
    return _with_threads(machine, available_cores() if threads is None else threads)


def gpu(dtype: str, name: str = '') -> Machine:
    """Returns the constants of a GPU for elements of a type, from published figures.

    Nothing has been measured on a GPU. `measured_plan` takes the constants only to choose which
    plans to time.

    Args:
        dtype: as for `cpu`.
        name: name of the device. One without 'geforce', 'gtx' or 'titan' counts as a data centre
            GPU.

    Raises:
        ValueError: there is no such type.
        TypeError: `name` is no text.
    """
    dtype = checked_dtype('gpu', 'dtype', dtype)
    if not isinstance(name, str):
        raise TypeError(f'gpu: `name` must be a text, but it is {shown(name)}; pass that of the '
                        "device, such as 'NVIDIA A100', or leave it out")
    is_consumer = any(word in name.lower() for word in CONSUMER_NAMES)
    return (_CONSUMER_GPUS if is_consumer else _DATA_CENTRE_GPUS)[dtype]


def compiled(machine):
    """Returns the constants of a CPU for what XLA compiles."""
    return machine._replace(
        depthwise_flops=machine.depthwise_flops / XLA_DEPTHWISE,
        depthwise_gradient_flops=machine.depthwise_gradient_flops / XLA_DEPTHWISE)


def _with_threads(machine, threads):
    """Returns constants for another number of threads than `THREADS`."""
    if threads == 1:
        # Nothing is split among threads, which is most of what these operations take to start.
        # The two threads of the fits share a core: one of them alone is more than half as fast.
        return machine.with_arithmetic(0.75)._replace(
            batched_op=min(machine.batched_op, 2e-6), transpose_op=min(machine.transpose_op, 3e-6),
            shared_op=0.0)
    memory = min(threads, MEMORY_THREADS) / THREADS
    return machine.with_arithmetic(threads / THREADS)._replace(
        bandwidth=memory * machine.bandwidth,
        transpose_bandwidth=memory * machine.transpose_bandwidth)
