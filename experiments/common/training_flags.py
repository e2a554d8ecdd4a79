"""The flags that every training script has."""
# absl.logging, which TensorFlow loads, defines a --log_dir of its own. It is loaded first, so
# that it is its flag that gets replaced.
from absl import flags, logging  # noqa: F401

TRAINING_FLAGS = ['epochs', 'batch_size', 'learning_rate', 'seed', 'log_dir', 'restart']


def define_training_flags(epochs, batch_size, learning_rate, log_dir, epochs_help=''):
    """Defines the `TRAINING_FLAGS` with a script's defaults.

    Args:
        epochs: default of `--epochs`, or None where the script chooses.
        batch_size, learning_rate, log_dir: defaults of the flags of these names.
        epochs_help: added to the help of `--epochs`.
    """
    flags.DEFINE_integer('epochs', epochs, 'passes over the training images' + epochs_help,
                         lower_bound=1)
    flags.DEFINE_integer('batch_size', batch_size, 'images in a training step', lower_bound=1)
    flags.DEFINE_float('learning_rate', learning_rate, 'highest learning rate')
    flags.DEFINE_integer('seed', 1, 'seed of initial values and shuffling', lower_bound=0,
                         upper_bound=2 ** 31 - 1)
    flags.DEFINE_string('log_dir', log_dir, 'folder for checkpoints, TensorBoard logs, '
                        'results.json and learning_curve.png', allow_override=True)
    flags.DEFINE_boolean('restart', False, 'start over, removing the run in --log_dir')
    flags.register_validator('learning_rate', lambda rate: 0 < rate < float('inf'),
                             message='expected a positive number')
    flags.register_validator('log_dir', bool, message='expected the name of a folder')
