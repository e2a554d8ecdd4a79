"""Compressing the dense MNIST network: conversion, fine-tuning, and TT from scratch beside it."""
import collections
import os

import tensorflow.compat.v1 as tf

from experiments.common.expected_error import ExpectedError
from experiments.mnist import fine_tuning, recipe
from tensornet.checkpoints import CheckpointError
from tensornet.convert import Request, convert_checkpoint

LAYER = 'inference/hidden'

Recipes = collections.namedtuple('Recipes', ['dense', 'fine_tuning', 'scratch'])
Recipes.__doc__ = """How each kind of network is trained, three `recipe.Options`.

Attributes:
    dense: the dense network.
    fine_tuning: a converted network; the ranks do not count.
    scratch: a TT network that starts from random cores; the ranks do not count.
"""


class CompressionError(ExpectedError):
    """The dense network's checkpoint cannot be read, or the converted one not written."""


def compress(data, recipes, targets, log_dir, restart=False, report=print):
    """Trains the dense network, then converts and fine-tunes it for each target.

    Every step lies in a folder of its own below `log_dir` and is resumed or skipped when the same
    call comes again.

    Args:
        data: an `ImageSet`.
        recipes: a `Recipes`.
        targets: list of pairs of a name and a target of `tensornet.convert`, such as
            `('rank 8', {'max_rank': 8})`.
        log_dir: folder of all runs.
        restart: whether to start all of them over.
        report: called with lines of text.

    Returns:
        Dict of JSON values: `dense` and a list `compressed`, one for each target.

    Raises:
        WrongLogDirError, RunInterruptedError, DivergenceError: see `recipe.train_network`.
    """
    report('the dense network')
    dense_dir = os.path.join(log_dir, 'dense')
    dense = recipe.train_network(data, recipes.dense, dense_dir, restart, report)
    report(f'dense: test error {dense["test_error"]:.2f}%')
    compressed = []
    for name, target in targets:
        folder = os.path.join(log_dir, name.replace(' ', '_'))
        entry = _compressed(data, recipes, target, dense_dir, folder, restart, report)
        above_dense = round(entry['fine_tuned_error'] - dense['test_error'], 4)
        compressed.append(dict(entry, name=name, above_dense=above_dense))
    return {
        'dataset': data.name, 'tensorflow': tf.__version__,
        'recipes': {name: dict(options._asdict())
                    for name, options in recipes._asdict().items()},
        'dense': dense, 'compressed': compressed}


def _compressed(data, recipes, target, dense_dir, folder, restart, report):
    converted = os.path.join(folder, 'converted', 'model.ckpt')
    request = Request(LAYER, inp_modes=recipes.scratch.inp_modes,
                      out_modes=recipes.scratch.out_modes, target=target)
    try:
        conversion = convert_checkpoint(dense_dir, converted, [request], force=True)
    except CheckpointError as error:
        raise CompressionError(error) from error
    layer = conversion.as_dict()['layers'][0]
    tuning = recipes.fine_tuning._replace(ranks=layer['ranks'])
    converted_error = fine_tuning.measure(data, tuning, converted)
    report(f'{os.path.basename(folder)}: ranks {layer["ranks"]}, {layer["parameters_after"]} '
           f'parameters, {layer["compression"]:.1f} times fewer, relative error '
           f'{layer["relative_error"]:.3f}; converted: test error {converted_error:.2f}%')
    fine_tuned = fine_tuning.fine_tune(data, tuning, converted, os.path.join(folder, 'fine_tuned'),
                                       restart, report)
    report(f'fine-tuned: test error {fine_tuned["test_error"]:.2f}%; now from scratch')
    scratch = recipe.train_network(data, recipes.scratch._replace(ranks=layer['ranks']),
                                   os.path.join(folder, 'from_scratch'), restart, report)
    report(f'from scratch: test error {scratch["test_error"]:.2f}%')
    return {
        'ranks': layer['ranks'], 'parameters': layer['parameters_after'],
        'compression': layer['compression'], 'relative_error': layer['relative_error'],
        'converted_error': converted_error, 'fine_tuned_error': fine_tuned['test_error'],
        'fine_tuning_seconds': fine_tuned['seconds'], 'from_scratch_error': scratch['test_error'],
        'from_scratch_seconds': scratch['seconds']}
