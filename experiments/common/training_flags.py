"""The flags that every training script has."""
from absl import flags

from experiments.common.command_line import say
from experiments.common.flag_types import check_positive, define_run_dir
from experiments.common.part import ALONE

CHECKPOINT_FLAGS = ['checkpoint_seconds']
RUN_FLAGS = ['batch_size', 'learning_rate', 'seed', 'log_dir', 'restart']
TRAINING_FLAGS = ['epochs'] + RUN_FLAGS
STEPS_FLAGS = ['max_steps', 'eval_steps', 'minutes'] + RUN_FLAGS


def define_training_flags(epochs, batch_size, learning_rate, log_dir, epochs_help='',
                          learning_rate_help='', examples='training images',
                          of_a_step='images'):
    """Defines the `TRAINING_FLAGS`, of a run of whole epochs, with a script's defaults.

    Args:
        epochs: default of `--epochs`, or None where the script chooses.
        batch_size, log_dir: defaults of the flags of these names.
        learning_rate: default of `--learning_rate`, or None where the script chooses.
        epochs_help, learning_rate_help: added to the help of these flags.
        examples: what an epoch passes over, for the help.
        of_a_step: what a step takes `--batch_size` of, for the help.
    """
    flags.DEFINE_integer('epochs', epochs, f'passes over the {examples}' + epochs_help,
                         lower_bound=1)
    _define_run_flags(batch_size, learning_rate, log_dir, learning_rate_help, of_a_step)


def define_steps_flags(max_steps, eval_steps, batch_size, learning_rate, log_dir,
                       learning_rate_help=''):
    """Defines the `STEPS_FLAGS`, of a run measured in steps, with a script's defaults.

    Args:
        max_steps, eval_steps, batch_size, log_dir: defaults of the flags of these names.
        learning_rate: default of `--learning_rate`, or None where the script chooses.
        learning_rate_help: added to the help of that flag.
    """
    flags.DEFINE_integer('max_steps', max_steps, 'training steps of the whole run', lower_bound=1)
    flags.DEFINE_integer('eval_steps', eval_steps, 'training steps between two evaluations',
                         lower_bound=1)
    flags.DEFINE_float('minutes', None, 'minutes after which the run ends, even before '
                       '--max_steps; time before a resume counts (default: no limit)')
    flags.register_validator('minutes', lambda minutes: minutes is None or 0 < minutes,
                             message='expected a positive number')
    _define_run_flags(batch_size, learning_rate, log_dir, learning_rate_help)


def define_checkpoint_flags():
    """Defines the `CHECKPOINT_FLAGS`."""
    flags.DEFINE_float('checkpoint_seconds', 60, 'seconds between two checkpoints, the most that a '
                       'killed run loses', lower_bound=0)


def run_options_of_flags(report=say, part=ALONE):
    """The `RunOptions` by the flags; TensorFlow is imported already.

    Args:
        report: called with lines of text.
        part: an `Alone`, or the part of this process in a cluster.
    """
    from experiments.common.run import RunOptions

    values = flags.FLAGS
    run_options = RunOptions(values.log_dir, values.restart, report, part=part)
    if 'checkpoint_seconds' not in values:
        return run_options
    return run_options._replace(checkpoint_secs=values.checkpoint_seconds)


def check_batch_size(size):
    """Raises `IllegalFlagValueError` where `--batch_size` exceeds the number of training images.
    """
    batch_size = flags.FLAGS.batch_size
    if batch_size > size:
        raise flags.IllegalFlagValueError(f'flag --batch_size={batch_size}: expected at most '
                                          f'{size}, the number of training images')


def _define_run_flags(batch_size, learning_rate, log_dir, learning_rate_help='',
                      of_a_step='images'):
    flags.DEFINE_integer('batch_size', batch_size, f'{of_a_step} in a training step',
                         lower_bound=1)
    flags.DEFINE_float('learning_rate', learning_rate,
                       'highest learning rate' + learning_rate_help)
    flags.DEFINE_integer('seed', 1, 'seed of initial values and shuffling', lower_bound=0,
                         upper_bound=2 ** 31 - 1)
    define_run_dir(log_dir, 'folder for checkpoints, TensorBoard logs, results.json and '
                   'learning_curve.png')
    flags.DEFINE_boolean('restart', False, 'start over, removing the run in --log_dir')
    check_positive('learning_rate')
