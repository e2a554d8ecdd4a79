"""The checkpoints in `tests/fixtures/checkpoints` and what their networks computed."""

import os

import numpy as np

from tests.sessions import assert_close

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'fixtures', 'checkpoints')
ORIGINAL = ('tf1.1-fc', 'tf1.15-fc', 'tf1.1-conv', 'tf1.15-conv')
OWN = ('own-tf1.15', 'own-tf2.21')


def folder_of(name):
    """Returns the folder of a checkpoint."""
    return os.path.join(FOLDER, name)


def expected(name):
    """Returns a dict of arrays: what the network computed where it was trained."""
    with np.load(os.path.join(folder_of(name), 'expected.npz'), allow_pickle=False) as arrays:
        return dict(arrays)


def feeds(network, arrays, train_phase):
    """Returns what to feed to a network."""
    return {network.images: arrays['inputs'], network.labels: arrays['labels'],
            network.train_phase: train_phase}


def assert_continues(session, network, arrays):
    """Asserts that evaluation and five train steps give what they gave in the original."""
    evaluation = feeds(network, arrays, False)
    assert_close(session.run(network.logits, evaluation), arrays['eval_logits'], 1e-5)
    losses = [session.run([network.loss, network.train], feeds(network, arrays, True))[0]
              for _ in range(5)]
    assert_close(losses, arrays['next_train_losses'], 1e-4)


def assert_averages(session, network, arrays):
    """Asserts that evaluation with averaged weights gives what it gave in the original."""
    assert_close(session.run(network.logits, feeds(network, arrays, False)),
                 arrays['eval_logits_with_averaged_weights'], 1e-5)
