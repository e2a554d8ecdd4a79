"""The data sets of the MNIST experiments by name."""
from experiments.common.digits import load_digits
from experiments.common.errors import MissingDataSetError
from experiments.common.mnist_files import NAMES, load_mnist

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
