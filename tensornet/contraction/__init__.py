"""How the cores of a TT-matrix meet a batch: the computation of the layers, without variables."""

from tensornet.contraction.bias import add_bias
from tensornet.contraction.chain import chain
from tensornet.contraction.conv_plan import (
    DEFAULT_IMAGE_SIZE,
    ConvPlan,
    ConvShape,
    conv_plan,
    methods_for,
)
from tensornet.contraction.convolution import convolve
from tensornet.contraction.dense_convolution import dense_convolution
from tensornet.contraction.kernel import direct_kernel, kernel
from tensornet.contraction.matrix_product import matrix_product
from tensornet.contraction.plan import (
    DEFAULT_BATCH_SIZE,
    Plan,
    Setting,
    TTMatrixShape,
    chain_plan,
    plan,
)
from tensornet.contraction.tt_matmul import tt_matmul

__all__ = [
    'DEFAULT_BATCH_SIZE',
    'DEFAULT_IMAGE_SIZE',
    'ConvPlan',
    'ConvShape',
    'Plan',
    'Setting',
    'TTMatrixShape',
    'add_bias',
    'chain',
    'chain_plan',
    'conv_plan',
    'convolve',
    'dense_convolution',
    'direct_kernel',
    'kernel',
    'matrix_product',
    'methods_for',
    'plan',
    'tt_matmul',
]
