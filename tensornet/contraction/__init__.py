"""What is computed with the cores of a TT-matrix: the layers, without variables."""

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
from tensornet.contraction.held_constants import held
from tensornet.contraction.inference_plan import (
    inference_conv_plan,
    inference_plan,
    inference_row_plan,
)
from tensornet.contraction.kernel import direct_kernel, kernel
from tensornet.contraction.machine import Machine, cpu, gpu
from tensornet.contraction.matrix_product import matrix_product
from tensornet.contraction.measured_conv_plan import measured_conv_plan
from tensornet.contraction.measured_plan import measured_plan
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.plan import Plan, chain_plan, plan
from tensornet.contraction.row_plan import RowPlan, row_plan
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.steps import TTMatrixShape
from tensornet.contraction.tt_bags import tt_bags
from tensornet.contraction.tt_matmul import prepare_tt_matmul, prepared_tt_matmul, tt_matmul
from tensornet.contraction.tt_rows import tt_rows
from tensornet.contraction.wisdom import use_wisdom

__all__ = [
    'DEFAULT_BATCH_SIZE',
    'DEFAULT_IMAGE_SIZE',
    'ConvPlan',
    'ConvShape',
    'Machine',
    'Measurement',
    'Plan',
    'RowPlan',
    'Setting',
    'TTMatrixShape',
    'add_bias',
    'chain',
    'chain_plan',
    'conv_plan',
    'convolve',
    'cpu',
    'dense_convolution',
    'direct_kernel',
    'gpu',
    'held',
    'inference_conv_plan',
    'inference_plan',
    'inference_row_plan',
    'kernel',
    'matrix_product',
    'measured_conv_plan',
    'measured_plan',
    'methods_for',
    'plan',
    'prepare_tt_matmul',
    'prepared_tt_matmul',
    'row_plan',
    'tt_bags',
    'tt_matmul',
    'tt_rows',
    'use_wisdom',
]
