"""Running a case of `layer_cases` and comparing it with the reference."""

import warnings

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import contraction, layers
from tests.fuzz.layer_reference import reference
from tests.fuzz.rounding import excess, norm_excess
from tests.graph_rewrites import acts, rewriting, run
from tests.layers.control_flow import control_flow
from tests.sessions import session

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
# TensorFlow 1 differentiates no loops and branches of this type.
NO_GRADIENTS = [('bfloat16', 'while_loop'), ('bfloat16', 'cond')]
# How often the loop runs its body, which adds up the outputs.
ITERATIONS = 2
# What the graph rewrites put in place of float32; another one does nothing on a CPU.
REWRITTEN = {'auto_mixed_precision_onednn_bfloat16': 'bfloat16',
             'auto_mixed_precision_cpu': 'float16'}
# Beyond this float16 has no numbers, and states between the contractions are larger than results.
LARGEST = {'float16': 2e4}


def faults(case):
    """Builds and runs a case, forward and backward.

    Returns:
        Dictionary from what is wrong to how: the error as a multiple of the allowed one, or the
        exception. Empty where all is right. None where TensorFlow has no such kernel.
    """
    if (case['dtype'], case['surroundings']) in NO_GRADIENTS and not TENSORFLOW_2:
        return None
    tf.logging.set_verbosity(tf.logging.ERROR)
    with warnings.catch_warnings(), tf.Graph().as_default(), control_flow(case['control_flow']):
        warnings.simplefilter('ignore')
        try:
            return _faults(case)
        except (tf.errors.OpError, ValueError, TypeError, LookupError) as error:
            if 'No OpKernel' in str(error):
                return None
            return {type(error).__name__: ' '.join(str(error).split())[:200]}


def _faults(case):
    random, dtype = np.random.RandomState(case['seed']), tf.as_dtype(case['dtype'])
    rewrite, neighbours = case.get('rewrite'), case.get('neighbours', ())
    narrow = REWRITTEN.get(rewrite, case['dtype'])

    def numbers(shape):
        # With a mean, so that sums grow with the number of their terms.
        return (random.normal(size=shape) / 2 + 0.25).astype(
            tf.as_dtype(narrow).as_numpy_dtype).astype(dtype.as_numpy_dtype)

    inp_array = numbers(case['inp_shape'])
    inp = tf.placeholder(dtype, [size if known else None
                                 for size, known in zip(case['inp_shape'], case['known'])])
    before = _passed(inp) if 'before' in neighbours else inp
    # Variables are better not created inside of a loop.
    _layer(case, before)
    out = _surrounded(case, before)
    if 'after' in neighbours:
        out = _passed(out)
    trainable = tf.trainable_variables()
    values = {variable.op.name: numbers(variable.shape.as_list()) for variable in trainable}
    out_gradient = tf.placeholder(dtype, [None] * out.shape.ndims)
    gradients = tf.gradients(out, [inp] + trainable, out_gradient)
    # What is fetched itself is not rewritten.
    fetches = [tf.identity(tensor) for tensor in [out] + gradients]
    with session(values, rewriting(rewrite)) as opened:
        variables = {variable.op.name.split('/')[-1]: value.astype(np.float64) for variable, value
                     in zip(tf.global_variables(), opened.run(tf.global_variables()))}
        seed = []

        def out_seed(shape):
            seed.append(numbers(shape))
            return seed[0].astype(np.float64)

        wide = inp_array.astype(np.float64)
        expected = _flat(reference(case, wide, variables, out_seed), trainable)
        magnitudes = _flat(reference(
            case, np.abs(wide), {name: np.abs(value) for name, value in variables.items()},
            lambda shape: np.abs(seed[0]).astype(np.float64)), trainable)
        terms = _flat(reference(
            case, np.ones_like(wide),
            {name: np.ones_like(value) for name, value in variables.items()}, np.ones), trainable)
        actual, nodes = run(opened, fetches, {inp: inp_array, out_gradient: seed[0]})
    names = ['out', 'inp'] + [variable.op.name for variable in trainable]
    repeats = ITERATIONS if case['surroundings'] == 'while_loop' else 1
    found = {}
    if neighbours and acts(rewrite) and not nodes and actual[0].size:
        found['rewrite'] = 'nothing is in half precision'
    for name, got, wanted, magnitude, count in zip(names, actual, expected, magnitudes, terms):
        if magnitude.size and magnitude.max() > LARGEST.get(narrow, np.inf):
            continue
        ratio = excess(narrow, got, repeats * wanted, repeats * magnitude, count,
                       _roundings(case))
        if rewrite is not None and ratio <= 1:
            ratio = norm_excess(narrow, got, repeats * wanted, repeats * magnitude,
                                _own_roundings(case, name))
        if ratio > 1:
            found[name] = (f'shape {got.shape} for {wanted.shape}'
                           if got.shape != wanted.shape else f'{ratio:.3g} times the allowed error')
    return found


def _roundings(case):
    """How often numbers are rounded to the type: after each core, the window, the biases, a sum.

    Neighbours round as well, forward and backward.
    """
    arguments = case['arguments']
    modes = arguments.get('inp_modes', arguments.get('inp_ch_modes'))
    cores = len(modes) if modes else 4 if case['layer'] == 'tt_conv_direct' else 1
    return cores + 3 + 2 * len(case.get('neighbours', ()))


def _flat(results, trainable):
    out, inp_gradient, gradients = results
    return [out, inp_gradient] + [gradients[variable.op.name.split('/')[-1]]
                                  for variable in trainable]


def _own_roundings(case, name):
    """How often numbers are rounded on the way to one result, operands included."""
    if name.endswith('biases'):
        return 1 + len(case['neighbours'])
    return _roundings(case)


def _passed(tensor):
    """Multiplies by the unit matrix, which a rewrite does in half precision.

    What comes before or after in the graph is then in half precision, too.
    """
    channels, shape = tensor.shape.as_list()[-1], tensor.shape
    unit = tf.placeholder_with_default(np.eye(channels, dtype=np.float32), [channels, channels])
    out = tf.matmul(tf.reshape(tensor, [-1, channels]), unit)
    out = tf.reshape(out, tf.shape(tensor))
    out.set_shape(shape)
    return out


def _layer(case, inp):
    arguments = dict(case['arguments'], scope='layer')
    if not case['biases']:
        arguments['biases_initializer'] = None
    plan = case['plan']
    if isinstance(plan, (list, tuple)):
        plan = contraction.plan(arguments['inp_modes'], arguments['out_modes'],
                                arguments['mat_ranks'], groups=plan[0], order=plan[1])
    if plan is not None:
        arguments['plan'] = plan
    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
        return getattr(layers, case['layer'])(inp, **arguments)


def _surrounded(case, inp):
    if case['surroundings'] == 'while_loop':
        first = tf.zeros_like(_layer(case, inp))
        out = tf.while_loop(lambda step, total: step < ITERATIONS,
                            lambda step, total: (step + 1, total + _layer(case, inp)),
                            [0, first], shape_invariants=[tf.TensorShape([]), first.shape])[1]
    elif case['surroundings'] == 'cond':
        out = tf.cond(tf.placeholder_with_default(True, []), lambda: _layer(case, inp),
                      lambda: -_layer(case, inp))
    else:
        return _layer(case, inp)
    out.set_shape(_layer(case, inp).shape)
    return out
