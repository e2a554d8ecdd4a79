"""The data sets of the MNIST experiments by name, and the flags that choose one."""
from absl import flags

from experiments.common.digits import load_digits
from experiments.common.errors import MissingDataSetError
from experiments.common.mnist_files import NAMES, load_mnist
from experiments.common.training_flags import check_batch_size

DATA_FLAGS = ['dataset', 'data_dir']
CHOICES = ('auto',) + NAMES + ('digits',)


def load(name, data_dir='', report=print):
    """Loads a data set.

    Args:
        name: one of `CHOICES`; 'auto' is MNIST, or the embedded digits where MNIST can neither
            be found nor downloaded.
        data_dir: where to look for files, see `load_mnist`.
        report: called with a line of text on a download or a fall back.

    Returns:
        An `ImageSet`; its `name` is never 'auto'.

    Raises:
        MissingDataSetError: the data set asked for by name is missing.
        DamagedDataError: a file of the data set is damaged.
        ValueError: unknown name.
    """
    if name not in CHOICES:
        raise ValueError(f'`name` is {name!r}, expected one of {", ".join(CHOICES)}')
    if name == 'digits':
        return load_digits()
    if name != 'auto':
        return load_mnist(name, data_dir, report)
    try:
        return load_mnist('mnist', data_dir, report)
    except MissingDataSetError as missing:
        report(f'TRAINING ON THE EMBEDDED DIGITS INSTEAD OF MNIST: {missing}')
        return load_digits()


def define_data_flags():
    """Defines the `DATA_FLAGS`."""
    flags.DEFINE_enum('dataset', 'auto', CHOICES,
                      'auto is mnist, or the digits in the repository where mnist can be neither '
                      'found nor downloaded')
    flags.DEFINE_string('data_dir', '', 'folder that holds the IDX files, or a subfolder mnist or '
                        'fashion_mnist with them (default: data/ in the repository)')


def load_data(report, size=None):
    """Loads the data set that the flags name.

    Args:
        report: called with a line of text on a download or a fall back.
        size: training images to keep at most, the first ones; None for all.

    Returns:
        An `ImageSet` of at least `--batch_size` training images. The name of one that is not
        whole says so, such as `mnist[:1000]`.

    Raises:
        MissingDataSetError, DamagedDataError: see `load`.
        IllegalFlagValueError: `--batch_size` is larger than the training set.
    """
    values = flags.FLAGS
    data = load(values.dataset, values.data_dir, report)
    if size is not None and size < len(data.train_images):
        data = data._replace(
            name=f'{data.name}[:{size}]', train_images=data.train_images[:size],
            train_labels=data.train_labels[:size])
    check_batch_size(len(data.train_images))
    return data
