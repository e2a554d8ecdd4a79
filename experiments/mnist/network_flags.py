"""The flags of the MNIST experiments that say which layer is made and how networks are trained."""
from absl import flags

from experiments.common import computation_flags
from experiments.common.computation_flags import COMPUTATION_FLAGS
from experiments.common.flag_types import (
    check_same_length,
    check_share,
    check_size,
    define_integer_list,
)

FLAGS = flags.FLAGS
MODES_FLAGS = ['inp_modes', 'out_modes']
RECIPE_FLAGS = ['initializer', 'dropout', 'label_smoothing', 'shift']

# Passes over the training images where --epochs does not say.
EPOCHS = {'mnist': 25, 'fashion_mnist': 25, 'digits': 30}
EPOCHS_HELP = f' (default: {EPOCHS["mnist"]}, or {EPOCHS["digits"]} for digits)'
# How the runs of earlier versions, which do not say it, were trained and computed.
EARLIER = dict(computation_flags.EARLIER, initializer='xavier', dropout=0.4, label_smoothing=0.05,
               shift=0)

_FEATURES = 1024


def define_modes_flags():
    """Defines the `MODES_FLAGS`: as many input as output modes, each multiplying to 1024."""
    define_integer_list('inp_modes', '4,8,8,4', 'input modes of the TT-layer')
    define_integer_list('out_modes', '4,8,8,4', 'output modes of the TT-layer')
    for name in MODES_FLAGS:
        check_size(name, _FEATURES)
    check_same_length('out_modes', 'inp_modes')


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_enum('initializer', 'he', ['he', 'xavier'], 'initial weights of the hidden layer: '
                      'he, by the scale of the matrix, or xavier, by that of each core or factor')
    flags.DEFINE_float('dropout', 0.05, 'share of the hidden units that dropout sets to zero')
    flags.DEFINE_float('label_smoothing', 0.05, 'share of a label that all classes have in common')
    flags.DEFINE_integer('shift', 1, 'the most pixels by which training images are moved at random',
                         lower_bound=0, upper_bound=32)
    for name in ('dropout', 'label_smoothing'):
        check_share(name)


def options_of_flags(epochs, **others):
    """The `recipe.Options` by the flags.

    Args:
        epochs: passes over the training images where `--epochs` does not say.
        others: the options that say which layer is trained, or take the place of flags.
    """
    from experiments.mnist.recipe import Options

    names = ['batch_size', 'learning_rate', 'seed'] + COMPUTATION_FLAGS + RECIPE_FLAGS
    values = {name: FLAGS[name].value for name in names}
    return Options(**dict(values, epochs=FLAGS.epochs or epochs, **others))
