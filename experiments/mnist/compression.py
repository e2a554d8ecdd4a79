"""Compressing the dense MNIST network: conversion, fine-tuning, and TT-layers from scratch."""
import collections
import os

import tensorflow.compat.v1 as tf

from experiments.mnist import fine_tuning, recipe
from experiments.mnist.fitting import convert_network, inputs_of
from experiments.mnist.preparation import Preparation
from tensornet.wording import counted

Recipes = collections.namedtuple('Recipes', ['dense', 'fine_tuning', 'fitted_tuning', 'scratch',
                                             'prepared'])
Recipes.__doc__ = """How each kind of network is trained, five `recipe.Options`.

Attributes:
    dense: the dense network.
    fine_tuning: a converted network; the ranks do not count.
    fitted_tuning: a converted network that was fitted to the training images; the ranks do not
        count.
    scratch: a TT network that starts from random cores; the ranks do not count. It is trained
        twice: for these epochs, and for those of `fine_tuning`.
    prepared: a dense network that is pulled towards the TT-matrices; it is fine-tuned as
        `fine_tuning` and `fitted_tuning` say.
"""

Fit = collections.namedtuple('Fit', ['images', 'steps'])
Fit.__doc__ = """To how many training images, at most, a layer is fitted, and in how many steps."""


def compress(data, recipes, targets, fit, pulling, run_options):
    """Trains the dense network, then converts and fine-tunes it for each target.

    For each target another dense network is trained that is pulled towards TT-matrices of its
    ranks. It is converted and fine-tuned in the same way.

    Every step lies in a folder of its own and is resumed or skipped when the same call comes
    again.

    Args:
        data: an `ImageSet`.
        recipes: a `Recipes`.
        targets: list of pairs of a name and a target of `tensornet.convert`, such as
            `('rank 8', {'max_rank': 8})`.
        fit: a `Fit`.
        pulling: dict of the other attributes of `preparation.Preparation` than modes and ranks.
        run_options: the `RunOptions` of all runs, with the folder that theirs lie in.

    Returns:
        Dict of JSON values: `dense` and a list `compressed`, one for each target.

    Raises:
        WrongLogDirError, RunInterruptedError, DivergenceError: see `recipe.train_network`.
        CompressionError: see `convert_network`.
    """
    report, dense_run = run_options.report, run_options.within('dense')
    report('the dense network')
    dense = recipe.train_network(data, recipes.dense, dense_run)
    report(f'dense: test error {dense["test_error"]:.2f}%')
    inputs = inputs_of(data, fit.images)
    compressed = []
    for name, target in targets:
        below = run_options.within(name.replace(' ', '_'))
        entry = _compressed(data, recipes, target, inputs, fit.steps, dense_run.log_dir, below)
        entry.update(_prepared(data, recipes, entry['ranks'], inputs, fit.steps, pulling, below))
        above_dense = round(entry['fitted_tuned_error'] - dense['test_error'], 4)
        compressed.append(dict(entry, name=name, above_dense=above_dense))
    return {
        'dataset': data.name, 'tensorflow': tf.__version__, 'fit_images': len(inputs),
        'fit_steps': fit.steps, 'pulling': pulling,
        'recipes': {name: dict(options._asdict())
                    for name, options in recipes._asdict().items()},
        'dense': dense, 'compressed': compressed}


