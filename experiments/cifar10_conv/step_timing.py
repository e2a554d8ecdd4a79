"""The time of a training step of several runs' networks, side by side in one process."""
import platform

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import recipe
from experiments.cifar10_conv.run_comparison import RunComparisonError
from experiments.cifar10_conv.run_network import IMAGE_SHAPE
from experiments.common import comparison
from experiments.common.computation import (
    UnavailablePrecisionError,
    check_precision,
    session_config,
    training_graph,
)
from experiments.common.image_set import image_set

# Enough that the pipeline rarely begins a new epoch.
_BATCHES = 20


def time_steps(runs, networks, repetitions):
    """Times training steps of the runs' networks, which take turns.

    The graph is that of the recipe with its input pipeline, in one tower. The images are random:
    a step costs the same whatever it sees, and no data set is needed. Each network trains from
    its initial values, with the plan and the precision of its run, in a graph and a session of its
    own; no file is written.

    Args:
        runs: list of `run_comparison.Run`.
        networks: their `Network`s.
        repetitions: how often the steps of each are timed, after a warm-up.

    Returns:
        Dict of JSON values: `steps`, for each run a dict of `median_ms` and `quartiles_ms`, and
        `machine`.
    """
    times = comparison.time_steps(
        [_built(run, network) for run, network in zip(runs, networks)], repetitions)
    return {'steps': times['steps'],
            'machine': {'repetitions': repetitions, 'tensorflow': tf.__version__,
                        'python': platform.python_version(), 'cores': times['cores'],
                        'system': platform.platform()}}


def check_precisions(runs):
    """Raises `RunComparisonError` where TensorFlow does not compute in a run's precision here."""
    for run in runs:
        try:
            check_precision(run.settings['precision'])
        except UnavailablePrecisionError as error:
            raise RunComparisonError(f'{run.folder}: the run cannot be timed here, pass '
                                     f'--step_repetitions=0 ({error})') from error


def _built(run, network):
    """A network's training graph, its task, and the configuration of its session."""
    options = recipe.Options(**{name: run.settings[name] for name in recipe.Options._fields})
    experiment = recipe.Experiment(_random_images(options.batch_size), network, options)
    config = session_config(options.precision, tf.ConfigProto(allow_soft_placement=True))
    return (*training_graph(options, lambda: recipe.build_task(experiment), config=config), config)


def _random_images(batch_size):
    random = np.random.RandomState(0)
    parts = []
    for size in (_BATCHES * batch_size, 1):
        parts += [random.randint(0, 256, [size] + IMAGE_SHAPE).astype(np.uint8),
                  random.randint(0, 10, size)]
    return image_set('random', *parts)
