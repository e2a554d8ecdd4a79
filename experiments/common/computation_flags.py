"""The flags that say how a network is computed; what it computes is the same up to rounding.

Nothing here imports TensorFlow.
"""
from absl import flags

# Those of `tensornet.layers.default_plan`.
PLANS = ('auto', 'chain', 'full', 'measure')
PRECISIONS = ('float32', 'bfloat16')
COMPUTATION_FLAGS = ['plan', 'precision']

# What the runs of earlier versions, which do not say it, were computed with.
EARLIER = {'plan': 'auto', 'precision': 'float32'}


def define_computation_flags(precision_of='the network'):
    """Defines the `COMPUTATION_FLAGS`.

    Args:
        precision_of: what computes in the precision, for the help: a noun in the singular.
    """
    define_plan_flag()
    flags.DEFINE_enum('precision', 'float32', PRECISIONS, f'the type in which {precision_of} '
                      'computes: float32, or bfloat16, which needs TensorFlow 2 and a CPU that '
                      'supports it; weights and checkpoints are float32 either way')


def define_plan_flag():
    """Defines `--plan`."""
    flags.DEFINE_enum('plan', 'auto', PLANS, 'how the TT-layers are computed: auto, in the '
                      'way estimated to be fastest; chain, core by core; full, by the whole matrix '
                      'or kernel; measure, in the way that a measurement finds fastest; it takes '
                      'some seconds for each layer and is remembered in the file that '
                      'TENSORNET_WISDOM names')
