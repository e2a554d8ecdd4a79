"""A network in a Python file of its own, in the form that the original's scripts used.

The file has the functions `inference(images, train_phase, cpu_variables=...)`, which returns
logits and is called in the variable scope `inference`; `losses(logits, labels)`, which returns a
list of losses to be added up, or a single one, or adds them to the collection `losses`;
`evaluation(logits, labels)`, which returns for each image whether the answer is right, as an
integer or bool, or the number of right answers as an integer, or their share as a float; and
`aug_train(image, aux)` and `aug_eval(image, aux)`, which turn one image
`[height, width, channels]` into one for the network. `aux` is a dict with the `mean` and `std` of
each pixel of the training images; a function may leave it out.

`opts` is a dict; of its entries the scripts read `learning_rate`, or, as in the original's files,
`initial_learning_rate`; `num_epochs_per_decay` and `learning_rate_decay_factor`, which take the
place of the paper's schedule; and `dense_network`, the file, relative to this one, of the network
that the compression refers to. The optional `aug_train_batch(images, aux, seed)` varies a whole
batch; what it draws depends on `seed` alone, so that a resumed run repeats it.
"""
import collections
import contextlib
import hashlib
import importlib.util
import inspect
import json
import os
import sys
from importlib.machinery import SourceFileLoader

import numpy as np

from experiments.common.errors import ExpectedError

FUNCTIONS = ('inference', 'losses', 'evaluation', 'aug_train', 'aug_eval')


class NetworkFileError(ExpectedError):
    """A network file that cannot be used; the message names the file and the remedy."""


Decay = collections.namedtuple('Decay', ['epochs', 'factor'])
Decay.__doc__ = """The learning rate is multiplied by `factor` every `epochs` epochs."""


class Network:
    """A loaded network file.

    Attributes:
        path: the file.
        name: the file's name without folder and extension.
        opts: its dict of options, with the values that were passed to `load` in place.
        inference, losses, evaluation, aug_train_batch: its functions; the last may be None.
    """

    def __init__(self, path, module):
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.opts = module.opts
        self.inference = module.inference
        self.losses = module.losses
        self.evaluation = module.evaluation
        self.aug_train_batch = getattr(module, 'aug_train_batch', None)
        self._aug_train = module.aug_train
        self._aug_eval = module.aug_eval

    @property
    def learning_rate(self):
        """The highest learning rate that the file asks for, or None."""
        return self.opts.get('learning_rate', self.opts.get('initial_learning_rate'))

    @property
    def decay(self):
        """A `Decay`, or None where the file does not say both of its values."""
        values = [self.opts.get(name) for name in ('num_epochs_per_decay',
                                                   'learning_rate_decay_factor')]
        return None if None in values else Decay(*values)

    @property
    def dense_path(self):
        """The file of the dense counterpart, or None."""
        if 'dense_network' not in self.opts:
            return None
        return os.path.join(os.path.dirname(self.path), self.opts['dense_network'])

    def aug_train(self, image, aux):
        """Varies one image `[height, width, channels]` for training."""
        return self._aug_train(*_augmentation_arguments(self._aug_train, image, aux))

    def aug_eval(self, image, aux):
        """Prepares one image `[height, width, channels]` for evaluation."""
        return self._aug_eval(*_augmentation_arguments(self._aug_eval, image, aux))

    def plain_opts(self):
        """The options as JSON values; what JSON has no form for is described in a string."""
        return json.loads(json.dumps(self.opts, default=_plain, sort_keys=True))

    def fingerprint(self):
        """The SHA-256 of the file, in hexadecimal digits."""
        with open(self.path, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()


def load(path, options=None):
    """Runs a network file.

    Args:
        path: the file; it need not end in `.py`.
        options: dict of values that take the place of those in the file's `opts`.

    Returns:
        A `Network`.

    Raises:
        NetworkFileError: no such file, it cannot be run, a name is missing, or `options` has a
            key that `opts` has not.
    """
    module = _run(path)
    _check(path, module)
    unknown = sorted(set(options or {}) - set(module.opts))
    if unknown:
        raise NetworkFileError(f'{path}: `opts` has no entry {", ".join(map(repr, unknown))}; it '
                               f'has {", ".join(map(repr, sorted(module.opts)))}')
    module.opts.update(options or {})
    return Network(path, module)


@contextlib.contextmanager
def failures(path, doing):
    """Turns whatever a file raises in this context into a `NetworkFileError`.

    Args:
        path: the network file.
        doing: what is done with it, for the message.
    """
    try:
        yield
    except NetworkFileError:
        raise
    # Whatever a user's file raises.
    except Exception as error:
        message = (str(error).splitlines() or [''])[0]
        raise NetworkFileError(
            f'{path}: {doing} failed, {type(error).__name__}: {message}. If it was written for '
            f'TensorFlow 1, `python -m tensornet.port --help` tells how to bring it up to date'
        ) from error


def _run(path):
    if not os.path.isfile(path):
        raise NetworkFileError(f'{path}: no such file; pass the path of a network file, such as '
                               'experiments/cifar10_conv/nets/conv-fc.py')
    name = 'network_file_' + os.path.splitext(os.path.basename(path))[0].replace('-', '_')
    loader = SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_file_location(name, path, loader=loader))
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with failures(path, 'running it'):
            loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes_bytecode
    return module


def _check(path, module):
    missing = [f'function `{name}`' for name in FUNCTIONS
               if not callable(getattr(module, name, None))]
    if not isinstance(getattr(module, 'opts', None), dict):
        missing.append('dict `opts`')
    if missing:
        raise NetworkFileError(f'{path}: it lacks the {", the ".join(missing)}; a network file '
                               f'needs the functions {", ".join(FUNCTIONS)} and the dict opts, '
                               'see experiments/cifar10_conv/network_file.py')


def _augmentation_arguments(function, image, aux):
    required = [parameter for parameter in inspect.signature(function).parameters.values()
                if parameter.default is parameter.empty
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    return (image, aux) if len(required) > 1 else (image,)


def _plain(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return f'{type(value).__module__}.{type(value).__qualname__}'
