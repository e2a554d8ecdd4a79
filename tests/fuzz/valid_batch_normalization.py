"""Random valid calls of `batch_normalization` against NumPy in float64.

    python -m tests.fuzz.valid_batch_normalization [--count 500] [--seed 0]

All types, two and four dimensions, batches of 0, 1 and more, sizes that the graph does not know,
phases as bools and tensors, decay and epsilon as numbers and tensors, in branches of both kinds.
Compares outputs and gradients of three steps of training and one of evaluation, and the moving
statistics. Each disagreement is printed with its call; the last line has the counts. Exits with 1
if there is any.
"""

import argparse
import sys

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tests.fuzz.rounding import UNITS
from tests.layers.control_flow import VERSIONS, control_flow
from tests.references.batch_normalization import MovingAverage, moments, normalize
from tests.sessions import session

DTYPES = tuple(UNITS)
TENSORFLOW_1 = tf.__version__.startswith('1.')


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--seed', type=int, default=0)
    arguments = parser.parse_args()
    random = np.random.RandomState(arguments.seed)
    wrong = 0
    for _ in range(arguments.count):
        case = draw(random)
        found = faults(case)
        if found:
            wrong += 1
            print(found, case, flush=True)
    print(f'{arguments.count} cases, seed {arguments.seed}: {wrong} wrong')
    return 1 if wrong else 0


def draw(random):
    """Draws a case: a dictionary of plain values."""
    def pick(*choices):
        return choices[random.randint(len(choices))]

    image = pick([], [pick(0, 1, 2, 5), pick(1, 3, 4)])
    shape = [pick(0, 1, 2, 7, 40)] + image + [pick(1, 2, 5, 16, 48)]
    return {'dtype': pick(*DTYPES), 'shape': shape, 'version': pick(*VERSIONS),
            'known': [bool(random.randint(2)) for _ in shape[:-1]] + [True],
            'phase': pick('bool', 'tensor'), 'as_tensors': bool(random.randint(2)),
            'decay': pick(0.0, 0.5, 0.9, 0.999), 'eps': pick(1e-3, 1e-5, 0.25),
            'use_scale': bool(random.randint(2)), 'use_shift': bool(random.randint(2)),
            'in_branch': bool(random.randint(2)), 'seed': int(random.randint(2 ** 31))}


