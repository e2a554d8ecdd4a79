"""Data sets that Keras downloads."""
import contextlib
import socket

from experiments.common.errors import MissingDataSetError

_SECONDS = 20


def download(name, folders, files, report=print):
    """Has `tf.keras.datasets` download a data set, or find it in its own cache.

    Args:
        name: the name of a module in `tf.keras.datasets`.
        folders: list of the folders in which no files were found.
        files: text that names the files that were looked for.
        report: called with a line of text before the download.

    Returns:
        `((train_images, train_labels), (test_images, test_labels))`, arrays as Keras has them.

    Raises:
        MissingDataSetError: Keras could not provide it; names the files and folders.
    """
    # Only here, so that reading files needs no TensorFlow.
    import tensorflow as tf
    report(f'{name}: no files in {" or ".join(folders)}; asking tf.keras.datasets')
    try:
        with network_timeout():
            return getattr(tf.keras.datasets, name).load_data()
    # Keras raises a bare Exception where a download fails.
    except Exception as error:
        raise MissingDataSetError(
            f'{name}: looked for {files} in {" and ".join(folders)}, and tf.keras.datasets could '
            f'not provide it ({error}); pass --data_dir, the folder that holds them') from error


@contextlib.contextmanager
def network_timeout():
    """Context in which new connections fail when nothing arrives for 20 seconds.

    Keras' downloads set no limit of their own and would wait for ever without a network.
    """
    previous = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(previous)
