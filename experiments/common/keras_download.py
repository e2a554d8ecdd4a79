"""Data sets that Keras downloads."""
from experiments.common.missing_data_set import MissingDataSetError
from experiments.common.network_timeout import network_timeout


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
            f'not provide it ({error}); pass --data_dir') from error
