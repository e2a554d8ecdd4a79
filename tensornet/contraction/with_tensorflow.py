"""What the package exports that needs TensorFlow: products, and plans that are measured."""

from tensornet.contraction.bag_product import tt_bags
from tensornet.contraction.bias import add_bias
from tensornet.contraction.convolution import convolve
from tensornet.contraction.dense_convolutions import dense_convolution
from tensornet.contraction.dense_kernel import direct_kernel, kernel
from tensornet.contraction.measured_convolution_plans import measured_conv_plan
from tensornet.contraction.measured_plans import measured_plan
from tensornet.contraction.row_lookup import tt_rows
from tensornet.contraction.tt_product import chain, prepare_tt_matmul, prepared_tt_matmul, tt_matmul

__all__ = [
    'add_bias',
    'chain',
    'convolve',
    'dense_convolution',
    'direct_kernel',
    'kernel',
    'measured_conv_plan',
    'measured_plan',
    'prepare_tt_matmul',
    'prepared_tt_matmul',
    'tt_bags',
    'tt_matmul',
    'tt_rows',
]
