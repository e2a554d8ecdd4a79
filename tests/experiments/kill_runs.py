"""Kills processes of trainings at random moments, and counts the runs that are lost by it.

    python -m tests.experiments.kill_runs --kills=100

In turn a run of MNIST (on the digits of the repository), one of the wide CIFAR-10 network (on
random images), one of the LSTM on rows of the digits, one of the language model (on small sources),
and one of a synchronous cluster, until so many processes were killed. Each is started again by the
same command. A run is lost where a process fails, or where it does not end with all measurements;
alone on a machine also where it does not end with the very weights of a run that nobody killed.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

from tests.experiments.cifar10_conv_networks import images, write_cifar  # noqa: E402
from tests.experiments.python_sources import write_sources  # noqa: E402

MNIST = ['mnist/train.py', '--dataset=digits', '--ranks=2', '--epochs=4', '--batch_size=200']
WIDE = ['cifar10_fc/train.py', '--data_dir=.', '--hidden_modes=2,2,2,2,2,2', '--ranks=2',
        '--max_steps=28', '--eval_steps=7', '--batch_size=20']
SEQUENCE = ['sequence_mnist/train.py', '--dataset=digits', '--hidden_modes=2,2', '--inp_ranks=2',
            '--state_ranks=2', '--epochs=4', '--batch_size=200']
LANGUAGE = ['language_model/train.py', '--data_dir=sources', '--vocabulary_size=30',
            '--voc_modes=2,4,4', '--emb_modes=2,2,2', '--ranks=2', '--epochs=4', '--batch_size=9',
            '--window=20']
# Each makes four times seven steps.
CASES = [('MNIST', MNIST, False), ('CIFAR-10, wide', WIDE, False), ('LSTM', SEQUENCE, False),
         ('language model', LANGUAGE, False), ('cluster', MNIST, True)]
# No kill comes sooner after another: a process that is always killed before its first step never
# comes to an end.
LEAST_SECONDS = 0.5


def main(arguments):
    """Runs the cases in turn and prints what came of them."""
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        write_cifar(folder, images(140, 20))
        write_sources(os.path.join(folder, 'sources'))
        wholes = {}
        kills, lost, runs = 0, 0, 0
        start = time.monotonic()
        while kills < arguments.kills and time.monotonic() - start < arguments.seconds:
            name, command, is_cluster = CASES[runs % len(CASES)]
            log_dir = os.path.join(folder, f'run_{runs}')
            at_most = min(arguments.kills - kills, arguments.kills_of_a_run)
            if is_cluster:
                made, problem = _run_cluster(folder, command, log_dir, at_most, chance)
            else:
                if name not in wholes:
                    wholes[name] = _whole(folder, command)
                made, problem = _run_alone(folder, command, log_dir, at_most, chance, *wholes[name])
            kills, runs = kills + made, runs + 1
            lost += problem is not None
            print(f'{name}: {made} kills, {problem or "ended well"}', flush=True)
            shutil.rmtree(log_dir, ignore_errors=True)
    print(f'{runs} runs, {kills} kills, lost runs: {lost}')
    return 1 if lost else 0


def _whole(folder, command):
    """Runs a case that nobody kills; returns its weights and the seconds it took."""
    log_dir = os.path.join(folder, 'whole_' + command[0].split('/')[0])
    start = time.monotonic()
    process = _start(folder, _script(command), log_dir)
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f'a run that nobody killed failed:\n{out}')
    return _weights(log_dir), time.monotonic() - start


def _run_alone(folder, command, log_dir, at_most, chance, weights, seconds):
    """Returns how often a run was killed, and what was wrong in the end, or None."""
    kills = 0
    while True:
        process = _start(folder, _script(command), log_dir)
        try:
            out, _ = process.communicate(
                timeout=chance.uniform(LEAST_SECONDS, seconds) if kills < at_most else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            continue
        if process.returncode:
            return kills, f'lost: status {process.returncode}: {out}'
        got = _weights(log_dir)
        if sorted(got) != sorted(weights) or any(
                not np.array_equal(got[name], value) for name, value in weights.items()):
            return kills, 'lost: the weights are not those of a run that nobody killed'
        return kills, _gaps(log_dir)


def _run_cluster(folder, command, log_dir, at_most, chance):
    """The same of a cluster, any process of which is killed."""
    process = _start(folder, ['-m', 'experiments.local_cluster', '--end_with_parent', '--workers=2',
                              '--', *command, '--synchronous'], log_dir)
    pids, lines, kills = {}, [], 0

    def read():
        for line in process.stdout:
            lines.append(line)
            started = re.match(r'(.*): process (\d+)$', line)
            if started:
                pids[started.group(1)] = int(started.group(2))

    reader = threading.Thread(target=read)
    reader.start()
    while process.poll() is None:
        try:
            process.wait(chance.uniform(LEAST_SECONDS, 20) if kills < at_most else None)
        except subprocess.TimeoutExpired:
            name = chance.choice(sorted(pids))
            try:
                os.kill(pids[name], signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                pass  # It has just ended.
    reader.join()
    if process.returncode:
        return kills, f'lost: status {process.returncode}: {"".join(lines)}'
    return kills, _gaps(log_dir)


def _gaps(log_dir):
    """What is missing in the measurements of a run of four times seven steps, or None."""
    with open(os.path.join(log_dir, 'run.json'), encoding='utf-8') as file:
        steps = [entry['step'] for entry in json.load(file)['history']]
    if steps != [7, 14, 21, 28] or not os.path.isfile(os.path.join(log_dir, 'results.json')):
        return f'lost: it was measured after the steps {steps}'
    return None


def _weights(log_dir):
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(log_dir))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def _script(command):
    return [os.path.join(ROOT, 'experiments', command[0])] + command[1:]


def _start(folder, command, log_dir):
    return subprocess.Popen(
        [sys.executable] + command + [f'--log_dir={log_dir}', '--checkpoint_seconds=0'],
        cwd=folder, env=dict(os.environ, PYTHONPATH=ROOT), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--kills', type=int, default=100)
    parser.add_argument('--kills_of_a_run', type=int, default=8, help='at most')
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin no run after this time')
    parser.add_argument('--seed', type=int, default=0)
    sys.exit(main(parser.parse_args()))
