"""The results of a run."""
import os

import tensorflow.compat.v1 as tf

from experiments.common.run_folder import RESULTS
from tensornet.whole_file import write_json


def write_results(log_dir, dataset, test_error, train_error, epochs, steps, seconds, parameters,
                  dense_parameters, seed, tensorflow=None, **further):
    """Writes `results.json`, atomically.

    Args:
        log_dir: folder of the run.
        dataset: name of the data set.
        test_error, train_error: percent.
        epochs, steps: length of the run.
        seconds: time spent training and evaluating, over all resumes.
        parameters: trainable parameters of the whole network.
        dense_parameters: those of the same network with dense layers, or None if there is none.
        seed: the run's seed.
        tensorflow: the version that trained, of the run's record; None means that of this process.
        further: JSON values of this script alone.

    Returns:
        The content of the file, a dict.
    """
    content = {
        'dataset': dataset,
        'test_error': round(test_error, 4),
        'train_error': round(train_error, 4),
        'epochs': epochs,
        'steps': steps,
        'seconds': round(seconds, 1),
        'parameters': parameters,
        'dense_parameters': dense_parameters,
        'compression': dense_parameters and round(dense_parameters / parameters, 3),
        'seed': seed,
        'tensorflow': tensorflow or tf.__version__,
    }
    content.update(further)
    write_json(os.path.join(log_dir, RESULTS), content)
    return content
