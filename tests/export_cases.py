"""Layers that are built for inference, converted, run, and measured in bytes.

    python -m tests.export_cases --cases=40
    python -m tests.export_cases --cases=40 --constant_bytes=1000000

go over random layers, purposes and converters, and print those that break a promise: the result is
that of the float64 reference, and the file is no larger than the cores, or `--constant_bytes`, and
a small overhead. TensorFlow Lite in int8 wants constants to convolve with, and is left out without
`--constant_bytes`.
"""

import argparse
import collections
import functools
import sys

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.converters import FORMATS, exported, runner, why_not
from tensornet import layers
from tests.quiet import quiet_lite
from tests.references.convolution import convolve, tt_direct_kernel
from tests.sessions import random_values, session

# What a layer's operations, names and the format itself take.
OVERHEAD = 12000
# Of the largest output.
TOLERANCES = {'frozen': 1e-4, 'tflite': 1e-4, 'onnx': 1e-4, 'tflite float16': 1e-2,
              'tflite dynamic': 0.1, 'tflite int8': 0.25}
INT8 = 'tflite int8'
LAYERS = ('tt', 'tt_conv', 'tt_conv_full', 'tt_conv1d_full', 'tt_conv_direct')
SAMPLES = 3

Case = collections.namedtuple('Case', ['layer', 'inp_shape', 'arguments', 'batch_size', 'known'])
Outcome = collections.namedtuple('Outcome', ['file_bytes', 'core_bytes', 'error'])


def random_case(random, layer=None):
    """Draws a layer, its sizes and what it is built for."""
    layer = layer or LAYERS[random.randint(len(LAYERS))]
    batch_size = [1, 10, 1000][random.randint(3)]
    known = bool(random.randint(2))
    if layer == 'tt':
        d = random.randint(1, 5)
        modes = [[random.randint(1, 7) for _ in range(d)] for _ in range(2)]
        arguments = dict(inp_modes=modes[0], out_modes=modes[1], mat_ranks=random.randint(1, 17))
        arguments.update(inp_size=_size(random, modes[0]), out_size=_size(random, modes[1]))
        return Case(layer, [arguments['inp_size']], arguments, batch_size, known)
    window = [random.randint(1, 4), random.randint(1, 4)]
    stride = random.randint(1, 3)
    strides = [stride, stride] if random.randint(3) else [1, 2]
    arguments = dict(window=window, strides=strides, padding=['SAME', 'VALID'][random.randint(2)])
    image = [random.randint(5, 9), random.randint(5, 9)]
    if random.randint(3) == 0:
        arguments['dilations'] = [random.randint(1, 3), random.randint(1, 3)]
    if layer == 'tt_conv1d_full':
        arguments.update(window=[1, window[1]], strides=[1, stride],
                         dilations=[1, arguments.get('dilations', [1, 1])[1]])
        image = image[1:]
    if layer == 'tt_conv_direct':
        channels = random.randint(1, 40)
        arguments.update(out_ch=random.randint(1, 40), ranks=random.randint(1, 9))
        return Case(layer, image + [channels], arguments, batch_size, known)
    d = random.randint(1, 4)
    modes = [[random.randint(1, 5) for _ in range(d)] for _ in range(2)]
    arguments.update(inp_ch_modes=modes[0], out_ch_modes=modes[1], ranks=random.randint(1, 17),
                     inp_ch=_size(random, modes[0]), out_ch=_size(random, modes[1]))
    return Case(layer, image + [arguments['inp_ch']], arguments, batch_size, known)


