"""What a run remembers beside its checkpoints: settings, time spent, measurements so far.

Nothing here imports TensorFlow.
"""
import json
import math
import os

from experiments.common.command_line import warn
from experiments.common.computation_flags import EARLIER
from experiments.common.run_folder import (
    CHECKPOINT_STATE,
    RECORD,
    RECORD_COPY,
    WrongLogDirError,
    check_names,
    checkpoint_steps,
    remove_all_but_record,
    remove_leftovers,
)
from tensornet.whole_file import write_json

# Says in a record that what the run before left is being removed.
_REMOVING = 'removing'


class RunRecord:
    """The record of one run, kept as `run.json` in its log folder.

    Attributes:
        settings: dict of everything that decides the run's results.
        seconds: time spent training and evaluating, over all resumes.
        training_seconds: time spent on training steps alone, over all resumes.
        history: list of dicts, one for each evaluation, with at least `step`.
        step: the steps made when the record was saved; None in a record that does not say.
        tensorflow: the version that made the last step; None before the first, and in a record that
            does not say.
    """

    def __init__(self, log_dir, settings, seconds=0.0, history=(), training_seconds=0.0, step=0,
                 tensorflow=None):
        self.log_dir = log_dir
        self.settings = settings
        self.seconds = seconds
        self.training_seconds = training_seconds
        self.history = list(history)
        self.step = step
        self.tensorflow = tensorflow

    def content(self):
        """What is written of it, a dict of JSON values."""
        return {
            'settings': self.settings, 'seconds': round(self.seconds, 3),
            'training_seconds': round(self.training_seconds, 3), 'tensorflow': self.tensorflow,
            'step': self.step, 'history': self.history}

    def save(self):
        """Writes a copy of the record, and the record."""
        for name in (RECORD_COPY, RECORD):
            write_json(os.path.join(self.log_dir, name), self.content())

    def forget_after(self, step):
        """Drops measurements later than `step`, which a resumed run makes again."""
        self.history = [entry for entry in self.history if entry['step'] <= step]

    def at(self, step):
        """The measurements made at `step`, or None."""
        return next((entry for entry in self.history if entry['step'] == step), None)


class _DamagedRecordError(Exception):
    """The content of a record is not what a run writes."""


def open_record(log_dir, settings, measured=(), restart=False, earlier=EARLIER):
    """Continues the run in `log_dir` or begins one there; the folder is locked meanwhile.

    Args:
        log_dir: the folder.
        settings: dict of JSON values that decide the run's results.
        measured: names of the numbers that each measurement in the history has.
        restart: whether to remove the files of a run that lies there.
        earlier: dict of the settings that runs of earlier versions do not name, with the values
            they had; those that `settings` names count.

    Returns:
        A `RunRecord`.

    Raises:
        WrongLogDirError: there is a run with other settings and no `restart`, a damaged record, or
            a checkpoint that no run of these experiments wrote.
    """
    settings = json.loads(json.dumps(settings))
    check_names(log_dir)
    if not any(os.path.lexists(os.path.join(log_dir, name)) for name in (RECORD, RECORD_COPY)):
        _check_no_checkpoint(log_dir)
        return _begun(log_dir, settings)
    if restart:
        return _begun(log_dir, settings)
    record, is_removing = _read(log_dir, settings, measured, earlier)
    _check_settings(log_dir, record.settings, settings)
    if is_removing:
        return _begun(log_dir, settings)
    remove_leftovers(log_dir)
    return record


def _begun(log_dir, settings):
    """Removes the run in the folder and begins another.

    A process may be killed between any two of these steps. Until the new record is there, the old
    run is whole; from then on the record tells whoever comes next to remove what is left of it.
    """
    record = RunRecord(log_dir, settings)
    write_json(os.path.join(log_dir, RECORD), dict(record.content(), **{_REMOVING: True}))
    remove_all_but_record(log_dir)
    record.save()
    return record