def _compressed(data, recipes, target, inputs, steps, dense_dir, run_options):
    """The results of the dense network, converted to one target."""
    folder, report = run_options.log_dir, run_options.report
    plain = convert_network(dense_dir, os.path.join(folder, 'converted'), recipes.scratch, target)
    layer, ranks = plain.layer, plain.layer['ranks']
    report(f'{os.path.basename(folder)}: ranks {ranks}, {layer["parameters_after"]} parameters, '
           f'{layer["compression"]:.1f} times fewer, relative error {layer["relative_error"]:.3f}')
    converted_error, fine_tuned = _tuned(data, recipes.fine_tuning._replace(ranks=ranks), plain,
                                         run_options.within('fine_tuned'), 'converted')
    fitted = convert_network(
        dense_dir, os.path.join(folder, 'fitted'), recipes.scratch, {'ranks': ranks}, inputs, steps)
    errors = fitted.layer['output_errors']
    report(f'fitted to {len(inputs)} images: error of the logits {errors["before"]:.3f}, then '
           f'{errors["after"]:.3f}')
    fitted_error, fitted_tuned = _tuned(data, recipes.fitted_tuning._replace(ranks=ranks), fitted,
                                        run_options.within('fitted_tuned'), 'fitted')
    scratch = recipes.scratch._replace(ranks=ranks)
    short, long = [recipe.train_network(
        data, scratch._replace(epochs=epochs), run_options.within(f'from_scratch_{epochs}'))
        for epochs in (recipes.fine_tuning.epochs, scratch.epochs)]
    report(f'from scratch: test error {short["test_error"]:.2f}% after '
           f'{counted(short["epochs"], "epoch", "epochs")}, {long["test_error"]:.2f}% after '
           f'{long["epochs"]}')
    return {
        'ranks': ranks, 'parameters': layer['parameters_after'],
        'compression': layer['compression'], 'relative_error': layer['relative_error'],
        'output_errors': errors, 'converted_error': converted_error,
        'fine_tuned_error': fine_tuned['test_error'],
        'fine_tuning_seconds': fine_tuned['seconds'], 'fitted_error': fitted_error,
        'fitted_tuned_error': fitted_tuned['test_error'],
        'short_scratch_error': short['test_error'], 'from_scratch_error': long['test_error'],
        'from_scratch_seconds': long['seconds']}


def _prepared(data, recipes, ranks, inputs, steps, pulling, run_options):
    """The results of a dense network that was trained for the conversion to these ranks."""
    folder, report = run_options.log_dir, run_options.report
    options, dense_run = recipes.prepared, run_options.within('prepared')
    towards = Preparation(options.inp_modes, options.out_modes, ranks, **pulling)
    report('pulled towards these ranks')
    dense = recipe.train_network(data, options, dense_run, towards)
    plain = convert_network(dense_run.log_dir, os.path.join(folder, 'prepared_converted'),
                            recipes.scratch, {'ranks': ranks})
    report(f'prepared: test error {dense["test_error"]:.2f}%, relative error of the converted '
           f'weights {plain.layer["relative_error"]:.3f}')
    error, tuned = _tuned(data, recipes.fine_tuning._replace(ranks=ranks), plain,
                          run_options.within('prepared_tuned'), 'prepared')
    fitted = convert_network(dense_run.log_dir, os.path.join(folder, 'prepared_fitted'),
                             recipes.scratch, {'ranks': ranks}, inputs, steps)
    fitted_error, fitted_tuned = _tuned(
        data, recipes.fitted_tuning._replace(ranks=ranks), fitted,
        run_options.within('prepared_fitted_tuned'), 'prepared and fitted')
    return {
        'prepared_dense_error': dense['test_error'], 'prepared_seconds': dense['seconds'],
        'prepared_relative_error': plain.layer['relative_error'], 'prepared_error': error,
        'prepared_tuned_error': tuned['test_error'], 'prepared_fitted_error': fitted_error,
        'prepared_fitted_tuned_error': fitted_tuned['test_error']}


def _tuned(data, options, converted, run_options, name):
    """The test error of a `Converted` network, and the last entry of its fine-tuning."""
    error = fine_tuning.measure(data, options, converted.prefix)
    run_options.report(f'{name}: test error {error:.2f}%')
    tuned = fine_tuning.fine_tune(data, options, converted, run_options)
    run_options.report(f'{name}, fine-tuned: test error {tuned["test_error"]:.2f}%')
    return error, tuned
