"""Running a cell over sequences and comparing it with the reference in float64."""

import warnings

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import rnn
from tests.fuzz.rounding import UNITS
from tests.layers.control_flow import control_flow
from tests.references.recurrent_cells import Cell, derivative
from tests.sessions import session

CELLS = {'lstm': rnn.TTLSTMCell, 'gru': rnn.TTGRUCell}
WAYS = 'dynamic', 'outside', 'static'
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')

# What a case says if it says nothing else.
DEFAULTS = dict(
    kind='lstm', hidden_modes=[2, 3], inp_modes=[4, 2], inp_ranks=3, state_ranks=3,
    hidden_size=None, inp_size=None, reset_after=False, layer_norm=False, biases=True, plan=None,
    state_plan=None, recompute=False, trainable=True, dtype='float64', way='dynamic',
    control_flow='v1', batch=3, time=4, lengths=None, initial=False, time_major=False,
    known=(True, True), use_resource=False, seed=0, forget_bias=1.0)
# Relative to the largest number; half-precision errors add up over the steps.
TOLERANCES = {'float64': 1e-11, 'float32': 1e-5, 'float16': 3e-2, 'bfloat16': 2e-1}


def make(case):
    """Returns the cell of a case."""
    options = dict(hidden_size=case['hidden_size'], inp_size=case['inp_size'],
                   layer_norm=case['layer_norm'], plan=case['plan'],
                   state_plan=case['state_plan'], recompute=case['recompute'],
                   trainable=case['trainable'])
    if not case['biases']:
        options['biases_initializer'] = None
    if case['kind'] == 'lstm':
        options['forget_bias'] = case['forget_bias']
    else:
        options['reset_after'] = case['reset_after']
    with_modes = (case['inp_modes'], case['inp_ranks'])
    if case['inp_ranks'] is None:
        with_modes = (None, None)
    return CELLS[case['kind']](case['hidden_modes'], *with_modes, case['state_ranks'], **options)


def run_cell(cell, inputs, case, initial):
    """Builds the loop of a case.

    Args:
        cell: the cell.
        inputs: tensor `[batch, time, features]`.
        case: the case.
        initial: list of the tensors of the first state, None for zeros.

    Returns:
        Outputs `[batch, time, hidden_size]`, and the list of the state's tensors.
    """
    lengths = None if case['lengths'] is None else tf.constant(case['lengths'], tf.int32)
    if initial is not None:
        initial = tf.nest.pack_sequence_as(cell.state_size, initial)
    if case['way'] == 'static':
        steps = tf.unstack(inputs, axis=1)
        outputs, state = tf.nn.static_rnn(cell, steps, initial, inputs.dtype, lengths)
        return tf.stack(outputs, axis=1), tf.nest.flatten(state)
    if case['time_major']:
        inputs = tf.transpose(inputs, [1, 0, 2])
    options = dict(initial_state=initial, time_major=case['time_major'])
    if case['way'] == 'outside':
        outputs, state = rnn.unroll(cell, inputs, lengths, **options)
    else:
        outputs, state = tf.nn.dynamic_rnn(cell, inputs, lengths, dtype=inputs.dtype, **options)
    if case['time_major']:
        outputs = tf.transpose(outputs, [1, 0, 2])
    return outputs, tf.nest.flatten(state)


def faults(case):
    """Runs a case and its reference, forward and backward.

    Returns:
        Dictionary from what is wrong to how: the error as a multiple of the allowed one, or the
        exception. Empty where all is right. None where TensorFlow has no such kernel.
    """
    case = dict(DEFAULTS, **case)
    if not TENSORFLOW_2 and case['dtype'] == 'bfloat16' and (
            case['lengths'] is not None if case['way'] == 'static'
            else case['control_flow'] == 'v2'):
        return None  # TensorFlow 1 differentiates no such loops, nor branches, as lengths make.
    tf.logging.set_verbosity(tf.logging.ERROR)
    with warnings.catch_warnings(), tf.Graph().as_default(), control_flow(case['control_flow']):
        warnings.simplefilter('ignore')
        try:
            return _faults(case)
        except (tf.errors.OpError, ValueError, TypeError, LookupError) as error:
            if 'No OpKernel' in str(error) or 'No registered' in str(error):
                return None
            return {type(error).__name__: ' '.join(str(error).split())[:300]}


