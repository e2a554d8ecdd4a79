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


def define_computation_flags(precision_of='training and evaluation'):
    """Defines the `COMPUTATION_FLAGS`.

    Args:
        precision_of: what `--precision` decides, for its help.
    """
    define_plan_flag()
    flags.DEFINE_enum('precision', 'float32', PRECISIONS, f'of the arithmetic of {precision_of}: '
                      'float32 or bfloat16, which needs TensorFlow 2 and a CPU that computes in '
                      'it; weights and checkpoints are float32 in any case')


def define_plan_flag():
    """Defines `--plan`."""
    flags.DEFINE_enum('plan', 'auto', PLANS, 'how the TT-layers are computed: auto, by the '
                      'estimated time; chain, core by core; full, by the whole matrix or kernel; '
                      'measure, the fastest by times taken before the start, some seconds for a '
                      'layer, remembered in the file that TENSORNET_WISDOM names')
