"""Spoils the arguments of valid calls of every layer.

    python -m tests.fuzz.invalid_arguments --count 3000 --seed 0

A call either builds and runs, or raises ValueError or TypeError in words that name the scope and
an argument, and leaves the graph as it was. Of a shape that is not known before, the running graph
says the same.
"""

import argparse
import collections
import inspect
import random
import re
import sys
import warnings

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tests.fuzz.wrong_values import WRONG_VALUES
from tests.layers.examples import EXAMPLES

# A layer that is larger than this is built, but not run.
LARGEST_RUN = 10 ** 6


def _valid_calls():
    for name, example in EXAMPLES.items():
        yield (name, example.layer,
               lambda example=example: dict(example.arguments, inp=tf.ones(example.inp_shape),
                                            scope='layer'))
    yield ('get_var_wrap', 'get_var_wrap', lambda: dict(
        name='layer', shape=[2, 3], initializer=tf.zeros_initializer, regularizer=None,
        trainable=True, cpu_variable=False))


VALID_CALLS = list(_valid_calls())


def spoiled_call(random_state):
    """Makes a call of a layer with one or two wrong arguments in the default graph.

    Returns:
        What was done, in words; the layer's function; its positional and keyword arguments; the
        names of the arguments that were touched.
    """
    name, layer, valid = random_state.choice(VALID_CALLS)
    function = getattr(layers, layer)
    parameters = inspect.signature(function).parameters
    arguments = valid()
    kind = random_state.choice(['values'] * 12 + ['shift', 'insertion', 'keyword'])
    index = random_state.randrange(len(WRONG_VALUES))
    if kind == 'values':
        touched = random_state.sample(list(parameters), random_state.choice([1, 1, 1, 2]))
        what = []
        for argument in touched:
            index = random_state.randrange(len(WRONG_VALUES))
            arguments[argument] = WRONG_VALUES[index]()
            what.append(f'{argument}={index}')
        return f'{name} {" ".join(what)}', function, [], arguments, touched
    if kind == 'keyword':
        return name + ' keyword', function, [], dict(arguments, no_such=1), ['no_such']
    positional = [arguments.get(key, parameter.default) for key, parameter in parameters.items()
                  if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    at = random_state.randrange(len(positional))
    if kind == 'shift':
        del positional[at]
    else:
        positional.insert(at, WRONG_VALUES[index]())
        positional.pop()
    return f'{name} {kind} at {at} of {index}', function, positional, {}, list(parameters)


def outcome(seed):
    """Makes the call of one seed.

    Returns:
        What was done, and how it ended: 'built', 'built only', 'refused', or what is wrong.
    """
    state = random.Random(seed)
    with tf.Graph().as_default() as graph, tf.variable_scope('net'):
        what, function, positional, keywords, touched = spoiled_call(state)
        try:
            inspect.signature(function).bind(*positional, **keywords)
            binds = True
        except TypeError:
            binds = False
        before = _contents(graph)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                result = function(*positional, **keywords)
        except Exception as error:
            return what, _fault(error, binds, touched, before, _contents(graph))
        return what, _run(result, touched)


def _contents(graph):
    collections_ = {key: [id(item) for item in graph.get_collection(key)]
                    for key in graph.get_all_collection_keys()
                    if not str(key).startswith(('__varscope', '__variable_store', "('__var"))}
    return [op.name for op in graph.get_operations()], {k: v for k, v in collections_.items() if v}


def _fault(error, binds, touched, before, after):
    text = f'{type(error).__name__}: {error}'
    if before != after:
        return 'left something behind: ' + text
    if type(error) not in (ValueError, TypeError):
        return 'of another type: ' + text
    if not binds:
        return 'refused'
    message = str(error)
    # A scope that is wrong itself is shown as it is.
    if ': `' not in message and ': the ' not in message:
        return 'does not name the scope: ' + text
    if 'scope' not in touched and 'name' not in touched and not message.startswith('net/layer: '):
        return 'does not name the scope: ' + text
    if not any(f'`{argument}' in message for argument in touched):
        return 'does not name the argument: ' + text
    return 'refused'


def _run(result, touched):
    if sum(np.prod(v.shape.as_list(), dtype=float) for v in tf.global_variables()) > LARGEST_RUN:
        return 'built only'
    try:
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(result)
    except Exception as error:
        # Of what only the running graph can tell.
        if isinstance(error, tf.errors.InvalidArgumentError) and any(
                re.search(f'net/.*`{argument}`.* must ', str(error)) for argument in touched):
            return 'refused'
        return f'built, but does not run: {type(error).__name__}: {error}'
    return 'built'


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--count', type=int, default=3000, help='number of calls')
    parser.add_argument('--seed', type=int, default=0, help='of the first call')
    options = parser.parse_args(argv)
    counts = collections.Counter()
    for seed in range(options.seed, options.seed + options.count):
        what, end = outcome(seed)
        if end not in ('built', 'built only', 'refused'):
            print(f'seed {seed}: {what}: {" ".join(end.split())[:300]}', flush=True)
            end = 'wrong'
        counts[end] += 1
    print(', '.join(f'{end} {count}' for end, count in sorted(counts.items())))
    return 1 if counts['wrong'] else 0


if __name__ == '__main__':
    tf.disable_v2_behavior()
    sys.exit(main())
