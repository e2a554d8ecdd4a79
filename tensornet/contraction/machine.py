"""What the cost model knows of a machine."""

from collections import namedtuple

ARITHMETIC = ('flops', 'batched_flops', 'small_flops', 'convolution_flops', 'depthwise_flops',
              'depthwise_gradient_flops')


class Machine(namedtuple('Machine', [
        'flops', 'batched_flops', 'bandwidth', 'transpose_bandwidth', 'op', 'batched_op',
        'transpose_op', 'matrix', 'lanes', 'small_flops', 'small_matrix', 'across',
        'convolution_flops', 'depthwise_flops', 'depthwise_gradient_flops'])):
    """Constants of the cost model, for numbers of one type.

    Attributes:
        flops: operations per second of a large matrix product.
        batched_flops: the same of a batched product of large matrices.
        bandwidth: bytes per second read and written by a product or an addition.
        transpose_bandwidth: bytes per second read and written by a transpose.
        op: seconds that any operation takes.
        batched_op: seconds that a batched product takes in addition.
        transpose_op: seconds that a transpose takes in addition.
        matrix: seconds that each product of a batched product takes.
        lanes: a product works on blocks of so many columns, the last of them filled up.
        small_flops, small_matrix: `batched_flops` and `matrix` of TensorFlow's own batched product,
            which has no `batched_op`; see `step_operations.SMALL`.
        across: share of its arithmetic that a product of vectors takes longer for a deep matrix
            that is stored by rows, see `step_operations.TRANSPOSED`.
        convolution_flops: operations per second of a convolution.
        depthwise_flops: the same of a depthwise convolution.
        depthwise_gradient_flops: the same of its gradients.
    """

    __slots__ = ()

    def with_arithmetic(self, factor):
        """Returns the machine with so many times the operations per second."""
        return self._replace(**{name: getattr(self, name) * factor for name in ARITHMETIC})


# Two cores of an AMD EPYC (family 25, model 17) with AVX-512, TensorFlow 2.21 with oneDNN, in
# float32. Fitted to 740 plans, but for these: `batched_flops` and `batched_op` are set so that the
# plans of wide layers and of single samples rank as measured, `small_flops` and `small_matrix` are
# from 40 products of 0.04 to 20 MFLOP, `lanes` is the width of a vector, `across` is from 37
# products of 0.2 to 6 GFLOP, those of convolutions are from single runs.
CPU = Machine(flops=2.2e11, batched_flops=1.8e11, bandwidth=2.8e10,
              transpose_bandwidth=1.2e10, op=1.5e-5, batched_op=5.5e-5, transpose_op=1e-5,
              matrix=3.5e-8, lanes=16, small_flops=2.2e10, small_matrix=1.5e-7, across=0.08,
              convolution_flops=2e11, depthwise_flops=5e10, depthwise_gradient_flops=1.4e10)

_CPUS = {'float16': CPU, 'bfloat16': CPU, 'float32': CPU, 'float64': CPU.with_arithmetic(0.5)}


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
        small_flops=flops, small_matrix=0.0, across=0.0, convolution_flops=flops,
        depthwise_flops=plain_flops, depthwise_gradient_flops=plain_flops)


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


def cpu(dtype):
    """Returns the constants of a CPU for numbers of a type.

    Args:
        dtype: 'float16', 'bfloat16', 'float32' or 'float64'.
    """
    return _CPUS[dtype]


def gpu(dtype, name=''):
    """Returns the constants of a GPU for numbers of a type, from published figures.

    Nothing has been measured on a GPU; `measured_plan` needs no constants.

    Args:
        dtype: 'float16', 'bfloat16', 'float32' or 'float64'.
        name: name of the device. One that has none of `CONSUMER_NAMES` counts as a data centre's.
    """
    is_consumer = any(word in name.lower() for word in CONSUMER_NAMES)
    return (_CONSUMER_GPUS if is_consumer else _DATA_CENTRE_GPUS)[dtype]
