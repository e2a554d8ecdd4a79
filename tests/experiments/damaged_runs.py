"""Damages the files of runs in many ways and starts the scripts again.

After each damage a script must either end as the undamaged run did, with a warning that names what
is damaged, or refuse in one line that names it, and leave the other files as they are. Never may it
end in a traceback, or start over without a word.

    python -m tests.experiments.damaged_runs --seed=1 --cases=500 [--families mnist fc]

runs random cases of all families and prints those that fail. Each case is a fork of this process,
which imports TensorFlow once.
"""
import argparse
import collections
import contextlib
import json
import os
import random
import re
import runpy
import shutil
import sys
import tempfile
import traceback

from experiments.common import tensorflow_import
from tests.experiments.cifar10_conv_networks import SMALL_FILE, images, write, write_cifar
from tests.experiments.python_sources import write_sources
from tests.script_runner import ROOT

Family = collections.namedtuple('Family', ['script', 'arguments', 'run', 'is_training'])
Family.__doc__ = """A script whose runs are damaged.

Attributes:
    script: its path in `experiments`.
    arguments: of its command line.
    run: the folder to damage.
    is_training: whether the script trains there; otherwise it only reads.
"""

_CIFAR = ['--data_dir=.', '--batch_size=20']
_CONV = ['--net_module=net.py', '--epochs=3', '--schedule=one_cycle'] + _CIFAR
_COMPRESS = ['--dataset=digits', '--epochs=1', '--fine_tuning_epochs=1', '--ranks=2', '--eps=',
             '--log_dir=compress']
FAMILIES = {
    'mnist': Family('mnist/train.py', ['--dataset=digits', '--epochs=1', '--ranks=2',
                                       '--log_dir=mnist'], 'mnist', True),
    'fc': Family('cifar10_fc/train.py', ['--hidden_modes=2,2,2,2,2,2', '--ranks=3', '--max_steps=9',
                                         '--eval_steps=3', '--log_dir=fc'] + _CIFAR, 'fc', True),
    'conv': Family('cifar10_conv/train.py', ['--log_dir=conv'] + _CONV, 'conv', True),
    'pretrained': Family('cifar10_conv/train_with_pretrained_convs.py',
                         ['--log_dir=pretrained', '--convs_from=conv'] + _CONV, 'pretrained', True),
    'convs_from': Family('cifar10_conv/train_with_pretrained_convs.py',
                         ['--log_dir=new', '--convs_from=conv'] + _CONV, 'conv', False),
    'eval': Family('cifar10_conv/eval.py', ['--net_module=net.py', '--data_dir=.',
                                            '--log_dir=conv'], 'conv', False),
    'side_by_side': Family('cifar10_conv/side_by_side.py',
                           ['--runs=conv,./conv_again', '--step_repetitions=0', '--log_dir=report'],
                           'conv', False),
    'dense': Family('mnist/compress.py', _COMPRESS, 'compress/dense', True),
    'fine_tuned': Family('mnist/compress.py', _COMPRESS, 'compress/rank_2/fine_tuned', True),
    'shapes': Family('mnist/shapes.py', ['--dataset=digits', '--epochs=1', '--shapes=4x8x8x4',
                                         '--log_dir=shapes'], 'shapes/4x8x8x4_rank_1', True),
    'sequence': Family('sequence_mnist/train.py', [
        '--dataset=digits', '--epochs=1', '--hidden_modes=2,2', '--inp_ranks=2', '--state_ranks=2',
        '--log_dir=sequence'], 'sequence', True),
    'language': Family('language_model/train.py', [
        '--data_dir=sources', '--vocabulary_size=30', '--voc_modes=2,4,4', '--emb_modes=2,2,2',
        '--ranks=2', '--batch_size=4', '--window=10', '--epochs=1', '--log_dir=language'],
        'language', True),
}
# In this order, since some need others' runs.
_MADE_BY = ['mnist', 'fc', 'conv', 'pretrained', 'dense', 'shapes', 'sequence', 'language']


