"""Runs of train.py, read from their folders and compared with the first of them."""
import collections
import json
import os

from experiments.common import run_folder
from experiments.common.computation_flags import (
    COMPUTATION_FLAGS,
    EARLIER,
    PLANS,
    PRECISIONS,
)
from experiments.common.expected_error import ExpectedError

_RESULTS = 'results.json'
_OF_THE_NETWORK = ('network', 'opts', 'network_file', 'parameters')
_MAY_DIFFER = ('learning_rate', 'seed', *COMPUTATION_FLAGS) + _OF_THE_NETWORK
_NEEDED = ('epochs', 'batch_size', 'schedule', 'momentum', 'dataset', 'towers', 'learning_rate',
           'seed', 'network', 'opts')
_MEASURED = ('epoch', 'seconds', 'test_error', 'train_error')


class RunComparisonError(ExpectedError):
    """Runs that cannot be compared; the message names the folder and what is wrong."""


Run = collections.namedtuple('Run', ['folder', 'settings', 'history', 'parameters'])
Run.__doc__ = """A run of train.py, finished or not.

Attributes:
    folder: its folder.
    settings: dict, see `recipe.train_network`.
    history: list of dicts with `epoch`, `seconds`, `test_error` and `train_error` (percent), one
        for each evaluation, at least one.
    parameters: trainable parameters of the network, or None where no results.json says so.
"""


def read_runs(folders):
    """Reads runs and checks that they can be compared.

    Args:
        folders: list of folders; the first run is the reference.

    Returns:
        A list of `Run`.

    Raises:
        RunComparisonError: a file is missing or damaged, a run has no evaluation yet or none at
            an epoch of the first run's, or the settings differ in more than network, options,
            learning rate, seed, plan and precision.
    """
    runs = [_read(folder) for folder in folders]
    for run in runs[1:]:
        _check_settings(runs[0], run)
        _check_epochs(runs[0], run)
    return runs


def labels_of(runs):
    """A name for each run: its network's, with the folder where networks are the same."""
    names = [run.settings['network'] for run in runs]
    return [name if names.count(name) == 1 else f'{name} ({run.folder})'
            for name, run in zip(names, runs)]


def compare(runs, times=None):
    """Compares runs with the first.

    Args:
        runs: list of `Run` whose `parameters` are known.
        times: what `step_timing.time_steps` returned, or None.

    Returns:
        Dict of JSON values: `settings` that all runs share, `machine` (or None) on which steps
        were timed, and `runs`, a list of dicts. There, `gap` is the test accuracy minus that of
        the first run, in percentage points, at `gap_epoch`, the last epoch that both have
        measured; `step` has the median and the quartiles of a training step in milliseconds and
        the ratio of the median to that of the first.
    """
    shared = {name: runs[0].settings[name] for name in _NEEDED if name not in _MAY_DIFFER}
    rows = [_compared(runs[0], run, label) for run, label in zip(runs, labels_of(runs))]
    for position, row in enumerate(rows):
        row['step'] = None
        if times is not None:
            first, own = times['steps'][0], times['steps'][position]
            row['step'] = dict(own, ratio=own['median_ms'] / first['median_ms'])
    return {'settings': shared, 'machine': times and times['machine'], 'runs': rows}


def _compared(first, run, label):
    last = run.history[-1]
    gap_epoch, gap = _gap(first, run)
    return {
        'run': label, 'network': run.settings['network'],
        'learning_rate': run.settings['learning_rate'], 'seed': run.settings['seed'],
        'plan': run.settings['plan'], 'precision': run.settings['precision'],
        'parameters': run.parameters, 'compression': round(first.parameters / run.parameters, 3),
        'epoch': last['epoch'], 'test_accuracy': _accuracy(last), 'gap': gap,
        'gap_epoch': gap_epoch, 'seconds_per_epoch': round(last['seconds'] / last['epoch'], 1),
        'history': run.history}


def _gap(first, run):
    """The last epoch that both runs have measured, and the gap there."""
    here, there = ({entry['epoch']: _accuracy(entry) for entry in some.history}
                   for some in (run, first))
    epoch = max(set(here) & set(there))
    return epoch, round(here[epoch] - there[epoch], 4)


def _accuracy(entry):
    return round(100 - entry['test_error'], 4)


def _read(folder):
    record = _json(folder, run_folder.RECORD)
    if record is None:
        raise RunComparisonError(f'{folder}: no {run_folder.RECORD} there; pass the --log_dir of a '
                                 'run of train.py')
    settings, history = (_member(folder, run_folder.RECORD, record, name, kind)
                         for name, kind in (('settings', dict), ('history', list)))
    missing = [name for name in _NEEDED if name not in settings]
    if missing:
        raise RunComparisonError(
            f'{folder}: {run_folder.RECORD} lacks the settings {", ".join(missing)}; it is not of '
            'a run of cifar10_conv/train.py')
    settings = dict(EARLIER, **settings)
    for name, choices in (('plan', PLANS), ('precision', PRECISIONS)):
        if settings[name] not in choices:
            raise RunComparisonError(f'{folder}: {run_folder.RECORD} is damaged (the {name} is '
                                     f'{settings[name]!r}, expected one of {", ".join(choices)})')
    if 'pretrained' in settings:
        raise RunComparisonError(f'{folder}: a run of train_with_pretrained_convs.py, whose steps '
                                 'differ; pass runs of train.py')
    if not history:
        raise RunComparisonError(f'{folder}: {run_folder.RECORD} has no evaluation yet; wait for '
                                 'the first checkpoint after the end of an epoch')
    for entry in history:
        for name in _MEASURED:
            _member(folder, run_folder.RECORD, entry, name, (int, float))
        if not entry['epoch'] > 0:
            raise RunComparisonError(f'{folder}: {run_folder.RECORD} is damaged (the epoch of a '
                                     'measurement is not positive)')
    results = _json(folder, _RESULTS)
    parameters = None
    if results is not None:
        parameters = _member(folder, _RESULTS, results, 'parameters', int)
    return Run(folder, settings, history, parameters)


def _json(folder, name):
    """The content of a JSON file, a dict, or None where there is no such file."""
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return None
    with open(path, encoding='utf-8') as file:
        try:
            content = json.load(file)
        except ValueError as error:
            raise RunComparisonError(f'{folder}: {name} is damaged ({error})') from error
    if not isinstance(content, dict):
        raise RunComparisonError(f'{folder}: {name} is damaged (expected an object)')
    return content


def _member(folder, file, content, name, kind):
    if not isinstance(content, dict) or not isinstance(content.get(name), kind):
        raise RunComparisonError(f'{folder}: {file} is damaged (no `{name}`, or not of its type)')
    return content[name]


def _check_settings(first, run):
    names = sorted((set(first.settings) | set(run.settings)) - set(_MAY_DIFFER))
    differences = [f'{name} is {_shown(run, name)} here and {_shown(first, name)} there'
                   for name in names if _shown(run, name) != _shown(first, name)]
    if differences:
        raise RunComparisonError(
            f'{run.folder} is not to be compared with {first.folder}: {"; ".join(differences)}. '
            'Only network, opts, learning rate, seed, plan and precision may differ')


def _check_epochs(first, run):
    epochs = [{entry['epoch'] for entry in some.history} for some in (first, run)]
    if not epochs[0] & epochs[1]:
        raise RunComparisonError(f'{run.folder}: no epoch is measured both here and in '
                                 f'{first.folder}; wait until one is')


def _shown(run, name):
    return json.dumps(run.settings[name]) if name in run.settings else 'not set'
