"""Runs of train.py, read from their folders and compared with those of the dense networks."""
import collections
import json
import os

from experiments.cifar10_conv import paper
from experiments.cifar10_conv.training_flags import EARLIER
from experiments.common import run_folder
from experiments.common.computation_flags import PLANS, PRECISIONS
from experiments.common.errors import ExpectedError

_OF_THE_NETWORK = ('network', 'opts', 'network_file', 'parameters')
_OF_THE_RUN = ('learning_rate', 'seed', *EARLIER)
_MAY_DIFFER = _OF_THE_RUN + _OF_THE_NETWORK
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
        folders: list of folders.

    Returns:
        A list of `Run`.

    Raises:
        RunComparisonError: a file is missing or damaged, a run has no evaluation yet or none at
            an epoch of its baseline's, or the settings differ in more than network, options,
            learning rate, its shape, seed, weights, plan and precision.
    """
    runs = [_read(folder) for folder in folders]
    for run in runs[1:]:
        _check_settings(runs[0], run)
        _check_epochs(baseline_of(run, runs), run)
    return runs


def baseline_of(run, runs):
    """The run that another is compared with.

    Of the runs of its dense counterpart, the one with the most settings in common. A run of what
    is the dense counterpart of others is compared with itself, all else with the first run.

    Args:
        run: a `Run`, one of `runs`.
        runs: list of `Run`.
    """
    dense = _dense_counterpart(run)
    candidates = [other for other in runs if other.settings['network'] == dense]
    if candidates:
        return max(candidates, key=lambda other: sum(
            other.settings[name] == run.settings[name] for name in _OF_THE_RUN))
    is_dense = run.settings['network'] in map(_dense_counterpart, runs)
    return run if is_dense else runs[0]


def labels_of(runs):
    """A name for each run: its network's, with the folder where networks are the same."""
    names = [run.settings['network'] for run in runs]
    return [name if names.count(name) == 1 else f'{name} ({run.folder})'
            for name, run in zip(names, runs)]


def compare(runs, times=None):
    """Compares runs with their baselines, see `baseline_of`.

    Args:
        runs: list of `Run` whose `parameters` are known.
        times: what `step_timing.time_steps` returned, or None.

    Returns:
        Dict of JSON values: `settings` that all runs share, `machine` (or None) on which steps
        were timed, and `runs`, a list of dicts. There, `baseline` is the `run` that it is compared
        with; `gap` is the test accuracy minus that of the baseline, in percentage points, at
        `gap_epoch`, the last epoch that both have measured; `paper` and `paper_gap` are the
        paper's, or None; `step` has the median and the quartiles of a training step in
        milliseconds and the ratio of the median to that of the baseline.
    """
    shared = {name: runs[0].settings[name] for name in _NEEDED if name not in _MAY_DIFFER}
    labels = labels_of(runs)
    rows = []
    for position, run in enumerate(runs):
        baseline = baseline_of(run, runs)
        reference = next(number for number, other in enumerate(runs) if other is baseline)
        row = dict(_compared(baseline, run), run=labels[position], baseline=labels[reference])
        row['step'] = None
        if times is not None:
            theirs, own = (times['steps'][number] for number in (reference, position))
            row['step'] = dict(own, ratio=own['median_ms'] / theirs['median_ms'])
        rows.append(row)
    return {'settings': shared, 'machine': times and times['machine'], 'runs': rows}


def _compared(baseline, run):
    last = run.history[-1]
    gap_epoch, gap = _gap(baseline, run)
    paper_accuracy, paper_baseline = (
        paper.accuracy_of(some.settings['network'], some.parameters) for some in (run, baseline))
    row = {name: run.settings[name] for name in ('network',) + _OF_THE_RUN}
    row.update({
        'parameters': run.parameters,
        'compression': round(baseline.parameters / run.parameters, 3),
        'epoch': last['epoch'], 'test_accuracy': _accuracy(last), 'gap': gap,
        'gap_epoch': gap_epoch, 'paper': paper_accuracy,
        'paper_gap': (None if None in (paper_accuracy, paper_baseline)
                      else round(paper_accuracy - paper_baseline, 4)),
        'seconds_per_epoch': round(last['seconds'] / last['epoch'], 1), 'history': run.history})
    return row


def _dense_counterpart(run):
    """The name of its dense network, or None."""
    path = run.settings['opts'].get('dense_network')
    return path and os.path.splitext(os.path.basename(path))[0]


def _gap(baseline, run):
    """The last epoch that both runs have measured, and the gap there."""
    here, there = ({entry['epoch']: _accuracy(entry) for entry in some.history}
                   for some in (run, baseline))
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
    results = _json(folder, run_folder.RESULTS)
    parameters = None
    if results is not None:
        parameters = _member(folder, run_folder.RESULTS, results, 'parameters', int)
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
            f'Only network, opts and {", ".join(_OF_THE_RUN)} may differ')


def _check_epochs(baseline, run):
    epochs = [{entry['epoch'] for entry in some.history} for some in (baseline, run)]
    if not epochs[0] & epochs[1]:
        raise RunComparisonError(f'{run.folder}: no epoch is measured both here and in '
                                 f'{baseline.folder}; wait until one is')


def _shown(run, name):
    return json.dumps(run.settings[name]) if name in run.settings else 'not set'