def faults(case):
    """Builds and runs a case; returns a dictionary from what is wrong to the error or its bound."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    found = {}
    for is_training in (True, False) if case['phase'] == 'bool' else (None,):
        with tf.Graph().as_default(), control_flow(case['version']):
            try:
                found.update(_faults(case, is_training))
            except (tf.errors.OpError, ValueError, TypeError) as error:
                if 'No OpKernel' not in str(error):
                    found[type(error).__name__] = ' '.join(str(error).split())[:200]
    return found


def _faults(case, is_training):
    random, dtype = np.random.RandomState(case['seed']), tf.as_dtype(case['dtype'])
    inp = tf.placeholder(dtype, [size if known else None
                                 for size, known in zip(case['shape'], case['known'])])
    phase = tf.placeholder(tf.bool, []) if is_training is None else is_training
    decay, eps = case['decay'], case['eps']
    if case['as_tensors']:
        decay, eps = tf.constant(decay, tf.float64), tf.constant(eps, tf.float64)

    def layer():
        return layers.batch_normalization(inp, phase, decay, eps, case['use_scale'],
                                          case['use_shift'], scope='bn')

    in_branch = case['in_branch'] and (not TENSORFLOW_1 or case['dtype'] != 'bfloat16')
    out = layer() if not in_branch else tf.cond(tf.placeholder_with_default(True, []), layer,
                                                lambda: tf.zeros_like(inp))
    trainable = tf.trainable_variables()
    out_gradient = tf.placeholder(dtype, None)
    gradients = tf.gradients(out, [inp] + trainable, out_gradient)

    channels = case['shape'][-1]
    values = {'bn/weights': random.uniform(0.5, 2.0, channels),
              'bn/biases': random.normal(size=channels)}
    values = {variable.op.name: values[variable.op.name].astype(dtype.as_numpy_dtype)
              for variable in trainable}
    weights, biases = [values.get(name, constant) for name, constant in
                       (('bn/weights', np.ones(channels)), ('bn/biases', np.zeros(channels)))]
    weights, biases = weights.astype(np.float64), biases.astype(np.float64)
    averages = [MovingAverage(case['decay']) for _ in range(2)]
    found = {}
    with session(values) as opened:
        for training in (True, True, True, False):
            if is_training not in (None, training):
                continue
            batch, seed = [
                (scale * random.normal(size=case['shape']) + mean).astype(dtype.as_numpy_dtype)
                for scale, mean in ((2.0, 1.0), (1.0, 0.1))]
            feeds = {inp: batch, out_gradient: seed}
            if is_training is None:
                feeds[phase] = training
            actual = opened.run([out] + gradients, feeds)
            wide, seed = batch.astype(np.float64), seed.astype(np.float64)
            is_empty = not wide.size
            if training and not is_empty:
                for average, moment in zip(averages, moments(wide)):
                    average.update(moment)
            mean, variance = (moments(wide) if training and not is_empty
                              else [average.value * np.ones(channels) for average in averages])
            expected = [normalize(wide, mean, variance, weights, biases, case['eps'])]
            expected += _gradients(wide, seed, mean, variance, weights, case, training, trainable)
            for name, got, wanted in zip(['out', 'inp'] + [v.op.name for v in trainable], actual,
                                         expected):
                found.update(_compared(case, name, got, wanted, wide, variance))
        statistics = {variable.op.name: variable for variable in tf.global_variables()}
        for name, average in zip(('moving_mean', 'moving_variance'), averages):
            got = opened.run(statistics['bn/' + name])
            wanted = average.value * np.ones(channels)
            if not np.abs(got - wanted).max() <= 1e-4 * (1 + np.abs(wanted).max()):
                found[name] = float(np.abs(got - wanted).max())
    return found


def _gradients(inp, seed, mean, variance, weights, case, training, trainable):
    """Returns the gradients of the input and of the trainable variables, in float64."""
    flat, slope = [array.reshape([-1, array.shape[-1]]) for array in (inp, seed)]
    scale = 1 / np.sqrt(variance + case['eps'])
    normal = (flat - mean) * scale
    inner = slope
    if training and len(flat):
        inner = slope - slope.mean(axis=0) - normal * (slope * normal).mean(axis=0)
    by_name = {'bn/weights': (slope * normal).sum(axis=0), 'bn/biases': slope.sum(axis=0)}
    return [(weights * scale * inner).reshape(inp.shape)] + [
        by_name[variable.op.name] for variable in trainable]


def _compared(case, name, got, wanted, inp, variance):
    """Returns the fault of one tensor, if there is one."""
    got = np.asarray(got, np.float64)
    if got.shape != wanted.shape:
        return {name: f'shape {got.shape} for {wanted.shape}'}
    if not got.size:
        return {}
    # The arithmetic is in float32 at least. It loses digits where the deviation is small beside the
    # numbers, and sums lose some with their terms; the result is rounded to its type.
    lost = np.abs(inp).max(initial=1.0) / np.sqrt(variance.min() + case['eps'])
    arithmetic = UNITS['float64' if case['dtype'] == 'float64' else 'float32']
    terms = np.sqrt(inp.size / inp.shape[-1] + 1)
    scale = 1 + np.abs(wanted).max()
    bound = scale * (4 * UNITS[case['dtype']] + 32 * terms * lost ** 2 * arithmetic)
    error = np.abs(got - wanted).max()
    return {} if error <= bound else {name: f'{error:.3g}, allowed {bound:.3g}'}


if __name__ == '__main__':
    sys.exit(main())
