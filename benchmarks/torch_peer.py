"""PyTorch as a peer: its own virtual environment and a process that times it on request."""

import json
import os
import subprocess
import sys

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(os.path.dirname(FOLDER), '.venv-torch')
REQUIREMENTS = os.path.join(FOLDER, 'requirements-torch.txt')


def torch_python():
    """Returns the Python of `.venv-torch`, which is made where it is missing or incomplete."""
    python = os.path.join(ENVIRONMENT, 'bin', 'python')
    complete = os.path.join(ENVIRONMENT, '.installed')
    if not os.path.exists(complete):
        print(f'making {ENVIRONMENT} for PyTorch', flush=True)
        subprocess.run([sys.executable, '-m', 'venv', ENVIRONMENT], check=True)
        subprocess.run([python, '-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS],
                       check=True)
        open(complete, 'w').close()
    return python


class TorchPeer:
    """A process that holds the layers of one workload; a context.

    Attributes:
        versions: dictionary of the versions in its environment.
    """

    def __init__(self, python, workload, training):
        """Starts the process.

        Args:
            python: path of a Python with torch and tensorly-torch.
            workload: a `TTWorkload`.
            training: whether gradients are computed.

        Raises:
            subprocess.CalledProcessError: the process could not build the layers; it has said
                why.
        """
        variables = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
        # A session of its own: Ctrl-C reaches this process alone, which then ends the other.
        self._process = subprocess.Popen(
            [python, os.path.join(FOLDER, 'torch_worker.py')], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=variables, universal_newlines=True,
            start_new_session=True)
        self.versions = self._ask(json.dumps(dict(
            workload._asdict(), dense=workload.has_dense, training=training)))

    def times(self, repetitions):
        """Times all layers in turn; returns a dictionary from names to arrays of seconds."""
        answer = self._ask(str(repetitions))
        return {name: np.array(seconds) for name, seconds in answer.items()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _ask(self, line):
        try:
            self._process.stdin.write(line + '\n')
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ''
        if not answer:
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)
        return json.loads(answer)
