"""What is computed with the cores of a TT-matrix: the layers, without variables."""

from tensornet.contraction.bag_product import tt_bags
from tensornet.contraction.bias import add_bias
from tensornet.contraction.conv_geometry import ConvGeometry
from tensornet.contraction.conv_shape import ConvShape
from tensornet.contraction.convolution import convolve
from tensornet.contraction.convolution_plans import (
    DEFAULT_IMAGE_SIZE,
    ConvPlan,
    conv_plan,
    methods_for,
)
from tensornet.contraction.cost_model import Cost
from tensornet.contraction.dense_convolutions import dense_convolution
from tensornet.contraction.dependence import held
from tensornet.contraction.image_format import channels_last, in_format
from tensornet.contraction.inference_plans import (
    inference_conv_plan,
    inference_plan,
    inference_row_plan,
)
from tensornet.contraction.kernels import direct_kernel, kernel
from tensornet.contraction.machine import Machine, cpu, gpu
from tensornet.contraction.measured_convolution_plans import measured_conv_plan
from tensornet.contraction.measured_plans import measured_plan
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.plans import Plan, chain_plan, plan
from tensornet.contraction.precision import matrix_product
from tensornet.contraction.row_lookup import tt_rows
from tensornet.contraction.row_plans import RowPlan, row_plan
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.contraction.tt_product import chain, prepare_tt_matmul, prepared_tt_matmul, tt_matmul
from tensornet.contraction.wisdom import use_wisdom

__all__ = [
    'DEFAULT_BATCH_SIZE',
    'DEFAULT_IMAGE_SIZE',
    'ConvGeometry',
    'ConvPlan',
    'ConvShape',
    'Cost',
    'Machine',
    'Measurement',
    'Plan',
    'RowPlan',
    'Setting',
    'TTMatrixShape',
    'add_bias',
    'chain',
    'chain_plan',
    'channels_last',
    'conv_plan',
    'convolve',
    'cpu',
    'dense_convolution',
    'direct_kernel',
    'gpu',
    'held',
    'in_format',
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


def __dir__():
    return sorted(__all__)
