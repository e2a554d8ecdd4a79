"""The flag that chooses the devices."""
from absl import flags

from experiments.common.expected_error import ExpectedError

FLAGS = flags.FLAGS


class MissingDevicesError(ExpectedError):
    """There are not as many GPUs as asked for."""


def define_tower_flags():
    """Defines `--num_gpus`."""
    flags.DEFINE_integer('num_gpus', 0, 'towers, each on a GPU of its own with its share of the '
                         'batch; 0 makes one tower wherever TensorFlow puts it, on a GPU if it '
                         'finds one', lower_bound=0)
    flags.register_multi_flags_validator(
        ['batch_size', 'num_gpus'],
        lambda values: values['batch_size'] % max(1, values['num_gpus']) == 0,
        message='expected --batch_size to be a multiple of --num_gpus')


def tower_devices():
    """The devices of the towers, a list of names; [] for one wherever TensorFlow puts it.

    Raises:
        MissingDevicesError: there are fewer GPUs.
    """
    import tensorflow.compat.v1 as tf
    count = FLAGS.num_gpus
    found = len(tf.config.experimental.list_physical_devices('GPU')) if count else 0
    if found < count:
        raise MissingDevicesError(f'--num_gpus={count}: TensorFlow sees {found} GPUs; pass '
                                  '--num_gpus=0 to train without')
    return [f'/gpu:{number}' for number in range(count)]
