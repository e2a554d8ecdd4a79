"""Training the networks of figure 1, one after the other."""
import os

import tensorflow.compat.v1 as tf

from experiments.common.divergence import DivergenceError
from experiments.common.interrupts import RunInterruptedError
from experiments.mnist import recipe
from experiments.mnist.network import count_hidden_weights
from experiments.mnist.shapes_paper import MATRIX_RANK, MODES, UNCOMPRESSED, name


def train_networks(data, points, options, log_dir, restart=False, report=print):
    """Trains networks of the figure, each in a folder of its own below `log_dir`.

    The same call again resumes the network that was interrupted and trains none twice.

    Args:
        data: an `ImageSet`.
        points: list of `shapes_paper.Point`, the networks, at least one.
        options: a `recipe.Options`, the same for all networks; what it says of the layer does
            not count.
        log_dir: folder of all runs.
        restart: whether to start all of them over.
        report: called with lines of text.

    Returns:
        Dict of JSON values: `dataset`, `tensorflow`, `recipe` and a list `networks`.

    Raises:
        WrongLogDirError: a network's folder holds a run with other settings.
        RunInterruptedError: the message says how many networks are complete.
        DivergenceError: the message names the network.
    """
    networks, point = [], points[0]
    try:
        for number, point in enumerate(points, 1):
            report(f'network {number} of {len(points)}: {name(point)}')
            networks.append(_train(data, layer_options(point, options), point,
                                   os.path.join(log_dir, folder(point)), restart, report))
            report(f'{name(point)}: {networks[-1]["parameters"]} weights, test error '
                   f'{networks[-1]["test_error"]:.2f}% (paper {point.test_error:.4g}%)')
    except DivergenceError as diverged:
        raise DivergenceError(
            f'{name(point)}: {diverged}. {len(networks)} of {len(points)} networks are '
            'complete') from diverged
    except RunInterruptedError as interrupted:
        raise RunInterruptedError(
            f'{name(point)}: {interrupted}. {_done(networks, points, restart)}',
            interrupted.status - 128) from interrupted
    except KeyboardInterrupt as interrupt:
        raise RunInterruptedError(
            f'{name(point)}: interrupted outside of its training steps. '
            f'{_done(networks, points, restart)}') from interrupt
    return {
        'dataset': data.name, 'tensorflow': tf.__version__,
        'recipe': {field: getattr(options, field)
                   for field in (
                       'epochs', 'batch_size', 'learning_rate', 'seed', 'plan', 'precision')},
        'networks': networks}


def layer_options(point, options):
    """The `recipe.Options` of one network.

    Args:
        point: a `shapes_paper.Point`.
        options: a `recipe.Options`, the same for all networks.
    """
    if point.shape == UNCOMPRESSED:
        return options._replace(layer='dense', inp_modes=None, out_modes=None, ranks=None)
    if point.shape == MATRIX_RANK:
        return options._replace(layer='low_rank', inp_modes=None, out_modes=None,
                                ranks=[point.rank])
    modes = MODES[point.shape]
    ranks = [1] + [point.rank] * (len(modes) - 1) + [1]
    return options._replace(layer='tt', inp_modes=modes, out_modes=modes, ranks=ranks)


def hidden_weights(data, options):
    """The number of weights of the first layer, without biases, counted in the built graph.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
    """
    with tf.Graph().as_default():
        recipe.build_inference(data, options)
        return count_hidden_weights()


def folder(point):
    """The name of a network's folder."""
    return name(point).replace(' ', '_')


def _train(data, options, point, log_dir, restart, report):
    results = recipe.train_network(data, options, log_dir, restart, report)
    return {
        'shape': point.shape, 'rank': point.rank, 'parameters': hidden_weights(data, options),
        'test_error': results['test_error'], 'paper_test_error': point.test_error,
        'train_error': results['train_error'], 'seconds': results['seconds']}


def _done(networks, points, restart):
    done = f'{len(networks)} of {len(points)} networks are complete'
    if restart:
        # The same command would throw them away.
        return f'{done}; the command without --restart keeps them and goes on from here'
    return f'{done}; the same command keeps them and goes on from here'
