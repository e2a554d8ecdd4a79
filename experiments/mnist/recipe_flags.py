"""The flags of the MNIST experiments that say how every network is trained."""
from absl import flags

from experiments.common import computation_flags

RECIPE_FLAGS = ['initializer', 'dropout', 'label_smoothing', 'shift']

# Passes over the training images where --epochs does not say.
EPOCHS = {'mnist': 25, 'fashion_mnist': 25, 'digits': 30}
# How the runs of earlier versions, which do not say it, were trained and computed.
EARLIER = dict(computation_flags.EARLIER, initializer='xavier', dropout=0.4, label_smoothing=0.05,
               shift=0)

EPOCHS_HELP = f' (default: {EPOCHS["mnist"]}, or {EPOCHS["digits"]} for digits)'


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_enum('initializer', 'he', ['he', 'xavier'], 'initial weights of the hidden layer: '
                      'he, by the scale of the matrix, or xavier, by that of each core or factor')
    flags.DEFINE_float('dropout', 0.05, 'share of the hidden units that dropout sets to zero')
    flags.DEFINE_float('label_smoothing', 0.05, 'share of a label that all classes have in common')
    flags.DEFINE_integer('shift', 1, 'pixels by which training images are moved at random, at most',
                         lower_bound=0, upper_bound=32)
    for name in ('dropout', 'label_smoothing'):
        flags.register_validator(name, lambda share: 0 <= share < 1,
                                 message='expected a number from 0 to less than 1')