class Runs:
    """Undamaged runs of all families in a folder.

    Args:
        folder: where to make them; the working directory of all scripts.
        families: names of those to make.
    """

    def __init__(self, folder, families=tuple(FAMILIES)):
        self.folder = folder
        write_cifar(folder, images())
        write(folder, 'net.py', SMALL_FILE)
        write_sources(os.path.join(folder, 'sources'))
        scripts = {FAMILIES[name].script for name in families}
        for name in _MADE_BY:
            if FAMILIES[name].script in scripts or name == 'conv':
                status, out, err = run(FAMILIES[name], folder)
                if status or err:
                    raise RuntimeError(f'{name} failed undamaged: {out}{err}')
        shutil.copytree(os.path.join(folder, 'conv'), os.path.join(folder, 'conv_again'))

    def check(self, name, file, damage):
        """Damages a file of a family's run, and starts the script.

        Args:
            name: of the family.
            file: name of the file in the run's folder.
            damage: function of the file's path and its content.

        Returns:
            What went wrong, a list of lines.
        """
        family = FAMILIES[name]
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, 'copy')
            shutil.copytree(self.folder, copy)
            run_dir = os.path.join(copy, family.run)
            history = _history(run_dir)
            path = os.path.join(run_dir, file)
            with open(path, 'rb') as opened:
                content = opened.read()
            damage(path, content)
            before = _files(run_dir)
            status, out, err = run(family, copy)
            problems = _problems(status, out, err, file)
            if status or not family.is_training:
                changed = [found for found, held in before.items()
                           if _files(run_dir).get(found) != held and found != 'run.lock']
                if changed:
                    problems.append(f'{changed} changed')
            elif _history(run_dir) != history:
                problems.append(f'{_history(run_dir)} is not {history}')
            if problems:
                problems += [f'status {status}', out[-600:], err[-3000:]]
        return problems


def files_of(folder):
    """The names of a run's files that a script may read again, sorted."""
    return sorted(name for name in os.listdir(folder)
                  if not name.startswith('events.') and name != 'run.lock')