def _faults(case):
    random, dtype = np.random.RandomState(case['seed']), tf.as_dtype(case['dtype'])
    cell = make(case)
    reference = Cell(case['kind'], case['hidden_modes'], case['inp_modes'], cell.hidden_size,
                     case['inp_size'], case['forget_bias'], case['reset_after'],
                     case['layer_norm'])

    def numbers(shape, scale=1.0):
        return (scale * random.normal(size=shape)).astype(dtype.as_numpy_dtype)

    features = case['inp_size'] or int(np.prod(case['inp_modes']))
    inputs = numbers([case['batch'], case['time'], features])
    state = [numbers([case['batch'], cell.hidden_size], case['initial'])
             for _ in tf.nest.flatten(cell.state_size)]
    batch, time = [size if known else None
                   for size, known in zip(inputs.shape, case['known'])]
    inp = tf.placeholder(dtype, [batch, time, features])
    first = [tf.placeholder(dtype, [batch, cell.hidden_size]) for _ in state]
    with tf.variable_scope('net', use_resource=case['use_resource']):
        outputs, last = run_cell(cell, inp, case, first if case['initial'] else None)
    weights = [np.asarray(random.normal(size=[case['batch'], case['time'], cell.hidden_size]))]
    weights += [random.normal(size=part.shape) for part in state]
    results = [outputs] + last

    variables = tf.trainable_variables() if case['trainable'] else []
    values = {variable.op.name: numbers(variable.shape.as_list(), _scale(variable))
              for variable in tf.global_variables()}
    loss = tf.add_n([tf.reduce_sum(tf.cast(result, tf.float64) * weight)
                     for result, weight in zip(results, weights)])
    at = variables + [inp] + (first if case['initial'] else [])
    gradients = [tf.convert_to_tensor(gradient) for gradient in tf.gradients(loss, at)]
    fed = dict(zip([inp] + first, [inputs] + state))
    with session(values) as opened:
        actual, found = opened.run([results, gradients], fed)

    prefix = f'net/rnn/{cell.default_scope}/'
    arrays = {name[len(prefix):]: value.astype(np.float64) for name, value in values.items()}
    arrays.update({'-inputs': inputs.astype(np.float64)})
    arrays.update({f'-state{k}': part.astype(np.float64) for k, part in enumerate(state)})

    def run(arrays):
        first = [arrays[f'-state{k}'] for k in range(len(state))]
        outputs, last = reference.run(arrays, arrays['-inputs'], first, case['lengths'])
        return [outputs] + last

    def total(arrays):
        return sum(np.sum(result * weight) for result, weight in zip(run(arrays), weights))

    wrong = {}
    tolerance = TOLERANCES[case['dtype']]
    for name, result, expected in zip(['outputs', 'c', 'h'], actual, run(arrays)):
        _compare(wrong, name, result, expected, tolerance)
    names = [variable.op.name[len(prefix):] for variable in variables] + ['-inputs'] + [
        f'-state{k}' for k in range(len(state))]
    norms = [np.linalg.norm(gradient.astype(np.float64)) for gradient in found]
    # A gradient may vanish in what is rounded on the way to another one.
    smallest = 1e-3 + UNITS[case['dtype']] * max(norms)
    for name, gradient, norm in zip(names, found, norms):
        if not gradient.size:
            continue
        directions = [random.normal(size=gradient.shape) for _ in range(2)]
        expected = [derivative(total, arrays, name, direction) for direction in directions]
        got = [np.sum(gradient.astype(np.float64) * direction) for direction in directions]
        _compare(wrong, 'gradient of ' + name, got, expected, 10 * tolerance, norm + smallest)
    return wrong


def _scale(variable):
    """Returns the deviation of a variable that keeps the activations from saturating."""
    if 'biases' in variable.op.name or 'normalization' in variable.op.name:
        return 1.0
    return 0.7


def _compare(wrong, name, actual, expected, tolerance, scale=None):
    actual, expected = np.asarray(actual, np.float64), np.asarray(expected)
    if actual.shape != expected.shape:
        wrong[name] = f'shape {actual.shape} instead of {expected.shape}'
    elif expected.size:
        scale = max(np.abs(expected).max(), 1e-2) if scale is None else scale
        error = np.abs(actual - expected).max() / (tolerance * scale)
        if not error <= 1:
            wrong[name] = error
