"""Converted networks of CIFAR-10, measured before and after fine-tuning."""
import hashlib
import json
import os

from experiments.cifar10_conv import recipe
from experiments.cifar10_conv.checkpoints import (
    PretrainedVariables,
    UnusableCheckpointError,
    measured_error,
)
from experiments.cifar10_conv.conversion import convert_network
from experiments.cifar10_conv.network_graph import parameters_of
from experiments.common.earlier_conversion import converted_once
from experiments.common.run_folder import RESULTS
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.wording import counted

STEM = 'compression'

_CONVERSION = 'conversion.json'
# Digits of a fingerprint that are shown.
_DIGITS = 12
_OF_A_RUN = ('network', 'opts', 'dataset', 'epochs', 'learning_rate', 'parameters', 'test_error',
             'seconds')
_COLUMNS = (('svd_error', 'TT-SVD'), ('statistics_error', 'new statistics'),
            ('statistics_tuned_error', 'fine-tuned'), ('fitted_error', 'fitted'),
            ('fitted_tuned_error', 'fine-tuned'), ('scratch_error', 'from scratch'))


def compress(data, dense_dir, networks, scratch_dirs, seen, options, run_options):
    """Converts a dense network to others and fine-tunes them.

    Every step lies in a folder of its own and is resumed or skipped when the same call comes
    again.

    Args:
        data: an `ImageSet`.
        dense_dir: folder of the run of the dense network.
        networks: list of `Network`.
        scratch_dirs: folders of runs of some of these networks from scratch, with their options.
        seen: a `conversion.Input`.
        options: `recipe.Options` of the fine-tuning.
        run_options: the `RunOptions` of all runs, with the folder that theirs lie in.

    Returns:
        Dict of JSON values: `dense`, `fine_tuning`, `conversion` and a list `networks`.

    Raises:
        NetworkFileError, UnusableCheckpointError: see `convert_network`, or a folder has no
            results of a finished run, or is of none of the networks, or two are of one.
        WrongLogDirError, RunInterruptedError, DivergenceError: see `recipe.train_network`.
    """
    dense = _results(dense_dir, 'dense_dir')
    scratch = _from_scratch(scratch_dirs, networks)
    image_shape = list(data.train_images.shape[1:])
    entries = []
    for network in networks:
        below = run_options.within(network.name)
        parameters = parameters_of(network, image_shape)
        run_options.report(f'{network.name}: {parameters} parameters, '
                           f'{dense["parameters"] / parameters:.2f} times fewer')
        entry = {'network': network.name, 'opts': network.plain_opts(), 'parameters': parameters,
                 'compression': round(dense['parameters'] / parameters, 2)}
        # What says how to fit does not count without a fit.
        unfitted = seen._replace(fit_batches=0, fit_rows=0)
        kinds = [('svd', unfitted._replace(statistics_batches=0), False),
                 ('statistics', unfitted, True), ('fitted', seen, True)]
        for kind, given, is_tuned in kinds if seen.fit_batches else kinds[:2]:
            experiment = recipe.Experiment(data, network, options if is_tuned else None)
            entry.update(_converted(experiment, dense_dir, kind, given, below))
        run = scratch.get(_identity(entry))
        if run is not None:
            entry.update(scratch_error=run['test_error'], scratch_epochs=run['epochs'],
                         scratch_parameters=run['parameters'])
        entries.append(entry)
    return {'dense': dense, 'fine_tuning': dict(options._asdict()),
            'conversion': dict(seen._asdict()), 'networks': entries}


def table(results):
    """The results of `compress` as a Markdown table of test accuracies."""
    dense, options, seen = (results[name] for name in ('dense', 'fine_tuning', 'conversion'))
    lines = ['| network | parameters | fewer | ' + ' | '.join(
        f'{title}, %' for _, title in _COLUMNS) + ' |', '|---|' + '---:|' * (2 + len(_COLUMNS)),
        f'| {dense["network"]}, dense: {100 - dense["test_error"]:.2f} % | {dense["parameters"]} '
        '| 1 |' + ' |' * len(_COLUMNS)]
    for entry in results['networks']:
        accuracies = ' | '.join(f'{100 - entry[key]:.2f}' if key in entry else ''
                                for key, _ in _COLUMNS)
        lines.append(f'| {entry["network"]} | {entry["parameters"]} | {entry["compression"]:.2f} | '
                     f'{accuracies} |')
    epochs = sorted({entry['scratch_epochs'] for entry in results['networks']
                     if 'scratch_epochs' in entry})
    lines += ['', f'Test accuracies on {dense["dataset"]}. The dense network was trained for '
              f'{counted(dense["epochs"], "epoch", "epochs")}; fine-tuning takes '
              f'{options["epochs"]} more, at a learning rate of {options["learning_rate"]:g}.' + (
                  f' From scratch: {_listed(epochs)}.' if epochs else '')
              + ' New statistics: those of batch normalization taken from '
              f'{counted(seen["statistics_batches"], "batch", "batches")} of training images after '
              'the conversion, as in all columns to its right. Before fine-tuning measured in '
              'float32.']
    return '\n'.join(lines) + '\n'