def _check_no_checkpoint(log_dir):
    steps = checkpoint_steps(log_dir)
    if steps or os.path.lexists(os.path.join(log_dir, CHECKPOINT_STATE)):
        raise WrongLogDirError(f'--log_dir={log_dir} holds a checkpoint but no {RECORD}, so no run '
                               'of this script wrote it; pass another --log_dir')


def _check_settings(log_dir, before, settings):
    differences = _differences(before, settings)
    if differences:
        raise WrongLogDirError(f'--log_dir={log_dir} holds a run with other settings: '
                               f'{"; ".join(differences)}. Pass --restart to start over, or '
                               'another --log_dir to keep that run')


def _differences(before, settings):
    return [f'{name} was {_shown(before, name)} and is now {_shown(settings, name)}'
            for name in sorted(set(before) | set(settings))
            if _shown(before, name) != _shown(settings, name)]


def _shown(settings, name):
    return json.dumps(settings[name]) if name in settings else 'not set'


def _read(log_dir, settings, measured, earlier):
    """Returns the record, or its copy where it is damaged, and whether a run is being removed."""
    problems = []
    for name in (RECORD, RECORD_COPY):
        path = os.path.join(log_dir, name)
        try:
            with open(path, encoding='utf-8') as file:
                content = json.load(file)
            _check_content(content)
            for key, value in earlier.items():
                if key in settings:
                    content['settings'].setdefault(key, value)
            # A run with other settings may be one of another experiment, which measures otherwise.
            if not _differences(content['settings'], settings):
                _check_measurements(content, measured)
        except FileNotFoundError:
            problems.append(f'{path} is missing')
        except (_DamagedRecordError, OSError, ValueError, RecursionError) as error:
            problems.append(f'{path} is damaged ({error})')
        else:
            if problems:
                warn(f'{problems[0]}; its copy {path} is used')
            return _record_of(log_dir, content), bool(content.get(_REMOVING))
    raise WrongLogDirError(
        f'{", and its copy ".join(problems)}; mend it and the same command goes on from the '
        'checkpoints there, pass --restart to start over, or another --log_dir')


def _record_of(log_dir, content):
    return RunRecord(log_dir, content['settings'], content['seconds'], content['history'],
                     content['training_seconds'], content.get('step'), content.get('tensorflow'))


def _check_content(content):
    """Raises `_DamagedRecordError` unless a run may have written this content of a record."""
    _check(isinstance(content, dict), 'it is no JSON object')
    for name, kind in (('settings', dict), ('history', list)):
        _check(isinstance(content.get(name), kind), f'{name!r} is missing or of another type')
    for name in ('seconds', 'training_seconds'):
        _check_number(content, name, repr(name))
    _check(isinstance(content.get('tensorflow'), (str, type(None))), "'tensorflow' is no text")
    if content.get('step') is not None:
        _check_step(content, 'step')
    _check(content['training_seconds'] > 0 or not content['history'],
           "'training_seconds' is 0, but there are measurements")
    last = -1
    for number, entry in enumerate(content['history']):
        where = f'measurement {number + 1} of the history'
        _check(isinstance(entry, dict), f'{where} is no JSON object')
        _check_step(entry, f'the step of {where}')
        _check(entry['step'] > last, f'the step of {where} is not larger than the one before')
        last = entry['step']


def _check_measurements(content, measured):
    for number, entry in enumerate(content['history']):
        for name in ('epoch', 'seconds') + tuple(measured):
            _check_number(entry, name, f'{name!r} of measurement {number + 1} of the history')


def _check_step(content, what):
    value = content.get('step')
    _check(isinstance(value, int) and not isinstance(value, bool) and value >= 0,
           f'{what} is missing or no number of steps')


def _check_number(content, name, what):
    value = content.get(name)
    _check(isinstance(value, (int, float)) and not isinstance(value, bool)
           and math.isfinite(value) and value >= 0, f'{what} is missing or no number')


def _check(is_right, problem):
    if not is_right:
        raise _DamagedRecordError(problem)
