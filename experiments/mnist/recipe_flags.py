"""The flags of the MNIST experiments that say how every network is trained."""
from absl import flags

RECIPE_FLAGS = ['initializer', 'dropout', 'label_smoothing']

# Passes over the training images where --epochs does not say.
EPOCHS = {'mnist': 20, 'fashion_mnist': 20, 'digits': 30}
EPOCHS_HELP = f' (default: {EPOCHS["mnist"]}, or {EPOCHS["digits"]} for digits)'


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_enum('initializer', 'he', ['he', 'xavier'], 'initial weights of the hidden layer: '
                      'he, by the scale of the matrix, or xavier, by that of each core or factor')
    flags.DEFINE_float('dropout', 0.15, 'share of the hidden units that dropout sets to zero')
    flags.DEFINE_float('label_smoothing', 0.05, 'share of a label that all classes have in common')
    for name in ('dropout', 'label_smoothing'):
        flags.register_validator(name, lambda share: 0 <= share < 1,
                                 message='expected a number from 0 to less than 1')
