"""What is computed with the cores of a TT-matrix: the layers, without variables.

The planner needs NumPy alone. What needs TensorFlow is imported when it is first used, unless
TensorFlow is loaded already.
"""
import importlib
import sys
from typing import TYPE_CHECKING

from tensornet.contraction.conv_geometry import ConvGeometry
from tensornet.contraction.conv_shape import ConvShape
from tensornet.contraction.convolution_plans import (
    DEFAULT_IMAGE_SIZE,
    ConvPlan,
    conv_plan,
    methods_for,
)
from tensornet.contraction.cost_model import Cost
from tensornet.contraction.inference_plans import (
    inference_conv_plan,
    inference_plan,
    inference_row_plan,
)
from tensornet.contraction.machine import Machine, cpu, gpu
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.plans import Plan, chain_plan, plan
from tensornet.contraction.row_plans import RowPlan, row_plan
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.contraction.wisdom import use_wisdom

if TYPE_CHECKING or sys.modules.get('tensorflow'):
    # Imported graphs name gradients of the library, which TensorFlow must know by then.
    from tensornet.contraction.with_tensorflow import (
        add_bias,
        chain,
        convolve,
        dense_convolution,
        direct_kernel,
        kernel,
        measured_conv_plan,
        measured_plan,
        prepare_tt_matmul,
        prepared_tt_matmul,
        tt_bags,
        tt_matmul,
        tt_rows,
    )

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
    'conv_plan',
    'convolve',
    'cpu',
    'dense_convolution',
    'direct_kernel',
    'gpu',
    'inference_conv_plan',
    'inference_plan',
    'inference_row_plan',
    'kernel',
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


def __getattr__(name):
    if name in __all__:
        return getattr(importlib.import_module(f'{__name__}.with_tensorflow'), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__():
    return sorted(__all__)
