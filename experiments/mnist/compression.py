"""Compressing the dense MNIST network: conversion, fine-tuning, and TT from scratch beside it."""
import os

import tensorflow.compat.v1 as tf

from experiments.mnist import fine_tuning, recipe
from tensornet.convert import Request, convert_checkpoint

LAYER = 'inference/hidden'


def compress(data, options, targets, fine_tuning_options, log_dir, restart=False, report=print):
    """Trains the dense network, then converts and fine-tunes it for each target.

    Every step lies in a folder of its own below `log_dir` and is resumed or skipped when the same
    call comes again.

    Args:
        data: an `ImageSet`.
        options: a `recipe.Options` for the dense network and for those from scratch; its layer
            and ranks do not count.
        targets: list of pairs of a name and a target of `tensornet.convert`, such as
            `('rank 8', {'max_rank': 8})`.
        fine_tuning_options: a `recipe.Options` of which the epochs and the learning rate count.
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
    dense = recipe.train_network(data, options._replace(layer='dense'), dense_dir, restart, report)
    report(f'dense: test error {dense["test_error"]:.2f}%')
    compressed = []
    for name, target in targets:
        folder = os.path.join(log_dir, name.replace(' ', '_'))
        entry = _compressed(data, options, dict(target), fine_tuning_options, dense_dir, folder,
                            restart, report)
        compressed.append(dict(entry, name=name, within=entry['fine_tuned_error']
                               - dense['test_error']))
    return {'dataset': data.name, 'tensorflow': tf.__version__, 'seed': options.seed,
            'epochs': options.epochs, 'fine_tuning_epochs': fine_tuning_options.epochs,
            'dense': dense, 'compressed': compressed}


def _compressed(data, options, target, fine_tuning_options, dense_dir, folder, restart, report):
    converted = os.path.join(folder, 'converted', 'model.ckpt')
    request = Request(LAYER, inp_modes=options.inp_modes, out_modes=options.out_modes,
                      target=target)
    layer = convert_checkpoint(dense_dir, converted, [request], force=True).as_dict()['layers'][0]
    options = options._replace(layer='tt', ranks=layer['ranks'])
    converted_error = fine_tuning.measure(data, options, converted)
    report(f'{os.path.basename(folder)}: ranks {layer["ranks"]}, {layer["parameters_after"]} '
           f'parameters, {layer["compression"]:.1f} times fewer, relative error '
           f'{layer["relative_error"]:.3f}; converted: test error {converted_error:.2f}%')
    fine_tuned = fine_tuning.fine_tune(
        data, options._replace(epochs=fine_tuning_options.epochs,
                               learning_rate=fine_tuning_options.learning_rate),
        converted, os.path.join(folder, 'fine_tuned'), restart, report)
    report(f'fine-tuned: test error {fine_tuned["test_error"]:.2f}%; now from scratch')
    scratch = recipe.train_network(data, options, os.path.join(folder, 'from_scratch'), restart,
                                   report)
    report(f'from scratch: test error {scratch["test_error"]:.2f}%')
    return {
        'ranks': layer['ranks'], 'parameters': layer['parameters_after'],
        'compression': layer['compression'], 'relative_error': layer['relative_error'],
        'converted_error': converted_error, 'fine_tuned_error': fine_tuned['test_error'],
        'fine_tuning_seconds': fine_tuned['seconds'], 'from_scratch_error': scratch['test_error'],
        'from_scratch_seconds': scratch['seconds']}
