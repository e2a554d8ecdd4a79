"""The flags of the MNIST experiments that choose the data."""
from absl import flags

from experiments.common import datasets
from experiments.common.training_flags import check_batch_size

FLAGS = flags.FLAGS
DATA_FLAGS = ['dataset', 'data_dir']


def define_data_flags():
    """Defines the `DATA_FLAGS`."""
    flags.DEFINE_enum('dataset', 'auto', datasets.CHOICES,
                      f'{", ".join(datasets.CHOICES)}; auto is mnist, or the digits in the '
                      'repository where mnist can neither be found nor downloaded')
    flags.DEFINE_string('data_dir', '', 'folder with the IDX files, or with a subfolder mnist or '
                        'fashion_mnist that holds them (default: data/ in the repository)')


def load_data(report, size=None):
    """Loads the data set that the flags name.

    Args:
        report: called with a line of text on a download or a fall back.
        size: training images to keep at most, the first ones; None for all.

    Returns:
        An `ImageSet` of at least `--batch_size` training images. The name of one that is not
        whole says so, such as `mnist[:1000]`.

    Raises:
        MissingDataSetError, DamagedDataError: see `datasets.load`.
        IllegalFlagValueError: `--batch_size` is larger than the training set.
    """
    data = datasets.load(FLAGS.dataset, FLAGS.data_dir, report)
    if size is not None and size < len(data.train_images):
        data = data._replace(
            name=f'{data.name}[:{size}]', train_images=data.train_images[:size],
            train_labels=data.train_labels[:size])
    check_batch_size(len(data.train_images))
    return data