def _size(random, modes):
    """Draws how many of the inputs or outputs of modes there are: mostly all."""
    size = int(np.prod(modes))
    return size if random.randint(3) else random.randint(size // 2 + 1, size + 1)


def outcomes(case, formats, constant_bytes=None, seed=0):
    """Builds the layer of a case in a block of `default_plan`, exports and runs it.

    Args:
        case: `Case`.
        formats: names of `FORMATS`.
        constant_bytes: of the block.
        seed: of the weights and the input.

    Returns:
        Dictionary from formats to `Outcome`; `error` is relative to the largest output.
    """
    batch = np.random.RandomState(seed).normal(size=[SAMPLES] + case.inp_shape).astype(np.float32)
    samples = [batch] if case.known else [batch[k:k + 1] for k in range(SAMPLES)]
    found = {}
    with tf.Graph().as_default():
        inp = tf.placeholder(tf.float32, [SAMPLES if case.known else None] + case.inp_shape,
                             name='inp')
        with layers.default_plan('inference', batch_size=case.batch_size,
                                 constant_bytes=constant_bytes):
            out = getattr(layers, case.layer)(inp, scope='layer', biases_initializer=None,
                                              **case.arguments)
        values = random_values(seed)
        expected = reference(case, batch, values)
        with session(values) as opened:
            core_bytes = sum(value.nbytes for value in values.values())
            for name in formats:
                with quiet_lite():
                    content = exported(name, opened, inp, out, samples)
                    run = runner(name, content, inp.name, out.name, SAMPLES)
                error = np.max(np.abs(run(batch) - expected)) / max(np.max(np.abs(expected)), 1e-9)
                found[name] = Outcome(len(content), core_bytes, float(error))
    return found


@functools.lru_cache(maxsize=None)
def lite_merges():
    """Returns whether TensorFlow Lite's converter multiplies constants. That of 2.18 does not."""
    with tf.Graph().as_default(), tf.Session() as session:
        inp = tf.placeholder(tf.float32, [1, 64])
        left, right = tf.fill([64, 1], 2.), tf.fill([1, 64], 3.)
        out = tf.matmul(inp, tf.matmul(left, right))
        with quiet_lite():
            return len(exported('tflite', session, inp, out, [])) > 4 * 64 * 64


def reference(case, batch, values):
    """Computes the output of a case from its variables, in float64."""
    given = {name[len('layer/'):]: value for name, value in values.items()}
    arguments = case.arguments
    if case.layer == 'tt':
        matrix = _matrix(_cores(given, 'mat_core'), arguments['inp_modes'],
                         arguments['out_modes'], 1)
        matrix = matrix[0][:arguments.get('inp_size'), :arguments.get('out_size')]
        return np.asarray(batch, np.float64).dot(matrix)
    images = batch[:, np.newaxis] if batch.ndim == 3 else batch
    if case.layer == 'tt_conv_direct':
        modes = arguments['window'] + [case.inp_shape[-1], arguments['out_ch']]
        cores = _cores(given, 'core')
        ranks = [1] + [core.shape[1] // mode for core, mode in zip(cores, modes)]
        kernel = tt_direct_kernel(cores, modes, ranks)
    else:
        filters = np.asarray(given['filters'], np.float64)[:, :, 0]
        matrix = _matrix(_cores(given, 'core'), arguments['inp_ch_modes'],
                         arguments['out_ch_modes'], filters.shape[2])
        matrix = matrix[:, :arguments.get('inp_ch'), :arguments.get('out_ch')]
        kernel = np.tensordot(filters, matrix, axes=1)
    out = convolve(images, kernel, arguments.get('strides', (1, 1)),
                   arguments.get('padding', 'SAME'), arguments.get('dilations', (1, 1)))
    return out[:, 0] if batch.ndim == 3 else out


def _cores(given, name):
    return [given[f'{name}_{k}'] for k in range(1, 1 + sum(
        key.startswith(name + '_') for key in given))]


def _matrix(cores, inp_modes, out_modes, first_rank):
    """Multiplies cores `[(o_k, r_k), (r_{k-1}, i_k)]` to `[r_0, prod(i_k), prod(o_k)]`."""
    matrix = np.eye(first_rank).reshape([first_rank, 1, 1, first_rank])
    for core, i, o in zip(cores, inp_modes, out_modes):
        core = np.asarray(core, np.float64).reshape([o, -1, matrix.shape[3], i])
        matrix = np.einsum('apql,orli->apiqor', matrix, core, optimize=True)
        matrix = matrix.reshape([first_rank, matrix.shape[1] * i, -1, core.shape[1]])
    return matrix[..., 0]


def broken(name, outcome, constant_bytes=None):
    """Returns which promise an `Outcome` breaks, or None."""
    if not outcome.error <= TOLERANCES[name]:
        return f'error {outcome.error:g}'
    if outcome.file_bytes > max(outcome.core_bytes, constant_bytes or 0) + OVERHEAD:
        return f'file of {outcome.file_bytes} bytes, cores of {outcome.core_bytes}'
    return None


def main(arguments):
    formats = [name for name in arguments.format or FORMATS if why_not(name) is None
               and (name != INT8 or arguments.constant_bytes)]
    print(f'formats: {", ".join(formats)}')
    random, faults, largest = np.random.RandomState(arguments.seed), 0, 0
    for number in range(arguments.cases):
        case = random_case(random)
        try:
            found = outcomes(case, formats, arguments.constant_bytes)
        except Exception as error:  # Whatever a converter raises belongs to the case.
            faults += 1
            print(f'{number} {case}\n    {type(error).__name__}: {str(error)[:300]}', flush=True)
            continue
        for name, outcome in found.items():
            largest = max(largest, outcome.file_bytes - outcome.core_bytes)
            fault = broken(name, outcome, arguments.constant_bytes)
            if fault:
                faults += 1
                print(f'{number} {case}\n    {name}: {fault}', flush=True)
    print(f'{arguments.cases} cases; broken promises: {faults}; largest overhead: {largest} bytes')
    return 1 if faults else 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cases', type=int, default=40)
    parser.add_argument('--constant_bytes', type=int)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--format', action='append', choices=FORMATS)
    sys.exit(main(parser.parse_args()))
