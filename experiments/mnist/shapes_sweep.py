"""Training the networks of figure 1, one after the other, from several seeds."""
import functools
import statistics

import tensorflow.compat.v1 as tf

from experiments.common.comparison import train_in_turn
from experiments.common.graphs import new_graph
from experiments.common.ranks import full_ranks
from experiments.mnist import recipe
from experiments.mnist.network import count_hidden_weights
from experiments.mnist.shapes_paper import MATRIX_RANK, MODES, UNCOMPRESSED, name

# What all networks have in common.
RECIPE = [field for field in recipe.Options._fields
          if field not in ('layer', 'inp_modes', 'out_modes', 'ranks')]


def train_networks(data, points, options, seeds, run_options):
    """Trains networks of the figure from several seeds, each in a folder of its own.

    All networks are trained from one seed before the next. The same call again resumes the
    training that was interrupted and trains nothing twice; so does one with more seeds.

    Args:
        data: an `ImageSet`.
        points: list of `shapes_paper.Point`, the networks, at least one.
        options: a `recipe.Options`, the same for all networks, with the first seed; what it says
            of the layer does not count.
        seeds: how many seeds, at least one; each is one more than that before.
        run_options: the `RunOptions` of all runs, with the folder that theirs lie in.

    Returns:
        Dict of JSON values: `dataset`, `tensorflow`, `recipe` and a list `networks`.

    Raises:
        WrongLogDirError: a network's folder holds a run with other settings.
        RunInterruptedError: the message says how many trainings are complete.
        DivergenceError: the message names the network.
    """
    results = {point: [] for point in points}

    def train(number, point):
        seeded = options._replace(seed=options.seed + number)
        result = recipe.train_network(data, layer_options(point, seeded),
                                      run_options.within(folder(point, number, seeded.seed)))
        results[point].append(result)
        run_options.report(f'{_which(point, seeded.seed)}: test error '
                           f'{result["test_error"]:.2f}% (paper {point.test_error:.4g}%)')

    train_in_turn([(_which(point, options.seed + number), functools.partial(train, number, point))
                   for number in range(seeds) for point in points], run_options.restart,
                  run_options.report)
    return {
        'dataset': data.name, 'tensorflow': tf.__version__,
        'recipe': dict({field: getattr(options, field) for field in RECIPE}, seeds=seeds),
        'networks': [_entry(data, options, point, results[point]) for point in points]}


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
    return options._replace(layer='tt', inp_modes=modes, out_modes=modes,
                            ranks=full_ranks(point.rank, modes))


def hidden_weights(data, options):
    """The number of weights of the first layer, without biases, counted in the built graph.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options`.
    """
    with new_graph():
        recipe.build_inference(data, options)
        return count_hidden_weights()


def folder(point, number, seed):
    """The name of a training's folder.

    Args:
        point: a `shapes_paper.Point`.
        number: of the seed, from 0. The folder of the first does not name its seed.
        seed: the seed.
    """
    network = name(point).replace(' ', '_')
    return f'{network}_seed_{seed}' if number else network


def _entry(data, options, point, results):
    """What the report says of a network, by the results of its trainings."""
    errors = [result['test_error'] for result in results]
    return {
        'shape': point.shape, 'rank': point.rank,
        'parameters': hidden_weights(data, layer_options(point, options)),
        'test_error': round(statistics.mean(errors), 4), 'test_errors': errors,
        'deviation': round(statistics.stdev(errors), 4) if len(errors) > 1 else None,
        'paper_test_error': point.test_error,
        'train_error': round(statistics.mean(result['train_error'] for result in results), 4),
        'seconds': round(sum(result['seconds'] for result in results), 1)}


def _which(point, seed):
    return f'{name(point)}, seed {seed}'