def _listed(epochs):
    *others, last = epochs
    return ', '.join([*map(str, others), counted(last, 'epoch', 'epochs')])


def _converted(experiment, dense_dir, kind, seen, run_options):
    """Converts in one way, measures, and fine-tunes where there are options; a part of the entry.
    """
    name, report = experiment.network.name, run_options.report
    done, prefix = _conversion(experiment, dense_dir, seen, run_options.within(kind))
    error = done['error']
    report(f'{name}, {kind}: test accuracy {100 - error:.2f}%')
    entry = {f'{kind}_layers': done['layers'], f'{kind}_error': error}
    if experiment.options is not None:
        # A fine-tuning goes with the conversion that it began from.
        pretrained = PretrainedVariables(prefix, '^inference/', train=True,
                                         name=f'{kind} {_fingerprint(done["settings"])}')
        tuned = recipe.train_network(experiment._replace(pretrained=pretrained),
                                     run_options.within(f'{kind}_tuned'))
        report(f'{name}, {kind}, fine-tuned: test accuracy '
               f'{100 - tuned["test_error"]:.2f}%')
        entry.update({f'{kind}_tuned_error': tuned['test_error'],
                      f'{kind}_tuned_seconds': tuned['seconds']})
    return entry


def _conversion(experiment, dense_dir, seen, run_options):
    """Converts, or takes what an earlier call has written.

    Returns:
        A dict of JSON values, `settings`, `layers` and `error`, and the prefix of the checkpoint.
    """
    data, network, folder = experiment.data, experiment.network, run_options.log_dir
    prefix, path = os.path.join(folder, 'model.ckpt'), os.path.join(folder, _CONVERSION)
    try:
        step = int(Checkpoint(dense_dir).read('global_step'))
    except CheckpointError as error:
        raise UnusableCheckpointError(f'--dense_dir={dense_dir}: {error}') from error
    settings = dict(seen._asdict(), network_file=network.fingerprint(), opts=network.plain_opts(),
                    dense=dict(_results(dense_dir, 'dense_dir'), step=step))
    def convert():
        os.makedirs(folder, exist_ok=True)
        layers = convert_network(data, network, dense_dir, prefix, seen, run_options.report)
        error = round(measured_error(data, network, prefix, averaged=False), 4)
        return {'layers': layers, 'error': error}

    done = converted_once(convert, prefix, path, settings, again=run_options.restart)
    return dict(done, settings=settings), prefix


def _fingerprint(settings):
    """The first digits of the SHA-256 of a dict of JSON values."""
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode('utf-8')).hexdigest()[:_DIGITS]


def _from_scratch(folders, networks):
    """The results of runs from scratch, by the `_identity` of their networks."""
    wanted = {_identity({'network': network.name, 'opts': network.plain_opts()}): network.name
              for network in networks}
    found = {}
    for folder in folders:
        results = _results(folder, 'scratch_dirs')
        identity = _identity(results)
        if identity in found:
            raise UnusableCheckpointError(
                f'--scratch_dirs: {folder} is another run of {results["network"]} with the same '
                'options; pass one of the two')
        if identity not in wanted:
            raise UnusableCheckpointError(
                f'--scratch_dirs: {folder} is a run of {results["network"]} with the options '
                f'{json.dumps(results["opts"])}, expected one of {", ".join(wanted.values())} with '
                'the options in its file; leave it out, or pass a file with these options by '
                '--net_modules')
        found[identity] = results
    return found


def _identity(entry):
    """What tells the networks of two runs apart; other ranks make another network."""
    return entry['network'], json.dumps(entry['opts'], sort_keys=True)


def _results(folder, flag):
    path = os.path.join(folder, RESULTS)
    try:
        with open(path, encoding='utf-8') as file:
            results = json.load(file)
        return {name: results[name] for name in _OF_A_RUN}
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = {KeyError: f'it has no {error}', TypeError: 'it is no JSON object'}.get(
            type(error), error)
        raise UnusableCheckpointError(
            f'--{flag}: {path} cannot be read ({reason}); pass the folder of a finished run of '
            'cifar10_conv/train.py') from error
