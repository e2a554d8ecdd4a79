"""Choosing how a layer computes that is built to be exported. Nothing here knows of TensorFlow.

In an exported graph the cores are constants. TensorFlow and most converters compute once what
depends on constants alone. Merging the cores then takes no time in a run, but bytes in the file if
a converter merges them. So either the merged cores keep to a bound, or the cores are held, which
keeps everyone from merging them ahead of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from tensornet.annotations import Modes, Ranks
from tensornet.contraction.conv_shape import checked_convolution
from tensornet.contraction.convolution_plans import fastest_conv_plan
from tensornet.contraction.plan_arguments import checked_product
from tensornet.contraction.plans import fastest_plan
from tensornet.contraction.row_plans import checked_table, fastest_row_plan
from tensornet.contraction.setting import Setting
from tensornet.tt.arguments import check_integer

if TYPE_CHECKING:
    from tensornet.contraction.conv_shape import ConvShape
    from tensornet.contraction.convolution_plans import ConvPlan
    from tensornet.contraction.machine import Machine
    from tensornet.contraction.plans import Plan
    from tensornet.contraction.row_plans import RowPlan


def inference_plan(inp_modes: Modes, out_modes: Modes, ranks: Ranks, batch_size: int = 1, *,
                   dtype: str = 'float32', machine: Optional[Machine] = None,
                   constant_bytes: Optional[int] = None) -> Plan:
    """Chooses the fastest way to multiply by a TT-matrix of constants, within bytes of a file.

    Args:
        inp_modes, out_modes, ranks, batch_size, dtype, machine: as for `plan`.
        constant_bytes: how many bytes the constants may take in a file, whatever a converter
            merges; what multiplies the batch are then constants. Where they are fewer than those of
            the cores, no more than these are taken. None is the bytes of the cores; then cores may
            be merged in each run as well.

    Returns:
        `Plan`.

    Raises:
        ValueError, TypeError: as for `plan`.
    """
    shape, setting = checked_product('inference_plan', inp_modes, out_modes, ranks, Setting(
        batch_size, False, dtype, machine, constant_bytes))
    if constant_bytes is not None:
        return fastest_plan(shape, setting)
    held = fastest_plan(shape, setting._replace(held=True))
    merged = fastest_plan(shape, setting._replace(constant_bytes=held.core_bytes))
    return _faster(held, merged, held.core_bytes)


def inference_conv_plan(shape: ConvShape, setting: Setting,
                        core_bytes: Optional[int] = None) -> ConvPlan:
    """Chooses the fastest way to convolve with constants, within bytes of a file.

    Args:
        shape: `ConvShape`.
        setting: `Setting`; its `constant_bytes` are those of `inference_plan`. Whether it is for
            training does not matter.
        core_bytes: bytes of what the filters and cores are made of in each run, where that is not
            filters and cores. None is those of filters and cores. It has no effect beside
            `setting.constant_bytes`.

    Returns:
        `ConvPlan`.

    Raises:
        ValueError, TypeError: as for `conv_plan`.
    """
    if isinstance(setting, Setting):
        setting = setting._replace(training=False)
    shape, setting = checked_convolution('inference_conv_plan', shape, setting)
    if core_bytes is not None:
        core_bytes = check_integer('inference_conv_plan', 'core_bytes', core_bytes)
    if setting.constant_bytes is not None:
        return fastest_conv_plan(shape, setting)
    held = fastest_conv_plan(shape, setting._replace(held=True))
    core_bytes = held.core_bytes if core_bytes is None else core_bytes
    merged = fastest_conv_plan(shape, setting._replace(constant_bytes=core_bytes))
    return _faster(held, merged, core_bytes)


def inference_row_plan(voc_modes: Modes, emb_modes: Modes, ranks: Ranks, batch_size: int = 1, *,
                       dtype: str = 'float32', machine: Optional[Machine] = None,
                       constant_bytes: Optional[int] = None) -> RowPlan:
    """Chooses the fastest way to look up rows of a table of constants, within bytes of a file.

    Args:
        voc_modes, emb_modes, ranks, batch_size, dtype, machine: as for `row_plan`.
        constant_bytes: how many bytes the constants may take in a file, whatever a converter
            merges; the cores as they are may always be used. None is the bytes of the cores.

    Returns:
        `RowPlan`.

    Raises:
        ValueError, TypeError: as for `row_plan`.
    """
    shape, setting = checked_table('inference_row_plan', voc_modes, emb_modes, ranks, Setting(
        batch_size, False, dtype, machine, constant_bytes))
    if constant_bytes is None:
        setting = setting._replace(constant_bytes=setting.stored_itemsize * sum(shape.core_sizes))
    return fastest_row_plan(shape, setting, unique=False)


def _faster(held, merged, core_bytes):
    """Returns the plan of less estimated time; what is merged must be no larger than the cores."""
    is_merged = (merged.exported_bytes <= core_bytes
                 and merged.cost.seconds <= held.cost.seconds)
    return merged if is_merged else held
