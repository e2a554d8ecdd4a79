"""What a run remembers beside its checkpoints: settings, time spent, measurements so far."""
import glob
import json
import os

from experiments.common.atomic_file import write_json
from experiments.common.expected_error import ExpectedError

FILE = 'run.json'

# What a run writes; `--restart` removes these and nothing else.
_WRITTEN = ('checkpoint', 'model.ckpt-*', 'graph.pbtxt', 'events.out.tfevents.*', FILE,
            'results.json', 'learning_curve.png')


class WrongLogDirError(ExpectedError):
    """The log folder holds something that this run must not continue or overwrite."""


class RunRecord:
    """The record of one run, kept as `run.json` in its log folder.

    Attributes:
        settings: dict of everything that decides the run's numbers.
        seconds: time spent training and evaluating, over all resumes.
        training_seconds: time spent on training steps alone, over all resumes.
        history: list of dicts, one for each evaluation, with at least `step`.
    """

    def __init__(self, log_dir, settings, seconds=0.0, history=(), training_seconds=0.0):
        self.log_dir = log_dir
        self.settings = settings
        self.seconds = seconds
        self.training_seconds = training_seconds
        self.history = list(history)

    def save(self):
        write_json(os.path.join(self.log_dir, FILE), {
            'settings': self.settings, 'seconds': round(self.seconds, 3),
            'training_seconds': round(self.training_seconds, 3), 'history': self.history})

    def forget_after(self, step):
        """Drops measurements later than `step`, which a resumed run makes again."""
        self.history = [entry for entry in self.history if entry['step'] <= step]

    def at(self, step):
        """The measurements made at `step`, or None."""
        return next((entry for entry in self.history if entry['step'] == step), None)


def open_run(log_dir, settings, restart=False):
    """Continues the run in `log_dir` or begins one there.

    Args:
        log_dir: the folder, created where missing.
        settings: dict of JSON values that decide the run's numbers.
        restart: whether to remove the files of a run that lies there.

    Returns:
        A `RunRecord`.

    Raises:
        WrongLogDirError: there is a run with other settings and no `restart`, or a checkpoint that
            no run of these experiments wrote.
    """
    settings = json.loads(json.dumps(settings))
    os.makedirs(log_dir, exist_ok=True)
    path = os.path.join(log_dir, FILE)
    if not os.path.exists(path):
        if os.path.exists(os.path.join(log_dir, 'checkpoint')):
            raise WrongLogDirError(f'--log_dir={log_dir} holds a checkpoint but no {FILE}, so no '
                                   'run of this script wrote it; pass another --log_dir')
    elif restart:
        _remove_run(log_dir)
    else:
        return _continued(log_dir, path, settings)
    record = RunRecord(log_dir, settings)
    record.save()
    return record


def _continued(log_dir, path, settings):
    with open(path, encoding='utf-8') as file:
        try:
            content = json.load(file)
            record = RunRecord(log_dir, content['settings'], content['seconds'],
                               content['history'], content['training_seconds'])
        except (ValueError, KeyError, TypeError) as error:
            raise WrongLogDirError(f'{path} is damaged ({error}); pass --restart to start over or '
                                   'another --log_dir') from error
    differences = [
        f'{name} was {_shown(record.settings, name)} and is now {_shown(settings, name)}'
        for name in sorted(set(record.settings) | set(settings))
        if _shown(record.settings, name) != _shown(settings, name)]
    if differences:
        raise WrongLogDirError(f'--log_dir={log_dir} holds a run with other settings: '
                               f'{"; ".join(differences)}. Pass --restart to start over, or '
                               'another --log_dir to keep that run')
    return record


def _shown(settings, name):
    return json.dumps(settings[name]) if name in settings else 'not set'


def _remove_run(log_dir):
    for pattern in _WRITTEN:
        for path in glob.glob(os.path.join(glob.escape(log_dir), pattern)):
            os.remove(path)