def run(family, folder):
    """Runs a script in a fork of this process, with a checkpoint in every second step.

    Returns:
        Its exit status, and what it printed to stdout and to stderr.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        process = os.fork()
        if not process:
            _run_script(family, folder, out.fileno(), err.fileno())
        _, status = os.waitpid(process, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode('utf-8', 'replace'))
    # What TensorFlow says of the machine, which at level 3 it does not.
    texts[1] = re.sub(r'^[IWE]\d{4} .*\n', '', texts[1], flags=re.MULTILINE)
    return (os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status), *texts)


def _run_script(family, folder, out, err):
    """In the fork: never returns."""
    status = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout, sys.stderr = (os.fdopen(number, 'w') for number in (1, 2))
        os.chdir(folder)
        _save_often()
        path = os.path.join(ROOT, 'experiments', family.script)
        sys.argv = [path] + family.arguments
        runpy.run_path(path, run_name='__main__')
        status = 0
    except SystemExit as exit:
        status = exit.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _save_often():
    import tensorflow.compat.v1 as tf
    made = tf.train.CheckpointSaverHook.__init__

    def make(self, checkpoint_dir, save_secs=None, **options):
        made(self, checkpoint_dir, save_steps=2, **options)

    tf.train.CheckpointSaverHook.__init__ = make


def _problems(status, out, err, file):
    """What is wrong with how a script ended."""
    if 'Traceback' in out + err:
        return ['a traceback']
    lines = err.splitlines()
    if status not in (0, 1):
        return [f'status {status}']
    start = 'error: ' if status else 'warning: '
    if status and not lines:
        return ['no message']
    if len(lines) > 1 or (lines and not lines[0].startswith(start)):
        return ['not one line of error or warning']
    # A checkpoint is named by its prefix.
    named = file.split('.index')[0].split('.data-')[0]
    if lines and named not in lines[0] and 'a run with other settings' not in lines[0]:
        return [f'the line does not name {named}']
    return []


def _history(folder):
    with open(os.path.join(folder, 'run.json'), encoding='utf-8') as file:
        return [dict(entry, seconds=0) for entry in json.load(file)['history']]


def _files(folder):
    """A dict from the names in a folder to what the files hold."""
    found = {}
    for name in os.listdir(folder):
        with contextlib.suppress(OSError), open(os.path.join(folder, name), 'rb') as file:
            found[name] = file.read()
    return found


# Damages: functions of a path and of what the file there holds, each with a name.

def missing(path, content):
    os.remove(path)


def a_folder(path, content):
    os.remove(path)
    os.mkdir(path)


def unreadable(path, content):
    """A link to itself, which not even the superuser can read."""
    os.remove(path)
    os.symlink(os.path.basename(path), path)


def holding(name, change):
    """A damage named `name` that writes `change(content)`."""
    def damage(path, content):
        with open(path, 'wb') as file:
            file.write(change(content))
    damage.__name__ = name
    return damage


def edited(edit):
    """A damage that changes the JSON value of a file: `edit(value)` returns the new one."""
    return holding('edited', lambda content: json.dumps(edit(json.loads(content))).encode())


SIMPLE = [missing, a_folder, unreadable, holding('empty', lambda content: b''),
          holding('not UTF-8', lambda content: b'\x91\xff' + content[2:]),
          holding('zeros', lambda content: bytes(len(content)))]


def random_damage(file, chance):
    """Returns a random damage for a file of this name."""
    kind = chance.choice(['simple', 'cut', 'garbage', 'byte', 'edit'])
    if kind == 'edit' and file.endswith('.json'):
        seed = chance.random()
        return edited(lambda value: _randomly_edited(value, random.Random(seed)))
    part, byte = chance.random(), chance.randrange(1, 256)
    if kind == 'cut':
        return holding(f'cut at {part}', lambda content: content[:int(part * len(content))])
    if kind == 'garbage':
        seed = chance.random()
        return holding(f'garbage from {part}', lambda content: (
            content[:int(part * len(content))] + bytes(
                random.Random(seed).choices(range(256), k=len(content) - int(part * len(content)))
            )))
    if kind == 'byte':
        def changed(content):
            position = int(part * len(content))
            return content[:position] + bytes([content[position] ^ byte]) + content[position + 1:]
        return holding(f'byte at {part} changed by {byte}', changed)
    return chance.choice(SIMPLE)


def _randomly_edited(value, chance):
    """Replaces, renames or removes something in a JSON value, at a random depth."""
    wrong = [None, True, -1, 0, 1e308, float('nan'), float('inf'), 'x', '', [], {}, [[]], 10 ** 400]
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        action = chance.choice(['inside', 'inside', 'rename', 'remove'])
        if action == 'inside':
            return dict(value, **{name: _randomly_edited(value[name], chance)})
        rest = {key: held for key, held in value.items() if key != name}
        return dict(rest, **{name + 'x': value[name]}) if action == 'rename' else rest
    if isinstance(value, list) and value and chance.random() < 0.9:
        position = chance.randrange(len(value))
        return (value[:position] + [_randomly_edited(value[position], chance)]
                + value[position + 1:])
    return chance.choice(wrong)


def main():
    """Runs random cases; the status is 1 if any fails."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--cases', type=int, default=200, help='number of damages')
    parser.add_argument('--families', nargs='+', choices=sorted(FAMILIES), default=list(FAMILIES))
    options = parser.parse_args()
    names = options.families
    tensorflow_import.import_tensorflow()
    chance, failed = random.Random(options.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(folder, names)
        for number in range(options.cases):
            name = names[number % len(names)]
            file = chance.choice(files_of(os.path.join(folder, FAMILIES[name].run)))
            damage = random_damage(file, chance)
            problems = runs.check(name, file, damage)
            failed += bool(problems)
            if problems:
                print(f'FAILED {name}: {file} {damage.__name__}', *problems, sep='\n    ',
                      flush=True)
    print(f'seed {options.seed}: {options.cases} damages, {failed} failed')
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
