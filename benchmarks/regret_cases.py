"""The layers whose plans are compared, and all the plans that there are for each."""

import random
from collections import namedtuple

from benchmarks.floors import PHASES
from benchmarks.random_cases import random_case
from benchmarks.workloads import CONV_WORKLOADS, TT_WORKLOADS
from tensornet.contraction import ConvShape, Setting, TTMatrixShape, conv_plan, plan
from tensornet.contraction.convolution_plans import ranked_conv_plans
from tensornet.contraction.measured_convolution_plans import TT_CONVOLUTION
from tensornet.contraction.measured_plans import TT_MATRIX
from tensornet.contraction.plans import ranked_plans

DTYPES = ('float32', 'bfloat16')

# Of layers with at most EXHAUSTIVE_CORES cores all plans are compared, of others the RANKED ones
# that the model ranks first.
EXHAUSTIVE_CORES, RANKED = 6, 60


class RegretCase(namedtuple('RegretCase', ['layer', 'shape', 'batch_size', 'dtype', 'phase'])):
    """A layer and what it is planned for.

    Attributes:
        layer: name of the layer.
        shape: `TTMatrixShape` or `ConvShape`.
        batch_size: number of samples.
        dtype: name of the data type.
        phase: 'forward' or 'training'.
    """

    __slots__ = ()

    @property
    def name(self):
        """Layer, type and phase in one line."""
        return f'{self.layer} {self.dtype} {self.phase}'

    @property
    def kind(self):
        """The `Kind` of its plans."""
        return TT_CONVOLUTION if isinstance(self.shape, ConvShape) else TT_MATRIX

    def setting(self, machine):
        """Returns the `Setting` for a machine."""
        return Setting(self.batch_size, self.phase == 'training', self.dtype, machine)


def regret_cases(count, seed):
    """Returns the workloads and `count` random layers, in both types and both phases.

    The first random layers of a seed are the same for every count.
    """
    layers = [(workload.name, TTMatrixShape(workload.inp_modes, workload.out_modes,
                                            workload.ranks), workload.batch_size)
              for workload in TT_WORKLOADS]
    layers += [(workload.name, _conv_shape(workload), workload.batch_size)
               for workload in CONV_WORKLOADS]
    draw = random.Random(seed)
    for number in range(1, count + 1):
        case = random_case(draw)
        shape = TTMatrixShape(*(tuple(part) for part in case[:3]))
        layers.append((f'random{number:02}', shape, case.batch_size))
    return [RegretCase(*layer, dtype=dtype, phase=phase)
            for layer in layers for dtype in DTYPES for phase in PHASES]


def estimated_plan(case, machine):
    """Returns the plan of a case that the model takes for the fastest."""
    setting = case.setting(machine)
    if case.kind is TT_CONVOLUTION:
        return conv_plan(case.shape, setting)
    return plan(*case.shape, **setting._asdict())


def all_plans(case, machine):
    """Returns the plans of a case with the operations that the model chooses.

    Of a TT-matrix those are all groupings in all orders, and the chain; of a convolution all
    methods, each with all plans for its products with the TT-matrix.

    Returns:
        List of plans, that of least estimated time first.
    """
    setting = case.setting(machine)
    if case.kind is TT_MATRIX:
        return _matrix_plans(case.shape, setting)
    plans = []
    for candidate in ranked_conv_plans(case.shape, setting):
        if candidate.matrix is None:
            plans.append(candidate)
        else:
            plans += [candidate._replace(matrix=matrix) for matrix in _matrix_plans(
                candidate.matrix.shape, candidate.matrix.setting)]
    return sorted(plans, key=lambda candidate: candidate.cost.seconds)


def _matrix_plans(shape, setting):
    cores = len(shape.inp_modes)
    return ranked_plans(shape, setting, 3**(cores - 1) if cores <= EXHAUSTIVE_CORES else RANKED)


def _conv_shape(workload):
    return ConvShape(TTMatrixShape(workload.inp_ch_modes, workload.out_ch_modes, workload.ranks),
                     workload.window, (1, 1), 'SAME', (workload.image,) * 2)
