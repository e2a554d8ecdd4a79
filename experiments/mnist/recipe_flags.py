"""The flags of the MNIST experiments that say how every network is trained."""
from absl import flags

RECIPE_FLAGS = ['dropout', 'label_smoothing']


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_float('dropout', 0.4, 'share of the hidden units that dropout sets to zero')
    flags.DEFINE_float('label_smoothing', 0.05, 'share of a label that all classes have in common')
    for name in RECIPE_FLAGS:
        flags.register_validator(name, lambda share: 0 <= share < 1,
                                 message='expected a number from 0 to less than 1')
